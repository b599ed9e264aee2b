// Free text as a term: UTF-8 in which no delimiter occurs unnoticed.
//
// Entry points: free_text, FreeTextRules. The text runs until an exit, which opens what comes after it. A state is (state
// of the search for the exits' spellings, place in a code point), so that a trigger is found by automaton, in the text as
// it comes, and a free position costs one row for all requests.
// Invariants: the spelling of an exit does not occur in the text, even where the tokenizer has it as a token; the text
// ends between code points only. After an exit only what comes after it is left, but for exits that look ahead: their
// text is free until the name or key that they ask for follows it, which only `then` allows.
// Thread safety: as the arena. Tested by tests/tools/free_text_test.cc.
#pragma once

#include <vector>

#include "grammar/term.h"
#include "tools/trigger_search.h"

namespace keyway {

// What opens something else, and what.
struct TextExit {
  Element by;  // kBytes or kToken
  TermId then = TermArena::never();  // never(): the exit is closed, its delimiter just does not occur
  Where where = Where::kAnywhere;
  bool name_ahead = false;
  KeyAhead key_ahead{};

  bool looks_ahead() const { return name_ahead || !key_ahead.key.empty(); }
};

struct FreeTextRules {
  std::vector<TextExit> exits;
  bool may_end = true;
  std::vector<TokenId> tokens;  // added tokens that are part of the text
};

// Requires: may_end, or the first exit is open and may stand anywhere, and its spelling does not overlap itself.
TermId free_text(TermArena& arena, const FreeTextRules& rules);

}  // namespace keyway
