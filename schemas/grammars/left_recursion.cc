// Decomposition of left-recursive rules into linear systems; see left_recursion.h.
#include "schemas/grammars/left_recursion.h"

#include <algorithm>
#include <queue>

namespace keyway::grammars {

NodeId LeftRecursion::then(NodeId first, NodeId rest) {
  if (rest == graph_.empty()) return first;
  const NodeId made = graph_.sequence(first, rest);
  facts_.extend(graph_);
  return made;
}

LeftRecursion::System& LeftRecursion::system_of(RuleId rule) {
  const uint32_t group = facts_.group(graph_.body(rule));
  const auto [at, added] = systems_.try_emplace(group);
  if (!added) return at->second;
  if (members_.empty()) {
    for (uint32_t r = 0; r < graph_.rule_count(); ++r) {
      const NodeId body = graph_.body(RuleId(r));
      if (graph_.node(body).kind == NodeKind::kRule) continue;
      if (facts_.group(body) != RuleFacts::kNoGroup) members_[facts_.group(body)].push_back(RuleId(r));
    }
  }
  System& system = at->second;
  system.members = members_[group];
  for (const RuleId member : system.members) {
    decompose(system, group, member, graph_.body(member), graph_.empty());
  }
  return system;
}

// Adds the texts of `node` that are not empty, followed by `rest`, to the equation of the rule. Recursion is bounded by
// the nesting of groups that readers allow: rules end it.
void LeftRecursion::decompose(System& system, uint32_t group, RuleId rule, NodeId id, NodeId rest) {
  if (!facts_.productive(id) || !facts_.productive(rest) || !graph_.arena().pay()) return;
  const RuleNode node = graph_.node(id);
  if (facts_.group(id) != group) {
    if (facts_.shortest_nonempty(id) != kNoText) system.bases[rule].push_back({id, rest});
    return;
  }
  switch (node.kind) {
    case NodeKind::kRule: {
      system.steps[graph_.resolved(RuleId(node.x))].push_back({rule, rest});
      return;
    }
    case NodeKind::kChoice:
      for (size_t i = 0; i < node.count; ++i) decompose(system, group, rule, graph_.children(id)[i], rest);
      return;
    case NodeKind::kRepeat: {
      const NodeId part = graph_.children(id)[0];
      const uint32_t less = node.x == 0 || facts_.nullable(part) ? 0 : node.x - 1;
      const NodeId again = graph_.repeat(part, less, node.y == kUnbounded ? kUnbounded : node.y - 1);
      facts_.extend(graph_);
      decompose(system, group, rule, part, then(again, rest));
      return;
    }
    case NodeKind::kSequence: {
      size_t heads = 0;
      while (heads < node.count && (heads == 0 || facts_.nullable(graph_.children(id)[heads - 1]))) ++heads;
      for (size_t i = node.count; i-- > 0;) {
        const NodeId part = graph_.children(id)[i];
        if (i < heads) decompose(system, group, rule, part, rest);
        rest = then(part, rest);
      }
      return;
    }
    default: return;
  }
}

const std::vector<RuleId>& LeftRecursion::members(RuleId rule) { return system_of(rule).members; }
const std::vector<LeftRecursion::Part>& LeftRecursion::bases(RuleId rule) { return system_of(rule).bases[rule]; }
const std::vector<LeftRecursion::Step>& LeftRecursion::steps(RuleId rule) { return system_of(rule).steps[rule]; }

std::vector<RuleId> LeftRecursion::unit_closure(RuleId rule) {
  std::vector<RuleId> closure = {rule};
  for (size_t i = 0; i < closure.size(); ++i) {
    for (const Step& step : steps(closure[i])) {
      if (!graph_.arena().pay()) return closure;
      const bool is_new = std::find(closure.begin(), closure.end(), step.to) == closure.end();
      if (is_new && facts_.nullable(step.rest)) closure.push_back(step.to);
    }
  }
  return closure;
}

uint32_t LeftRecursion::distance(RuleId from, RuleId to) {
  System& system = system_of(to);
  const auto [at, added] = system.distances.try_emplace(to);
  if (added) {
    struct Candidate {
      uint32_t cost;
      RuleId rule;
      bool operator>(const Candidate& other) const { return cost > other.cost; }
    };
    struct Backward {
      RuleId from;
      uint32_t cost;
    };
    std::unordered_map<RuleId, std::vector<Backward>> backward;
    for (const auto& [start, steps] : system.steps) {
      for (const Step& step : steps) backward[step.to].push_back({start, facts_.shortest(step.rest)});
    }
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
    queue.push({0, to});
    while (!queue.empty()) {
      const Candidate next = queue.top();
      queue.pop();
      if (!graph_.arena().pay() || !at->second.try_emplace(next.rule, next.cost).second) continue;
      for (const Backward& step : backward[next.rule]) {
        queue.push({std::min(next.cost + step.cost, kLongest), step.from});
      }
    }
  }
  const auto found = at->second.find(from);
  return found == at->second.end() ? kNoText : found->second;
}

}  // namespace keyway::grammars
