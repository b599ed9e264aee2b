// Sets of names as bits, and lengths past every text: what the parts of object terms share.
//
// Entry points: NameBits, test, next_set. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

namespace keyway::json_schema {

using NameBits = std::vector<uint64_t>;

inline bool test(const NameBits& bits, uint32_t i) { return (bits[i / 64] >> (i % 64)) & 1; }

// The first index in [first, last) whose bit is set; `last` where there is none.
inline uint32_t next_set(const NameBits& bits, uint32_t first, uint32_t last) {
  while (first < last) {
    const uint64_t word = bits[first / 64] >> (first % 64);
    if (word != 0) return std::min(last, first + static_cast<uint32_t>(std::countr_zero(word)));
    first = (first / 64 + 1) * 64;
  }
  return last;
}

inline constexpr uint64_t kImpossible = ~uint64_t{0} >> 2;  // bytes of a text that does not exist

}  // namespace keyway::json_schema
