// Reads a regular expression into a SplitProgram.
//
// Entry point: compile_split_program. Invariant: a program means what Oniguruma takes the pattern to mean, or there
// is none: whatever is outside the subset (back references, lookbehind, anchors, nested repetition, lazy quantifiers,
// patterns that match the empty text) is left to the caller.
// Tested by tests/runtime/tokenizer_split_test.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "grammar/error.h"
#include "runtime/tokenizer/split_pattern.h"

namespace keyway {

// A program; null where the pattern is outside the subset. Errors: kLimit for groups nested deeper than 250,
// kUnsupported for constructs that Oniguruma and PCRE2 read differently.
// Complexity: O(length), plus about 30 us for each class.
Result<std::shared_ptr<const SplitProgram>> compile_split_program(std::string_view pattern,
                                                                  const std::string& pointer);

}  // namespace keyway
