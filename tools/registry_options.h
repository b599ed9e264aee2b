// The options of a registry file. Entry points: RegistryOptions.
// What each one means is said in schemas/registry.schema.json, whose "options" these are.
// Tested by tests/tools/registry_file_test.cc.
#pragma once

#include <cstdint>
#include <optional>

namespace keyway {

enum class MemberOrder : uint8_t { kAny, kDeclared };
enum class WhitespaceStyle : uint8_t {
  kFlexible,   // any JSON white space, bounded at each place
  kJsonDumps,  // one blank after "," and ":", as Python's json.dumps
  kCompact,    // none
};

inline constexpr uint32_t kUnlimitedCalls = 0xFFFFFFFFu;

// What is not given is left to the caller: the command line, a request, or the defaults of the schema compiler.
struct RegistryOptions {
  std::optional<MemberOrder> property_order;
  std::optional<WhitespaceStyle> whitespace;
  std::optional<uint32_t> parallel_calls;     // calls in one answer, at most; true is kUnlimitedCalls, false is 1
  std::optional<uint32_t> max_string_length;  // code points
  std::optional<uint32_t> max_items;
  bool strict = false;  // one refused tool refuses the registry
};

}  // namespace keyway
