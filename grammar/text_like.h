// Terms that are texts though another definition makes them: masks are made of them as of texts (mask_parts.h).
//
// Entry points: add_text_like, is_text_like. What is said of a definition changes no mask, only what it costs.
// Thread safety: as the arena. Tested by tests/grammar/excluded_texts_test.cc.
#pragma once

#include "grammar/term.h"

namespace keyway {

// The references of the definition are texts: what may stand in one may stand in it at most places.
void add_text_like(TermArena& arena, DefinitionId definition);
bool is_text_like(TermArena& arena, TermId term);

}  // namespace keyway
