// From a Lark tree to a rule graph.
//
// Entry point: LarkBuilder. lark_builder.cc makes rules, lark_check.cc says what may stand where, lark_terminals.cc makes
// expressions of terminals.
// A rule is made once for each parameter and for each of two places: at the beginning of the answer, where nothing is
// ignored before its first terminal, and elsewhere. Rules wait in a list, so that nothing recurses along rules.
// Thread safety: one thread at a time. Tested by tests/schemas/grammars/lark_test.cc.
#pragma once

#include <memory>
#include <set>
#include <tuple>

#include "schemas/grammars/bounded_rules.h"
#include "schemas/grammars/lark/lark.h"
#include "schemas/grammars/lark/lark_rivals.h"
#include "schemas/grammars/lark/lark_tree.h"

namespace keyway::grammars {

// What the grammars of one text share: named grammars that are made already, and those that are being made.
struct LarkShared {
  std::map<std::string, RuleId, std::less<>> named;
  std::set<std::string, std::less<>> open;
};

class LarkBuilder {
 public:
  LarkBuilder(RuleGraph& graph, const LarkTree& tree, TextCursor& cursor, const LarkOptions& options, LarkShared& shared)
      : graph_(graph), tree_(tree), cursor_(cursor), options_(options), shared_(shared) {}

  // The node of the rule `start`. False: refused.
  bool build(NodeId& start);

 private:
  struct Pending {
    RuleId rule;
    std::string name;
    bool first;
    uint64_t value;
  };
  bool xgrammar() const { return options_.dialect == LarkDialect::kXGrammar; }
  bool refuse(size_t offset, std::string message, ErrorCode code = ErrorCode::kInvalid) {
    return cursor_.refuse(code, std::move(message), offset);
  }

  bool check();
  bool check_definition(const std::string& name, const LarkDefinition& definition);
  bool check_node(uint32_t node, bool terminal, bool parametric, bool& needs_value);
  bool check_name(const LarkNode& node, bool terminal, bool& needs_value);
  static bool terminal_body(const LarkDefinition& definition, LarkDialect dialect);

  NodeId instance(const std::string& name, bool first, uint64_t value);
  bool build_rule(const Pending& pending);
  NodeId node(uint32_t index, bool first, uint64_t value);
  NodeId repeated(const LarkNode& at, bool first, uint64_t value);
  NodeId lexeme(NodeId text, bool first);
  NodeId tokens(const LarkNode& at);
  NodeId json(const LarkNode& at);
  NodeId nested(const LarkNode& at);
  NodeId named_grammar(const LarkNode& at);
  bool holds_tokens(uint32_t index) const;
  bool lazy_body(const LarkDefinition& definition, NodeId& body);

  RegexId terminal(uint32_t index);
  RegexId without_rivals(uint32_t index, RegexId texts);
  RegexId terminal_named(const LarkNode& at);
  RegexId folded_text(const LarkNode& at);
  RegexId pattern(const LarkNode& at);

  RuleGraph& graph_;
  const LarkTree& tree_;
  TextCursor& cursor_;
  const LarkOptions& options_;
  LarkShared& shared_;
  NodeId ignored_;  // any run of ignored text, empty() where nothing is ignored
  std::map<std::tuple<std::string, bool, uint64_t>, RuleId> instances_;
  std::map<uint32_t, std::set<std::string>> rivals_;
  std::vector<Pending> pending_;
  std::vector<BoundedRule> bounded_;
  std::map<std::string, RegexId, std::less<>> terminals_;
  std::set<std::string, std::less<>> open_terminals_;
};

}  // namespace keyway::grammars
