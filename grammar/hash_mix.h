// One step of the hash of a hash-consed node: the value is folded into what was hashed so far.
//
// Entry points: hash_mix. Tested through the arenas that use it (tests/grammar/term_test.cc, regex_test.cc).
#pragma once

#include <cstdint>

namespace keyway {

// The tables are indexed by low bits, which a product takes from low bits alone: the high half is folded in.
inline uint64_t hash_mix(uint64_t hash, uint64_t value) {
  hash ^= value + 0x9E3779B97F4A7C15ull + (hash << 6) + (hash >> 2);
  hash *= 0xFF51AFD7ED558CCDull;
  return hash ^ (hash >> 32);
}

}  // namespace keyway
