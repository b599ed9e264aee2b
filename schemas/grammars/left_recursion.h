// Left-recursive groups of rules as linear systems: what a rule begins with, and what turns one rule into another.
//
// Entry point: LeftRecursion. For each rule A of a group, without its empty text: A = sum of B rest + sum of first rest,
// where B is a rule of the group and `first` begins with no rule of it. The stars of lower_rules.h follow from it.
// Complexity: a system is made when first asked for, O(nodes of the group); distances O(steps log steps) per target.
// Thread safety: one thread at a time. Tested by tests/schemas/grammars/rule_graph_test.cc.
#pragma once

#include <unordered_map>
#include <vector>

#include "schemas/grammars/rule_facts.h"

namespace keyway::grammars {

class LeftRecursion {
 public:
  struct Part {
    NodeId first;  // its texts that are not empty
    NodeId rest;
  };
  struct Step {
    RuleId to;    // the rule that begins with the one stepped from
    NodeId rest;  // what follows; may be empty
  };

  // Requires: both outlive this. New nodes are added to the graph, and their facts.
  LeftRecursion(RuleGraph& graph, RuleFacts& facts) : graph_(graph), facts_(facts) {}

  // Requires for all: the rules are resolved, and their bodies in one group.
  const std::vector<RuleId>& members(RuleId rule);
  const std::vector<Part>& bases(RuleId rule);
  const std::vector<Step>& steps(RuleId rule);
  // The rules that this one is already, rests being empty; itself among them.
  std::vector<RuleId> unit_closure(RuleId rule);
  // Bytes of a shortest text of star(from, to); kNoText where there is none.
  uint32_t distance(RuleId from, RuleId to);

 private:
  struct System {
    std::vector<RuleId> members;
    std::unordered_map<RuleId, std::vector<Part>> bases;
    std::unordered_map<RuleId, std::vector<Step>> steps;
    std::unordered_map<RuleId, std::unordered_map<RuleId, uint32_t>> distances;  // by target, then by start
  };
  System& system_of(RuleId rule);
  void add_equation(System& system, uint32_t group, RuleId rule);
  void decompose(System& system, uint32_t group, RuleId rule, NodeId node, NodeId rest);
  NodeId then(NodeId first, NodeId rest);

  RuleGraph& graph_;
  RuleFacts& facts_;
  std::unordered_map<uint32_t, System> systems_;  // by group
  std::unordered_map<uint32_t, std::vector<RuleId>> members_;
};

}  // namespace keyway::grammars
