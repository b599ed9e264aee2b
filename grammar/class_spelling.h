// The byte spellings of the code points of one class, as a term; the part of text_term.h that knows UTF-8 and JSON.
//
// Entry points: spell_utf8, spell_surrogates, EscapeParts, hex_digits, least_bytes. A term is built as a tree over
// blocks of code points of equal width (the 64 of a UTF-8 continuation byte, the 16 of a hexadecimal digit): a block that
// the class holds whole is one shared term, a block outside it is none, and only the blocks at the edges of ranges are
// opened. What a text seldom reaches, the digits of an escape, is opened a digit at a time by text_term.cc.
// Invariant: every spelling decodes to one code point of the class, and no spelling is the beginning of another.
// Tested by tests/grammar/text_term_test.cc.
#pragma once

#include "grammar/text_term.h"

namespace keyway {

// The bytes of a shortest spelling of a code point of a set, which is not empty and has one that can be written.
RegexArena::Weight least_bytes(TextSpelling spelling);

// The code points past ASCII that a string may hold as they are, in UTF-8. Complexity: O(ranges * 64).
TermId spell_utf8(TermArena& arena, const CodePointSet& set);

// What follows "\uD" (or "\ud") for the code points beyond plane 0: the other digits of both halves of a surrogate pair.
TermId spell_surrogates(TermArena& arena, const CodePointSet& set, bool either_case);

// The bytes below 0x80 of the set as they stand in a JSON string: without controls, the quote and the backslash.
// Requires: a spelling of JSON, here and below.
ByteSet plain_ascii(const CodePointSet& set, TextSpelling spelling);

// How the code points of a class are written after a backslash.
struct EscapeParts {
  ByteSet letters;        // n for a line feed, and so on
  CodePointSet numbered;  // those that \uXXXX may write
};
EscapeParts escape_parts(const CodePointSet& set, TextSpelling spelling);

// The bytes that write one hexadecimal digit. Requires: value < 16.
ByteSet hex_digit(uint32_t value, bool either_case);
// Any `count` hexadecimal digits.
TermId hex_digits(TermArena& arena, uint32_t count, bool either_case);

}  // namespace keyway
