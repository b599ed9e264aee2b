// From a Lark tree to a rule graph.
//
// Entry point: LarkBuilder. lark_builder.cc makes rules, lark_check.cc says what may stand where, lark_terminals.cc makes
// expressions of terminals, lark_json.cc reads schemas, lark_places.cc knows the lazy rules that may begin at a place,
// and what stands at the beginning of the answer where parts are left out.
// A rule is made once for each parameter and for each of two places: at the beginning of the answer, where nothing is
// ignored before its first terminal, and elsewhere. Rules wait in a list, so that nothing recurses along rules.
// Thread safety: one thread at a time. Tested by tests/schemas/grammars/lark_test.cc.
#pragma once

#include <memory>
#include <set>
#include <tuple>

#include "schemas/grammars/bounded_rules.h"
#include "schemas/grammars/lark/lark.h"
#include "schemas/grammars/lark/lark_beginnings.h"
#include "schemas/grammars/lark/lark_rivals.h"
#include "schemas/grammars/lark/lark_tree.h"
#include "schemas/json_schema/compile.h"

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
  // A set of lazy rules; 0 is none of them. kTaken: of a rule that may be left out, where it is not.
  using RivalsId = uint32_t;
  static constexpr RivalsId kTaken = 0xFFFFFFFFu;
  struct Pending {
    RuleId rule;
    std::string name;
    bool first;
    uint64_t value;
    RivalsId rivals;
  };
  bool xgrammar() const { return options_.dialect == LarkDialect::kXGrammar; }
  bool refuse(size_t offset, std::string message, ErrorCode code = ErrorCode::kInvalid) {
    return cursor_.refuse(code, std::move(message), offset);
  }

  bool check();
  bool check_definition(const std::string& name, const LarkDefinition& definition);
  bool check_node(uint32_t node, bool terminal, bool parametric, bool& needs_value);
  bool check_name(const LarkNode& node, bool terminal, bool& needs_value);
  bool terminal_body(const LarkDefinition& definition) const;

  NodeId instance(const std::string& name, bool first, uint64_t value, RivalsId rivals);
  bool build_rule(const Pending& pending);
  NodeId node(uint32_t index, bool first, uint64_t value, RivalsId rivals);
  bool is_spaced() const { return ignored_ != graph_.empty() && !xgrammar(); }
  bool is_empty_text(uint32_t index) const;
  void add_beginnings(uint32_t choice, bool first, uint64_t value, RivalsId rivals, std::vector<NodeId>& parts);
  NodeId rounds(NodeId round, uint32_t min, uint32_t max, bool spaced);
  NodeId repeated(const LarkNode& at, bool first, uint64_t value, RivalsId rivals);

  bool may_begin_later(const std::vector<uint32_t>& parts, bool first) const;
  NodeId filled(uint32_t index, uint64_t value);
  NodeId filled_sequence(const std::vector<uint32_t>& parts, uint64_t value);

  RivalsId rivals_id(std::set<std::string> names);
  RivalsId with_rivals(RivalsId rivals, const std::set<std::string>& more);
  bool has_rivals(const std::vector<uint32_t>& parts) const;
  NodeId taken(uint32_t index, bool first, uint64_t value, RivalsId rivals);
  NodeId sequence_with_rivals(const std::vector<uint32_t>& parts, bool first, uint64_t value, RivalsId rivals);
  NodeId lexeme(NodeId text, bool first);
  NodeId tokens(const LarkNode& at);
  NodeId json(const LarkNode& at);
  bool json_options(const LarkNode& at, Json schema, SchemaOptions& options);
  NodeId nested(const LarkNode& at);
  NodeId named_grammar(const LarkNode& at);
  bool holds_tokens(uint32_t index) const;
  bool lazy_body(const LarkDefinition& definition, bool taken, NodeId& body);
  bool may_be_left_out(const LarkDefinition& definition);
  RegexId not_empty(const LarkDefinition& definition);

  RegexId terminal(uint32_t index);
  RegexId without_rivals(RivalsId rivals, RegexId texts);
  RegexId terminal_named(const LarkNode& at);
  RegexId folded_text(const LarkNode& at);
  RegexId pattern(const LarkNode& at);

  RuleGraph& graph_;
  const LarkTree& tree_;
  TextCursor& cursor_;
  const LarkOptions& options_;
  LarkShared& shared_;
  NodeId ignored_;  // any run of ignored text, empty() where nothing is ignored
  std::map<std::tuple<std::string, bool, uint64_t, RivalsId>, RuleId> instances_;
  LarkBeginnings beginnings_;  // none where nothing is ignored between terminals
  std::set<std::string, std::less<>> circles_;  // rules that begin with themselves and more; likewise
  std::vector<LarkEdges> edges_;  // by node; none where no rule is lazy and nothing is ignored
  std::map<std::set<std::string>, RivalsId> rival_ids_{{{}, 0}};
  std::vector<std::set<std::string>> rival_sets_{{}};
  std::vector<Pending> pending_;
  std::vector<BoundedRule> bounded_;
  std::map<std::string, RegexId, std::less<>> terminals_;
  std::set<std::string, std::less<>> open_terminals_;
};

}  // namespace keyway::grammars
