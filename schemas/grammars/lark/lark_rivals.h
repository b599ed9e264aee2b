// Which lazy rules may begin where a terminal may: a lazy rule that is complete ends there, so that the terminal has no
// text that begins with one of the rule's.
//
// Entry point: find_rivals. What may come next is found for the alternatives of each choice, and for each place of a
// sequence over the parts that may be left out or come again.
// Complexity: O(rounds * nodes * terminals); nothing is done for a grammar without lazy rules.
// Thread safety: a function. Tested by tests/schemas/grammars/lark_test.cc.
#pragma once

#include <map>
#include <set>
#include <string>

#include "grammar/budget.h"
#include "schemas/grammars/lark/lark_tree.h"

namespace keyway::grammars {

// By node of a terminal: the names of lazy rules. Requires: every name in the tree is defined. Stops early, with what it
// has, where the budget (may be null) is used up.
std::map<uint32_t, std::set<std::string>> find_rivals(const LarkTree& tree, Budget* budget);

}  // namespace keyway::grammars
