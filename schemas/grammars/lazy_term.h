// Terms of the shortest texts, and terms less the empty text.
//
// Entry points: lazy_term, without_empty. A lazy rule stops as soon as it may: its texts are those that have no shorter
// one as a beginning. Both work on any term, by its derivatives and unfoldings, on demand.
// Thread safety: as the arena. Tested by tests/schemas/grammars/rule_graph_test.cc.
#pragma once

#include "grammar/term.h"

namespace keyway::grammars {

// The texts of `term` of which no proper beginning is a text of it.
TermId lazy_term(TermArena& arena, TermId term);

// The texts of `term` but the empty one.
TermId without_empty(TermArena& arena, TermId term);

}  // namespace keyway::grammars
