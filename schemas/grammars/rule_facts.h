// What is known of every node of a rule graph before terms are made: length of a shortest text, left corners.
//
// Entry point: RuleFacts. The left corner of a node is what a text of it may begin with: its nodes form a graph whose
// cycles (`group`) are exactly the left-recursive parts.
// Complexity: O(nodes log nodes) once; extend() is O(parts). Thread safety: one thread at a time.
// Tested by tests/schemas/grammars/rule_graph_test.cc.
#pragma once

#include <cstdint>
#include <vector>

#include "schemas/grammars/rule_graph.h"

namespace keyway::grammars {

inline constexpr uint32_t kNoText = 0xFFFFFFFFu;  // the shortest text of a node that has none

class RuleFacts {
 public:
  // Requires: every rule of the graph is defined.
  explicit RuleFacts(const RuleGraph& graph, NodeId root);

  bool productive(NodeId id) const { return shortest_[id.value] != kNoText; }
  bool nullable(NodeId id) const { return shortest_[id.value] == 0; }
  // Bytes of a shortest text, saturated at kLongest; kNoText where there is none. The same of a text that is not empty.
  uint32_t shortest(NodeId id) const { return shortest_[id.value]; }
  uint32_t shortest_nonempty(NodeId id) const { return nonempty_[id.value]; }
  // Nodes of equal number are in one left-recursive cycle; kNoGroup for all others.
  static constexpr uint32_t kNoGroup = 0xFFFFFFFFu;
  uint32_t group(NodeId id) const { return id.value < group_.size() ? group_[id.value] : kNoGroup; }
  // The longest chain of rules in head position, each in the left corner of the one before.
  uint32_t head_chain() const { return head_chain_; }
  // Facts of nodes that were added to the graph since. Requires: their children have facts.
  void extend(const RuleGraph& graph);

 private:
  uint32_t evaluate(const RuleGraph& graph, NodeId id) const;
  void find_shortest(const RuleGraph& graph);
  void find_nonempty(const RuleGraph& graph);
  void find_groups(const RuleGraph& graph, NodeId root);

  std::vector<uint32_t> shortest_, nonempty_, group_;
  uint32_t head_chain_ = 0;
};

}  // namespace keyway::grammars
