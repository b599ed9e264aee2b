// Rules as a graph: what the readers of GBNF, EBNF, Lark and structural tags write and lower_rules.h turns into terms.
//
// Entry points: RuleGraph (nodes and rules), NodeKind. A node is a language; a rule is a named node that may be used
// before it is defined, so that the graph has cycles. Nothing is decided here: rules may be empty, left-recursive or
// ambiguous.
// Invariant: ids are dense and in the order of creation; a node's children were made before it, rules apart.
// Thread safety: one thread at a time. Tested by tests/schemas/grammars/rule_graph_test.cc.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/code_point_set.h"
#include "grammar/regex.h"
#include "grammar/term.h"
#include "grammar/text_term.h"

namespace keyway::grammars {

using NodeId = Id<struct RuleNodeTag>;
using RuleId = Id<struct RuleTag>;

enum class NodeKind : uint8_t {
  kText,      // one text, UTF-8
  kClass,     // one code point of a set
  kRegex,     // an expression of the arena's regular algebra, in a spelling
  kTerm,      // a term that was made elsewhere
  kSequence,
  kChoice,    // without parts: no text at all
  kRepeat,
  kRule,      // the language of a rule
  kLazy,      // the texts of the part that have no shorter one as a beginning
  kCounted,   // the texts of the part of at most so many tokens, see grammar/token_count.h
  kDispatch,  // free text in which triggers switch to parts, see dispatch.h
};

struct RuleNode {
  NodeKind kind;
  uint32_t first = 0;  // into the children (kSequence, kChoice, kRepeat, kLazy, kCounted, kDispatch)
  uint32_t count = 0;
  uint32_t x = 0;      // kText, kClass: index; kRegex: expression; kTerm: term; kRepeat: min; kRule: rule; kCounted: tokens; kDispatch: index
  uint32_t y = 0;      // kRegex: spelling; kRepeat: max
};

// What ends a stretch of free text. Texts are UTF-8 and not empty; tokens are special or added ones.
struct DispatchPlan {
  std::vector<std::string> triggers;                // trigger i switches to child i
  std::vector<std::vector<TokenId>> token_triggers;  // switch to the children after those
  std::vector<std::string> excludes;                 // never part of the free text
  std::vector<TokenId> free_tokens;                  // special or added tokens that the free text may hold
  bool loop = true;                                  // free text again after a child
};

class RuleGraph {
 public:
  // Requires: *arena outlives the graph. Every node pays one unit of its budget.
  explicit RuleGraph(TermArena* arena);

  NodeId never() const { return NodeId(0); }
  NodeId empty() const { return NodeId(1); }
  NodeId text(std::string_view utf8);
  NodeId one_of(const CodePointSet& set);
  NodeId regex(RegexId expression, TextSpelling spelling = TextSpelling::kUtf8);
  NodeId term(TermId term);
  NodeId sequence(std::span<const NodeId> parts);
  NodeId sequence(NodeId a, NodeId b) { const NodeId parts[] = {a, b}; return sequence(parts); }
  NodeId choice(std::span<const NodeId> parts);
  NodeId choice(NodeId a, NodeId b) { const NodeId parts[] = {a, b}; return choice(parts); }
  NodeId repeat(NodeId part, uint32_t min, uint32_t max);  // max may be kUnbounded
  NodeId lazy(NodeId part);
  NodeId counted(NodeId part, uint32_t most_tokens);
  NodeId dispatch(DispatchPlan plan, std::span<const NodeId> parts);
  NodeId rule(RuleId rule);

  RuleId declare(std::string name);
  void define(RuleId rule, NodeId body) { bodies_[rule.value] = body; }

  TermArena& arena() const { return *arena_; }
  size_t size() const { return nodes_.size(); }
  size_t rule_count() const { return bodies_.size(); }
  const RuleNode& node(NodeId id) const { return nodes_[id.value]; }
  std::span<const NodeId> children(NodeId id) const {
    return {children_.data() + nodes_[id.value].first, nodes_[id.value].count};
  }
  const std::string& text_of(NodeId id) const { return texts_[nodes_[id.value].x]; }
  const CodePointSet& set_of(NodeId id) const { return sets_[nodes_[id.value].x]; }
  const DispatchPlan& plan_of(NodeId id) const { return plans_[nodes_[id.value].x]; }
  NodeId body(RuleId rule) const { return bodies_[rule.value]; }
  const std::string& name(RuleId rule) const { return names_[rule.value]; }
  // The rule that this one is another name of, itself where it is none. Requires: all rules are defined.
  RuleId resolved(RuleId rule) const;

 private:
  NodeId add(RuleNode node, std::span<const NodeId> parts = {});

  TermArena* arena_;
  std::vector<RuleNode> nodes_;
  std::vector<NodeId> children_;
  std::vector<std::string> texts_;
  std::vector<CodePointSet> sets_;
  std::vector<DispatchPlan> plans_;
  std::vector<NodeId> bodies_;      // by rule; never() until it is defined
  std::vector<std::string> names_;  // by rule
};

// The expression of a node that uses no rule of a cycle and nothing but texts, classes, expressions and operators.
// Errors: kUnsupported, naming what is not regular, with `place` as pointer; kLimit.
Result<RegexId> to_regex(const RuleGraph& graph, NodeId node, const std::string& place);

}  // namespace keyway::grammars
