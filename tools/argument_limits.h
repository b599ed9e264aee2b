// Limits of single arguments, from a registry to the schema of the tool.
//
// Entry points: apply_argument_limits. An argument that has limits gets the schema {"allOf": [its own, the limits]}, so
// that both hold, whatever its own says; references to other places of the parameters stay what they were.
// Tested by tests/tools/registry_set_test.cc.
#pragma once

#include "grammar/error.h"
#include "tools/tool.h"

namespace keyway {

// Replaces the parameters of a tool whose entry has "limits". Errors: kInvalid for a limit that registries do not have;
// kNotFound for an argument that the parameters do not declare.
Status apply_argument_limits(Tool& tool);

}  // namespace keyway
