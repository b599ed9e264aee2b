// Schemas whose objects say that they are open, spelled so that the option closed_objects leaves them open.
//
// Entry point: with_open_objects. `additionalProperties: true` asserts nothing, so that the compiler cannot tell it from
// silence; the list of all types asserts nothing either but is an assertion.
// Thread safety: a function. Tested by tests/schemas/grammars/structural_tag_test.cc.
#pragma once

#include <string>

#include "schemas/json.h"

namespace keyway::grammars {

// The text of the schema. Complexity: O(text); recursion is bounded by the depth that parse_json allows.
std::string with_open_objects(Json schema);

}  // namespace keyway::grammars
