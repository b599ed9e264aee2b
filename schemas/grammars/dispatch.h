// Free text in which triggers switch to other languages: what TagDispatch, triggered tags and any_text are made of.
//
// Entry point: dispatch_term. The free text is UTF-8 that holds none of the excluded texts and is left at the first
// trigger that is complete, or at a longer one that begins with it, by an automaton over all of them (Aho and Corasick 1975), never by a search of the output.
// Invariant: the text may end wherever no trigger is complete and no character is open.
// Thread safety: as the arena. Tested by tests/schemas/grammars/structural_tag_test.cc.
#pragma once

#include <span>

#include "schemas/grammars/rule_graph.h"

namespace keyway::grammars {

// parts[i] follows trigger i, texts before tokens; a part that is never() makes its trigger an excluded text.
// Where an excluded text and a trigger end at one byte, the text is excluded; of several triggers that end at one byte
// the longest is meant (alike ones may all be), as in XGrammar. Requires: triggers and excludes are UTF-8 and not empty.
TermId dispatch_term(TermArena& arena, const DispatchPlan& plan, std::span<const TermId> parts);

}  // namespace keyway::grammars
