// Free text as a term: UTF-8 in which no call begins unnoticed.
//
// Entry points: free_text, FreeTextRules. The text runs until a delimiter, which opens what comes after it. A state is
// (bytes of the delimiter that came last, bytes that may yet open a section at the start, place in a code point), so
// that the trigger is found by automaton, in the text as it comes, and a free position costs one row for all requests.
// Invariants: the delimiter's spelling does not occur in the text, even where the tokenizer has it as a token; the text
// ends between code points only; from the delimiter on, only what comes after it is left.
// Thread safety: as the arena. Tested by tests/tools/free_text_test.cc.
#pragma once

#include <optional>
#include <vector>

#include "grammar/term.h"
#include "tools/call_format.h"

namespace keyway {

// What opens something else, and what.
struct TextExit {
  Element by;  // kBytes or kToken
  TermId then = TermArena::never();  // never(): the exit is closed, its delimiter just does not occur
};

struct FreeTextRules {
  std::optional<TextExit> anywhere;  // wherever it stands
  std::vector<TextExit> at_start;    // as the first thing but white space, of at most start_space bytes
  uint32_t start_space = 0;
  bool may_end = true;
  std::vector<TokenId> tokens;  // added tokens that are part of the text
};

// Requires: may_end, or `anywhere` is open; no exit's spelling overlaps itself or is a part of another's.
TermId free_text(TermArena& arena, const FreeTextRules& rules);

}  // namespace keyway
