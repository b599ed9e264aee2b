// Which lazy rules may begin at a place of a rule: a lazy rule that is complete ends there, so that a terminal which may come
// in its place has no text that begins with one of the rule's.
//
// Entry points: find_edges, LarkEdges. The places are those between the parts of a sequence, before a group and before the next
// round of a repetition. What may come behind a rule that uses a lazy rule at its end is known only where it may always go on.
// Complexity: O(rounds * nodes * lazy rules); nothing is done for a grammar without lazy rules and ignored text.
// Thread safety: a function. Tested by tests/schemas/grammars/lark_test.cc.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "grammar/budget.h"
#include "schemas/grammars/lark/lark_tree.h"

namespace keyway::grammars {

// Names of lazy rules.
struct LarkEdges {
  std::set<std::string> first;   // that a text of the node may begin with
  std::set<std::string> behind;  // that may go on behind any text of the node, in place of leaving it
  bool nullable = false;
  friend bool operator==(const LarkEdges&, const LarkEdges&) = default;
};

// By node of the tree; nothing for a grammar without lazy rules and ignored text. `nullable`: lazy rules that may be left out. Requires: every
// name in the tree is defined. Stops early, with what it has, where the budget (may be null) is used up.
std::vector<LarkEdges> find_edges(const LarkTree& tree, const std::set<std::string>& nullable, Budget* budget);

}  // namespace keyway::grammars
