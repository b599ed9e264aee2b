// What must come next: the bytes that every text of the language goes on with from here.
//
// Entry points: forced_text.
// A caller that sends these bytes as tokens must not cut where the model would not have: `settled` says how far no
// token of the vocabulary that the grammar allows can span the end of the forced bytes (llguidance's fast-forward note
// measures why). Invariant: every text of the state's language starts with `bytes`.
// Thread safety: as the automaton. Tested by tests/grammar/forced_test.cc.
#pragma once

#include <string>

#include "grammar/mask_builder.h"

namespace keyway {

struct ForcedText {
  std::string bytes;    // at most kMostForced
  size_t settled = 0;   // bytes from the start that no allowed token reaching past the end begins in
  std::vector<TokenId> token;  // the special token that must come when `bytes` is empty; otherwise empty
};

inline constexpr size_t kMostForced = 4096;  // bytes

ForcedText forced_text(Automaton& automaton, const Vocabulary& vocabulary, State state);

}  // namespace keyway
