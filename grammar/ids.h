// Strong 32-bit ids, so that a token is never taken for a term.
//
// Entry points: Id<Tag>, TokenId, kNoToken. Invariant: an id indexes one table of one owner; special values are
// named constants, never -1.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace keyway {

template <typename Tag>
struct Id {
  uint32_t value = 0;
  constexpr Id() = default;
  constexpr explicit Id(uint32_t v) : value(v) {}
  constexpr auto operator<=>(const Id&) const = default;
};

}  // namespace keyway

template <typename Tag>
struct std::hash<keyway::Id<Tag>> {
  size_t operator()(keyway::Id<Tag> id) const noexcept { return id.value * 0x9E3779B97F4A7C15ull >> 16; }
};

namespace keyway {

using TokenId = uint32_t;  // plain: token ids cross the C interface, the device and every engine as uint32
inline constexpr TokenId kNoToken = 0xFFFFFFFFu;

}  // namespace keyway
