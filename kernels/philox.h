// Philox4x32-10, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011);
// compiles as C++ and as CUDA.
//
// Entry points: philox4x32, uniform_at, uniform_bits_at. Invariant: a number is a pure function of (seed, stream,
// position): it does not depend on batch shape, on threads, or on how many numbers were drawn before it.
// Tested by tests/kernels/philox_test.cc (the known answers of the Random123 distribution).
#pragma once

#include <stdint.h>

#include "grammar/token_mask.h"

namespace keyway {

struct PhiloxBlock {
  uint32_t words[4];
};

// Ten rounds on the counter under the key. Complexity: 20 multiplications.
KEYWAY_HOST_DEVICE inline PhiloxBlock philox4x32(PhiloxBlock counter, uint32_t key_low, uint32_t key_high) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t first = uint64_t{0xD2511F53u} * counter.words[0];
    const uint64_t second = uint64_t{0xCD9E8D57u} * counter.words[2];
    counter = PhiloxBlock{{static_cast<uint32_t>(second >> 32) ^ counter.words[1] ^ key_low,
                           static_cast<uint32_t>(second),
                           static_cast<uint32_t>(first >> 32) ^ counter.words[3] ^ key_high,
                           static_cast<uint32_t>(first)}};
    key_low += 0x9E3779B9u;
    key_high += 0xBB67AE85u;
  }
  return counter;
}

// Uniform among the multiples of 2^11 below 2^64. `stream` tells sequences of one seed apart, `position` counts the
// sampled tokens of one sequence from 0.
KEYWAY_HOST_DEVICE inline uint64_t uniform_bits_at(uint64_t seed, uint64_t stream, uint64_t position) {
  const PhiloxBlock counter = {{static_cast<uint32_t>(position), static_cast<uint32_t>(position >> 32),
                                static_cast<uint32_t>(stream), static_cast<uint32_t>(stream >> 32)}};
  const PhiloxBlock block = philox4x32(counter, static_cast<uint32_t>(seed), static_cast<uint32_t>(seed >> 32));
  return (uint64_t{block.words[0]} << 32) ^ (uint64_t{block.words[1] >> 11} << 11);
}

// The same as a number in [0, 1), a multiple of 2^-53.
KEYWAY_HOST_DEVICE inline double uniform_at(uint64_t seed, uint64_t stream, uint64_t position) {
  return static_cast<double>(uniform_bits_at(seed, stream, position) >> 11) * 0x1.0p-53;
}

}  // namespace keyway
