// Derivatives of terms (Brzozowski 1964): what may still come after one byte or one special token.
//
// Entry points: derivative, token_derivative, first_bytes, next_tokens. These follow the definition, without caches beyond
// the arena's hash-consing: they are the oracle of every faster path and stay so for good.
//   d(sequence(h, t)) = d(h) t  |  (if h is nullable) d(t)         d(choice) = choice of d
//   d(repeat(a, m, n)) = d(a) repeat(a, m-1, n-1)                   d(reference) = d(unfold(reference))
// Invariant: the result is never() exactly when no text of the language goes on that way (terms are never empty, T2).
// A budget that runs out gives never() and arena.exhausted(). Tested by tests/grammar/derivative_test.cc.
#pragma once

#include <vector>

#include "grammar/term.h"

namespace keyway {

// Complexity: the alternatives in head position. Thread safety: as the arena.
TermId derivative(TermArena& arena, TermId term, uint8_t byte);
// The same, and in `same` a class of bytes that holds `byte` and whose derivatives are all this one.
TermId derivative(TermArena& arena, TermId term, uint8_t byte, ByteSet& same);
TermId token_derivative(TermArena& arena, TermId term, TokenId token);

// The bytes that may come next.
ByteSet first_bytes(TermArena& arena, TermId term);

// The special and added tokens that may come next, sorted.
std::vector<TokenId> next_tokens(TermArena& arena, TermId term);

}  // namespace keyway
