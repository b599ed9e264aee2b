// The byte spellings of the code points of one class, as a term; the part of text_term.h that knows UTF-8 and JSON.
//
// Entry points: spell_class, least_utf8, least_json. A term is built as a tree over blocks of code points of equal width (the
// 64 of a UTF-8 continuation byte, the 16 of a hexadecimal digit): a block that the class holds whole is one shared
// term, a block outside it is none, and only the blocks at the edges of ranges are opened.
// Invariant: every spelling decodes to one code point of the class, and no spelling is the beginning of another.
// Tested by tests/grammar/text_term_test.cc.
#pragma once

#include "grammar/text_term.h"

namespace keyway {

// Bytes of a shortest spelling of a code point of the set. Requires: set is not empty.
uint32_t least_utf8(const CodePointSet& set);
uint32_t least_json(const CodePointSet& set);  // the same for kJson and kJsonCanonical

// Complexity: O(ranges * 64). Thread safety: as the arena.
TermId spell_class(TermArena& arena, const CodePointSet& set, TextSpelling spelling);

}  // namespace keyway
