// Which alternatives of a Lark rule are the beginning of another one: `"a"` of `"a" | "a" "b"`. Ignored text may stand behind
// such a one, as it may where a repetition may go on (lark_builder.cc).
//
// Entry point: find_beginnings. Told by parts: names of plain rules are read as what they stand for, up to a choice or a
// repetition, and parts are equal where they are written alike.
// Complexity: O(nodes * kMostParts * log). Thread safety: a function. Tested by tests/schemas/grammars/lark_test.cc.
#pragma once

#include <vector>

#include "grammar/budget.h"
#include "schemas/grammars/lark/lark_tree.h"

namespace keyway::grammars {

// By node of the tree: whether it is an alternative and the beginning of another one beside it. Requires: every name in the
// tree is defined. Where the budget (may be null) is used up, what is not known yet is false.
std::vector<bool> find_beginnings(const LarkTree& tree, Budget* budget);

}  // namespace keyway::grammars
