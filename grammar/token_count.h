// Parts of a text that are bounded in tokens: max_tokens of a rule, of free text, of a thinking section.
//
// Entry points: counted_term, after_token, clamp_counts, least_count. A state knows bytes, not tokens; a counted part is the
// one exception, and the register that counts is a term of its own: with its first byte the part becomes
//
//   part' count(n) rest        count(n): holds the empty text alone; so many tokens may still end inside the part
//
// so that what reads (the head) is that of any other state, with its rows and proofs, and only the stack knows the number.
// after_token steps every open count of a state at the end of a token: at 0 the part is left, where it may end there.
// A token counts where any of its bytes is of the part; one that leaves the part in its middle counts too.
// Invariant: a state that after_token returns can finish every counted part that it stands in, in the tokens left.
// Thread safety: as the arena. Tested by tests/grammar/token_count_test.cc.
#pragma once

#include <functional>

#include "grammar/term.h"

namespace keyway {

// The texts of `part` of at most `most` tokens. never() where none can be begun and the empty text is not one of them.
TermId counted_term(TermArena& arena, TermId part, uint32_t most);

// Whether at most so many tokens can end a text of the term.
using FitsInTokens = std::function<bool(TermId, uint32_t)>;

// The state after a token whose bytes led to `state`; never() where a count ran out in the middle of its part. Without `fits`
// a byte is taken to need a token. Complexity: O(1) where no counted part is open, else the stack down to its last count.
TermId after_token(TermArena& arena, TermId state, const FitsInTokens& fits = {});

// The state with counts of at most `most` in place of larger ones.
TermId clamp_counts(TermArena& arena, TermId state, uint32_t most);

// The least number that an open count of the state has, and that an unopened part of the arena may take; kLongest where there
// is none.
uint32_t least_count(TermArena& arena, TermId state);

}  // namespace keyway
