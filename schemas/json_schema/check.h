// Whether the value of a keyword has the form that the drafts ask for.
//
// Entry points: check_form, shorten_value. The forms of subschemas are checked when they are read (nodes.h), so that
// only reachable ones count. Tested by tests/schemas/json_schema/compile_test.cc.
#pragma once

#include <optional>
#include <string>

#include "grammar/error.h"
#include "schemas/json.h"
#include "schemas/json_schema/keywords.h"

namespace keyway::json_schema {

// The error (kInvalid) of a value without the form of its row; empty where it is well formed. It has no pointer.
std::optional<Error> check_form(const KeywordRow& row, Json value);

// The value as text for Error::given: at most 200 bytes, whole code points. Complexity: does not print what it cuts off.
std::string shorten_value(Json value);

}  // namespace keyway::json_schema
