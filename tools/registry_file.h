// The members of a registry file besides its tools (schemas/registry.schema.json).
//
// Entry points: read_registry_file. A member that registries do not have is refused, so that a misspelled option is
// never silently without effect; so is a member of a tool that registries do not have, in that tool alone.
// Tested by tests/tools/registry_file_test.cc.
#pragma once

#include <string>
#include <vector>

#include "tools/registry_options.h"
#include "tools/tool_list.h"

namespace keyway {

struct RegistryFile {
  std::vector<std::string> allow;  // RE2 patterns; empty: not given
  bool has_allow = false;
  std::vector<std::string> deny;
  RegistryOptions options;
};

// Marks the entries of `list` whose shape registries do not allow. Requires: list.is_registry.
// Errors: kInvalid with the JSON Pointer of the first bad member outside "tools".
Result<RegistryFile> read_registry_file(ToolList& list);

}  // namespace keyway
