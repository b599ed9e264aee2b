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

// What one caller may call, besides what all may.
struct CallerRules {
  std::string caller;
  bool has_allow = false;
  std::vector<std::string> allow;
  std::vector<std::string> deny;
};

struct RegistryFile {
  std::vector<std::string> allow;  // RE2 patterns; empty: not given
  bool has_allow = false;
  std::vector<std::string> deny;
  bool has_callers = false;
  std::vector<CallerRules> callers;
  RegistryOptions options;
};

// Marks the entries of `list` whose shape registries do not allow, and narrows the parameters of those with "limits".
// Requires: list.is_registry.
// Errors: kInvalid with the JSON Pointer of the first bad member outside "tools"; kMismatch where "content_hash" is not
// that of the tools.
Result<RegistryFile> read_registry_file(ToolList& list);

}  // namespace keyway
