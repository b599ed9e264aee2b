// The search that every decision of sampling is: where a running sum over falling keys reaches its target.
//
// Entry point: search_keys; runs on any Block of block.h. top-k sums ones, top-p masses, the draw masses over rising
// tokens. Each round deals the range of keys into 256 bins, sums them from the top and goes on in the bin where the
// target is reached: 8 bits of the answer a round, ids only where logits are equal.
// Invariant: integer sums, so the answer does not depend on the order in which candidates are visited.
// Tested by tests/kernels/sample_program_test.cc.
#pragma once

#include "kernels/block.h"

namespace keyway {

struct SearchShared {
  uint64_t masses[kBlockThreads], sums[kBlockThreads];
  uint32_t counts[kBlockThreads];
  uint64_t above;     // the sum above the bin in which the target is reached
  uint32_t crossing;  // that bin; kBlockThreads: none
  uint64_t reached;   // the sum with that bin
  uint32_t count;     // candidates in it
};

struct SearchResult {
  bool found;     // the sum over all reaches the target; if not, key is where the search began
  uint64_t key;   // the candidates from here on reach it, and fewer would not
  uint64_t high;  // the last of them, the one that reaches it, is below this; no other is in [key, high)
  uint64_t above;    // the sum from `high` on
  uint64_t reached;  // the sum from `key` on
};

// Bits that a key less than `span` may have beyond 8.
KEYWAY_HOST_DEVICE inline uint32_t bin_shift(uint64_t span) {
  uint32_t shift = 0;
  while (((span - 1) >> shift) >= kBlockThreads) ++shift;
  return shift;
}

// Turns masses into the sums of masses from each bin on. Requires: a barrier since the last read of `crossing`.
template <typename Block>
KEYWAY_HOST_DEVICE void sum_from_the_top(Block& block, SearchShared& shared) {
  uint64_t* from = shared.masses;
  uint64_t* to = shared.sums;
  for (uint32_t distance = 1; distance < kBlockThreads; distance *= 2) {
    block.each([&](uint32_t thread) {
      if (thread == 0) shared.crossing = kBlockThreads;
      to[thread] = from[thread] + (thread + distance < kBlockThreads ? from[thread + distance] : 0);
    });
    uint64_t* other = from;
    from = to;
    to = other;
  }
  // Eight rounds: the sums are in `masses` again.
}

// visit(low, high, add) calls add(key, mass) for every candidate of [low, high), in phases of its own; others are left out.
// The search ends where [key, high) holds `enough` candidates or fewer, by itself at one. `above`: the sum over all from `high` on.
// Requires: low < high, target > above, enough > 0.
template <typename Block, typename Visit>
KEYWAY_HOST_DEVICE SearchResult search_keys(Block& block, SearchShared& shared, uint64_t low, uint64_t high, uint64_t target,
                                            uint64_t above, uint32_t enough, Visit visit) {
  while (true) {
    const uint32_t shift = bin_shift(high - low);
    block.each([&](uint32_t thread) {
      shared.masses[thread] = 0;
      shared.counts[thread] = 0;
    });
    visit(low, high, [&](uint64_t key, uint64_t mass) {
      if (key < low || key >= high) return;
      const uint32_t bin = static_cast<uint32_t>((key - low) >> shift);
      block.atomic_add(&shared.masses[bin], mass);
      block.atomic_add(&shared.counts[bin], 1u);
    });
    sum_from_the_top(block, shared);
    block.each([&](uint32_t thread) {
      const uint64_t here = above + shared.masses[thread];
      const uint64_t next = above + (thread + 1 < kBlockThreads ? shared.masses[thread + 1] : 0);
      if (here < target || next >= target) return;
      shared.crossing = thread;
      shared.above = next;
      shared.reached = here;
      shared.count = shared.counts[thread];
    });
    const uint32_t crossing = shared.crossing;
    if (crossing == kBlockThreads) return {false, low, high, above, above};
    above = shared.above;
    low += static_cast<uint64_t>(crossing) << shift;
    const uint64_t end = low + (uint64_t{1} << shift);
    high = end < high ? end : high;
    if (shift == 0 || shared.count <= enough) return {true, low, high, above, shared.reached};
  }
}

}  // namespace keyway
