// Rules whose texts are bounded in characters (max_chars), for every dialect that has them.
//
// Entry points: BoundedRule, define_bounded_rules. A bounded text goes on past its bound only until it may end: no
// beginning of it with that many characters or more is whole.
// Thread safety: as the arena. Tested by tests/schemas/grammars/ebnf_test.cc.
#pragma once

#include <vector>

#include "schemas/grammars/rule_graph.h"
#include "schemas/grammars/text_cursor.h"

namespace keyway::grammars {

struct BoundedRule {
  RuleId rule;  // to be defined here
  NodeId body;  // without the bound
  uint32_t max_chars;
  size_t offset;  // of the rule in the text
};

// Requires: every other rule is defined. False: refused, a rule is not regular or uses itself; the cursor has the error.
bool define_bounded_rules(RuleGraph& graph, std::vector<BoundedRule> rules, TextCursor& cursor);

}  // namespace keyway::grammars
