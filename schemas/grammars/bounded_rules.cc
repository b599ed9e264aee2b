// See bounded_rules.h.
#include "schemas/grammars/bounded_rules.h"

#include <set>

namespace keyway::grammars {
namespace {

// Whether the node uses one of these rules, directly or not.
bool uses_any(const RuleGraph& graph, NodeId start, const std::vector<BoundedRule>& rules) {
  std::set<NodeId> seen = {start};
  std::vector<NodeId> pending = {start};
  while (!pending.empty() && graph.arena().pay()) {
    const NodeId id = pending.back();
    pending.pop_back();
    std::vector<NodeId> parts(graph.children(id).begin(), graph.children(id).end());
    if (graph.node(id).kind == NodeKind::kRule) {
      const RuleId rule(graph.node(id).x);
      for (const BoundedRule& bounded : rules) {
        if (bounded.rule == rule) return true;
      }
      parts.push_back(graph.body(rule));
    }
    for (const NodeId part : parts) {
      if (seen.insert(part).second) pending.push_back(part);
    }
  }
  return false;
}

bool define_one(RuleGraph& graph, const BoundedRule& bounded, TextCursor& cursor) {
  const Result<RegexId> whole = to_regex(graph, bounded.body, cursor.place(bounded.offset));
  if (!whole) return cursor.refuse(fail(whole.error().code, whole.error().message), bounded.offset);
  RegexArena& regexes = graph.arena().regexes();
  const RegexId at_bound[] = {*whole, regexes.length(bounded.max_chars, kUnbounded)};
  const RegexId longer = regexes.sequence(regexes.intersection(at_bound), regexes.length(1, kUnbounded));
  const RegexId parts[] = {*whole, regexes.complement(longer)};
  graph.define(bounded.rule, graph.regex(regexes.intersection(parts)));
  return true;
}

}  // namespace

// Those come first that use no bounded rule which is still to do.
bool define_bounded_rules(RuleGraph& graph, std::vector<BoundedRule> rules, TextCursor& cursor) {
  while (!rules.empty()) {
    std::vector<BoundedRule> later;
    for (const BoundedRule& bounded : rules) {
      if (uses_any(graph, bounded.body, rules)) {
        later.push_back(bounded);
      } else if (!define_one(graph, bounded, cursor)) {
        return false;
      }
    }
    if (later.size() == rules.size()) {
      return cursor.refuse(ErrorCode::kUnsupported, "max_chars of a rule that uses itself", later.front().offset);
    }
    rules = std::move(later);
  }
  return true;
}

}  // namespace keyway::grammars
