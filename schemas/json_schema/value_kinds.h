// The kinds of JSON values that a parameter may have, for readers of forms in which a string is not told by quotes.
//
// Entry points: ValueKinds, ParameterKinds. Tested by tests/tools/argument_readers_test.cc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace keyway {

using ValueKinds = uint8_t;
inline constexpr ValueKinds kStringKind = 1, kNumberKind = 2, kBooleanKind = 4, kNullKind = 8, kContainerKind = 16;
inline constexpr ValueKinds kAnyKind = 31;

struct ParameterKinds {
  std::string name;
  ValueKinds kinds = kAnyKind;
};

}  // namespace keyway
