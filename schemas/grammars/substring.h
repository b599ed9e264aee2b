// Contiguous runs of a list of chunks, the empty run among them: Substring of EBNF, substring_chunks of Lark.
//
// Entry point: substring_regex. Complexity: O(chunks + bytes) expressions.
// Thread safety: as the arena. Tested by tests/schemas/grammars/ebnf_test.cc.
#pragma once

#include <string>
#include <vector>

#include "grammar/regex.h"

namespace keyway::grammars {

// Requires: every chunk is UTF-8.
RegexId substring_regex(RegexArena& regexes, const std::vector<std::string>& chunks);

}  // namespace keyway::grammars
