// Terms that remember the text in front of them: what a later part of a text may be can depend on an earlier part (an
// item of an array that no other may equal), and the state of a text is a term and nothing else.
//
//   sequence(H, sequence(quote, recorder("ab")))  --c-->  sequence(d(H), sequence(quote, recorder("abc")))
//
// The head H is the one that every other string has, so that its rows and proofs are shared; only the tail is private.
// A mask asks of thousands of tokens whether they may come, and what was recorded forbids a few values at most. Where a
// recorder would be read, a walk goes on with what it is like whatever was recorded, the relaxed term; where that has more
// values left than any recorder remembers, one of them is allowed, and the token is. Only the others are stepped again.
//
// Entry points: record_byte, relaxed, many_within. Tested by tests/grammar/recording_test.cc.
#pragma once

#include "grammar/term.h"

namespace keyway {

// The term after a byte was read in front of it: its recording references, outside of references, have taken the byte.
// Complexity: the length of its sequences. Thread safety: as the arena.
TermId record_byte(TermArena& arena, TermId term, uint8_t byte);

inline constexpr uint32_t kMostRecorded = 1000;  // values that a recorder remembers

// The term with what is read next made independent of what was recorded. Each reference that recalls, where the next byte is
// read, becomes what it is like: ways that it has whatever was recorded, and values that end in a mark, a reference that
// recalls and marks. The texts of `term` are among the relaxed ones up to the mark, and a prefix of a value begins a text of
// `term` where what is left before the mark has more than kMostRecorded values.
// never() where a part cannot be relaxed. Complexity: the alternatives in head position.
TermId relaxed(TermArena& arena, TermId term);

// Bytes in which more than kMostRecorded texts of `term` that stand for different values can be written, as far as the first
// reference that recalls: kLongest where that is not known.
uint32_t many_within(TermArena& arena, TermId term);

}  // namespace keyway
