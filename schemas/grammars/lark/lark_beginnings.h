// What in a Lark grammar may go on where it is complete: alternatives that are the beginning of another one (`"a"` of
// `"a" | "a" "b"`), and rules that begin with themselves and more. Ignored text may stand behind such a one, as it may where a
// repetition may go on (lark_builder.cc).
//
// Entry points: find_beginnings, find_circles. Beginnings are told by parts: names of plain rules are read as what they stand
// for, up to a choice or a repetition, and parts are equal where they are written alike.
// Complexity: O(nodes * kMostParts * log). Thread safety: a function. Tested by tests/schemas/grammars/lark_test.cc.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "grammar/budget.h"
#include "schemas/grammars/lark/lark_tree.h"

namespace keyway::grammars {

struct LarkBeginnings {
  // By node of the tree: whether it is an alternative and the beginning of another one beside it.
  std::vector<bool> whole;
  // By choice: the texts of alternatives that are choices themselves and of which one text is such a beginning, part by part: `"a"` of
  // `x | y`, `x: "a" | "b"`, `y: "a" "c"`.
  std::map<uint32_t, std::vector<std::vector<uint32_t>>> within;
};
// Requires: every name in the tree is defined. Where the budget (may be null) is used up, what is not known yet is left out.
LarkBeginnings find_beginnings(const LarkTree& tree, Budget* budget);

// The rules of which an alternative begins with the rule itself and holds more, by way of other rules too: `call` and `value` of
// `value: NAME | call`, `call: value "(" ")"`. Requires: as above. Where the budget is used up, some are left out.
std::set<std::string, std::less<>> find_circles(const LarkTree& tree, Budget* budget);

}  // namespace keyway::grammars
