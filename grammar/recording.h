// Terms that remember the text in front of them: what a later part of a text may be can depend on an earlier part (an
// item of an array that no other may equal), and the state of a text is a term and nothing else.
//
//   sequence(H, sequence(quote, recorder("ab")))  --c-->  sequence(d(H), sequence(quote, recorder("abc")))
//
// The head H is the one that every other string has, so that its rows and proofs are shared; only the tail is private.
// Entry points: record_byte. Tested by tests/grammar/recording_test.cc.
#pragma once

#include "grammar/term.h"

namespace keyway {

// The term after a byte was read in front of it: its recording references, outside of references, have taken the byte.
// Complexity: the length of its sequences. Thread safety: as the arena.
TermId record_byte(TermArena& arena, TermId term, uint8_t byte);

}  // namespace keyway
