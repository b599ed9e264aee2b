// The options of a registry file. Entry points: RegistryOptions.
// What each one means is said in schemas/registry.schema.json, whose "options" these are.
// Tested by tests/tools/registry_file_test.cc.
#pragma once

#include <cstdint>
#include <optional>

#include "schemas/json_schema/compile.h"

namespace keyway {

inline constexpr uint32_t kUnlimitedCalls = 0xFFFFFFFFu;

// What is not given is left to the caller: the command line, a request, or the defaults of the schema compiler.
struct RegistryOptions {
  std::optional<PropertyOrder> property_order;
  std::optional<Whitespace> whitespace;
  std::optional<uint32_t> parallel_calls;     // calls in one answer, at most; true is kUnlimitedCalls, false is 1
  std::optional<uint32_t> max_string_length;  // code points
  std::optional<uint32_t> max_items;
  bool strict = false;  // one refused tool refuses the registry
};

}  // namespace keyway
