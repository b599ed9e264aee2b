// Expands the inputs of the attack corpus: texts, base64, and recipes for what is too large to store.
//
// A recipe is a text, {"base64"}, {"concat": [...]}, {"repeat": r, "times": n} or
// {"each": "text <i> <i+1>", "times": n, "from": 0, "join": ","}; any object may add "then": r.
// Entry points: expand_recipe, case_input.
// Invariant: an input is at most kMaxInputBytes; the size is checked before it is built.
// Tested by tests/bench/attacks_test.cc.
#pragma once

#include <cstddef>
#include <string>

#include <nlohmann/json.hpp>

#include "grammar/error.h"

namespace keyway::bench {

inline constexpr size_t kMaxInputBytes = size_t{256} << 20;

// The bytes of a recipe. Errors: kInvalid for what is not a recipe, kLimit for one that is too large or nested.
Result<std::string> expand_recipe(const nlohmann::ordered_json& recipe);

// The input of a case: its `input`, `input_base64` or expanded `generate`.
Result<std::string> case_input(const nlohmann::ordered_json& attack);

}  // namespace keyway::bench
