// Character classes and escapes of split patterns, as Oniguruma reads them.
//
// Entry points: read_split_class for [...], read_split_escape for \p{..}, \s, \x41 and the like.
// Invariant: `at` moves past what was read; false means that the construct is outside the subset.
// Tested by tests/runtime/tokenizer_split_test.cc.
#pragma once

#include <string_view>

#include "runtime/tokenizer/code_point_table.h"

namespace keyway {

// Requires: pattern[at] == '['. Nested classes and && are read; the depth is counted.
bool read_split_class(std::string_view pattern, size_t& at, CodePointSet& set);

// Requires: pattern[at] == '\\'. Oniguruma's \w has some numbers of Latin-1 in it, but not inside a class.
bool read_split_escape(std::string_view pattern, size_t& at, bool in_class, CodePointSet& set);

}  // namespace keyway
