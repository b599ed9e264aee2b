// Contiguous runs of a list of chunks, the empty run among them: Substring of EBNF, substring_chunks of Lark.
//
// Entry point: substring_regex. The runs are those of a suffix automaton (Blumer et al., "The smallest automaton recognizing
// the subwords of a text", 1985) over chunks, each state of which is an expression when a text reaches it: a list of
// expressions for each place cost 0.9 s for 400,000 characters, and its first state was a choice of as many.
// Thread safety: as the arena. Tested by tests/schemas/grammars/substring_test.cc.
#pragma once

#include <string>
#include <vector>

#include "grammar/term.h"

namespace keyway::grammars {

inline constexpr size_t kMostChunks = 500'000;  // 80 MB and a third of a second while they are read

// Requires: every chunk is UTF-8. Errors: kLimit past kMostChunks and where different chunks have more
// than half of Limits::text_bytes together, without a place.
// Complexity: O(chunks + bytes) expected; at most 2 states and 3 edges for a chunk.
Result<RegexId> substring_regex(TermArena& arena, const std::vector<std::string>& chunks);

// The error for more than kMostChunks; a reader stops there.
Error too_many_chunks();

}  // namespace keyway::grammars
