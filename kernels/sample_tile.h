// The block program of one tile of one row: reads its logits once and leaves a SampleTile and a list of candidates.
//
// Entry point: run_tile; runs on any Block of block.h. A thread keeps its 16 logits from the first phase to the last.
// Invariant: masses, anchors and best do not depend on how tokens are dealt to threads. The list may: its floor says what
// it is good for, and what is drawn from it never depends on it (sample_finish.h).
// Bytes moved: count * element size, one mask word per 32 tokens, 64 and 8 * listed bytes written.
// Tested by tests/kernels/sample_program_test.cc.
#pragma once

#include <string.h>

#include "kernels/block.h"
#include "kernels/sample_rules.h"

namespace keyway {

inline constexpr uint32_t kThreadTokens = kTileTokens / kBlockThreads;
inline constexpr uint32_t kListTarget = 128;       // candidates that a tile lists where top-k asks for more
inline constexpr uint32_t kListTargetNoTopK = 64;  // and where there is no top-k

// What a thread keeps.
struct TileLocal {
  float logits[kThreadTokens];  // those that do not count are -kLargestFloat, whose mass is 0
  uint32_t plain;               // bit e: logits[e] is a candidate as it stands
  uint32_t key;                 // of the thread's first candidate; 0: it has none
  uint64_t sum_allowed;
  uint64_t sum;                 // of sample_finish.h
  bool wild;
};

struct TileShared {
  TileWords words;
  uint32_t listed;
};

// Threads read runs of 16 bytes: element e of a thread is token (e / run) * 256 * run + thread * run + e % run of the tile.
template <LogitType kType>
inline constexpr uint32_t kRun = kType == LogitType::kFloat32 ? 4 : 8;

template <LogitType kType>
KEYWAY_HOST_DEVICE inline uint32_t token_offset(uint32_t thread, uint32_t e) {
  return e / kRun<kType> * (kBlockThreads * kRun<kType>) + thread * kRun<kType> + e % kRun<kType>;
}

// kRun logits from an aligned address.
template <LogitType kType>
KEYWAY_HOST_DEVICE inline void read_run(const TileExtent& extent, uint32_t offset, float* to) {
  uint32_t words[4];
  const size_t bytes = kType == LogitType::kFloat32 ? 4 : 2;
  const char* from = static_cast<const char*>(extent.shard->logits) + (extent.element + offset) * bytes;
#ifdef __CUDA_ARCH__
  const uint4 four = __ldcs(reinterpret_cast<const uint4*>(from));  // read once: do not keep
  words[0] = four.x, words[1] = four.y, words[2] = four.z, words[3] = four.w;
#else
  memcpy(words, from, sizeof words);
#endif
  KEYWAY_UNROLL
  for (uint32_t i = 0; i < kRun<kType>; ++i) {
    if constexpr (kType == LogitType::kFloat32) {
      to[i] = float_of_bits(words[i]);
    } else {
      const uint16_t half = static_cast<uint16_t>(words[i / 2] >> (16 * (i % 2)));
      to[i] = kType == LogitType::kBfloat16 ? read_bfloat16(half) : read_float16(half);
    }
  }
}

// Fills logits, plain and wild.
template <LogitType kType>
KEYWAY_HOST_DEVICE inline void read_thread_logits(const TileExtent& extent, const RowRules& rules, const TileWords& words,
                                                  uint32_t thread, TileLocal& local) {
  constexpr uint32_t kRunBits = (1u << kRun<kType>) - 1;
  const size_t bytes = kType == LogitType::kFloat32 ? 4 : 2;
  const bool aligned = (reinterpret_cast<uintptr_t>(extent.shard->logits) + extent.element * bytes) % 16 == 0;
  local.plain = 0;
  local.wild = false;
  KEYWAY_UNROLL
  for (uint32_t e = 0; e < kThreadTokens; e += kRun<kType>) {
    const uint32_t offset = token_offset<kType>(thread, e);
    const uint32_t word = offset / kMaskWordBits, shift = offset % kMaskWordBits;
    local.plain |= ((words.plain[word] >> shift) & kRunBits) << e;
    uint32_t counts = (words.allowed[word] >> shift) & kRunBits;
    if (rules.wants_mass) {
      const uint32_t left = offset < extent.count ? extent.count - offset : 0;
      counts = left >= kRun<kType> ? kRunBits : (1u << left) - 1;
    }
    if (counts != 0 && aligned && offset + kRun<kType> <= extent.count) {
      read_run<kType>(extent, offset, local.logits + e);
    } else {
      KEYWAY_UNROLL
      for (uint32_t i = 0; i < kRun<kType>; ++i) {
        if (((counts >> i) & 1u) != 0) local.logits[e + i] = read_logit<kType>(extent, offset + i);
      }
    }
    KEYWAY_UNROLL
    for (uint32_t i = 0; i < kRun<kType>; ++i) {
      if (((counts >> i) & 1u) == 0) local.logits[e + i] = -kLargestFloat;
      local.wild = local.wild || !is_finite(local.logits[e + i]);
    }
  }
}

KEYWAY_HOST_DEVICE inline uint32_t key_of(float logit) { return static_cast<uint32_t>(candidate(logit, 0) >> 32); }
KEYWAY_HOST_DEVICE inline float logit_of_key(uint64_t key) { return candidate_logit(key << 32); }

// The key above which at least `target` threads have their first candidate, or 1 where fewer threads have one.
template <typename Block>
KEYWAY_HOST_DEVICE uint32_t find_threshold(Block& block, uint32_t target, uint32_t best_key) {
  if (block.count_of([&](uint32_t thread) { return block.local(thread).key != 0; }) <= target) return 1;
  uint32_t low = ~static_cast<uint32_t>(block.max_of([&](uint32_t thread) {
    const uint32_t key = block.local(thread).key;
    return static_cast<uint64_t>(key != 0 ? ~key : 0);
  }));
  uint32_t high = best_key;
  // 12 halvings of the range of keys: a few more candidates than asked for do no harm.
  for (int round = 0; round < 12 && low < high; ++round) {
    const uint32_t middle = low + (high - low + 1) / 2;
    const uint32_t count = block.count_of([&](uint32_t thread) { return block.local(thread).key >= middle; });
    if (count >= target) {
      low = middle;
      if (count <= target + target / 8) break;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

// Lists every candidate whose key is at least the threshold.
template <LogitType kType, typename Block>
KEYWAY_HOST_DEVICE void write_list(Block& block, const SampleArguments& arguments, const RowRules& rules,
                                   const TileExtent& extent, TileShared& shared, SampleTile& tile) {
  const uint32_t asked = rules.top_k == 0 ? kListTargetNoTopK : rules.top_k < kListTarget ? rules.top_k : kListTarget;
  const uint32_t threshold = find_threshold(block, asked, static_cast<uint32_t>(tile.best >> 32));
  uint64_t* list = extent.shard->lists + extent.place * kTileList;
  const auto add = [&](uint64_t entry) {
    if (static_cast<uint32_t>(entry >> 32) < threshold) return;
    const uint32_t index = block.atomic_add(&shared.listed, 1u);
    if (index < kTileList) list[index] = entry;
  };
  block.each([&](uint32_t thread) {
    const TileLocal& local = block.local(thread);
    if (local.key < threshold) return;
    KEYWAY_UNROLL
    for (uint32_t e = 0; e < kThreadTokens; ++e) {
      if (((local.plain >> e) & 1u) != 0) {
        add(candidate(local.logits[e], extent.first + token_offset<kType>(thread, e)));
      }
    }
    for_each_adjusted<kType>(arguments, rules, extent, shared.words, thread,
                             [&](uint32_t token, float, float penalised) { add(candidate(penalised, token)); });
  });
  tile.listed = shared.listed < kTileList ? shared.listed : kTileList;
  tile.floor = shared.listed > kTileList ? ~uint64_t{0} : threshold > 1 ? (static_cast<uint64_t>(threshold) << 32) - 1 : 0;
}

// best, and keys of threads.
template <LogitType kType, typename Block>
KEYWAY_HOST_DEVICE uint64_t find_best(Block& block, const SampleArguments& arguments, const RowRules& rules,
                                      const TileExtent& extent, const TileShared& shared) {
  const uint64_t best_key = block.max_of([&](uint32_t thread) {
    TileLocal& local = block.local(thread);
    read_thread_logits<kType>(extent, rules, shared.words, thread, local);
    float most = -kLargestFloat;
    KEYWAY_UNROLL
    for (uint32_t e = 0; e < kThreadTokens; ++e) {
      if (((local.plain >> e) & 1u) != 0 && local.logits[e] > most) most = local.logits[e];
    }
    local.key = local.plain != 0 ? key_of(most) : 0;
    for_each_adjusted<kType>(arguments, rules, extent, shared.words, thread, [&](uint32_t, float logit, float penalised) {
      local.wild = local.wild || !is_finite(logit) || !is_finite(penalised);
      local.key = key_of(penalised) > local.key ? key_of(penalised) : local.key;
    });
    return static_cast<uint64_t>(local.key);
  });
  // The lowest token of that key: few threads look.
  return block.max_of([&](uint32_t thread) {
    const TileLocal& local = block.local(thread);
    uint64_t best = 0;
    if (best_key == 0 || local.key != best_key) return best;
    KEYWAY_UNROLL
    for (uint32_t e = 0; e < kThreadTokens; ++e) {
      const uint64_t one = candidate(local.logits[e], extent.first + token_offset<kType>(thread, e));
      if (((local.plain >> e) & 1u) != 0 && one > best) best = one;
    }
    for_each_adjusted<kType>(arguments, rules, extent, shared.words, thread, [&](uint32_t token, float, float penalised) {
      const uint64_t one = candidate(penalised, token);
      best = one > best ? one : best;
    });
    return best;
  });
}

// mass_all and mass_allowed: one exponential for both.
template <LogitType kType, typename Block>
KEYWAY_HOST_DEVICE void sum_model_masses(Block& block, const SampleArguments& arguments, const RowRules& rules,
                                         const TileExtent& extent, const TileShared& shared, SampleTile& tile) {
  const LogitScale unit = scale_for(1);
  const uint64_t all_key = block.max_of([&](uint32_t thread) {
    const TileLocal& local = block.local(thread);
    float most = -kLargestFloat;
    KEYWAY_UNROLL
    for (uint32_t e = 0; e < kThreadTokens; ++e) most = local.logits[e] > most ? local.logits[e] : most;
    return static_cast<uint64_t>(key_of(most));
  });
  uint64_t allowed_key = tile.best >> 32;
  if (has_adjustments(rules)) {
    allowed_key = block.max_of([&](uint32_t thread) {
      const TileLocal& local = block.local(thread);
      uint32_t key = 0;
      for (uint32_t e = 0; e < kThreadTokens; ++e) {
        if (((local.plain >> e) & 1u) != 0 && key_of(local.logits[e]) > key) key = key_of(local.logits[e]);
      }
      for_each_adjusted<kType>(arguments, rules, extent, shared.words, thread, [&](uint32_t, float logit, float) {
        key = key_of(logit) > key ? key_of(logit) : key;
      });
      return static_cast<uint64_t>(key);
    });
  }
  const int32_t anchor_all = weigh(logit_of_key(all_key), unit).exponent;
  const int32_t anchor_allowed = allowed_key == 0 ? kNoAnchor : weigh(logit_of_key(allowed_key), unit).exponent;
  tile.anchor_all = anchor_all;
  tile.anchor_allowed = anchor_allowed;
  tile.mass_all = block.sum_of([&](uint32_t thread) {
    TileLocal& local = block.local(thread);
    uint64_t all = 0, allowed = 0;
    KEYWAY_UNROLL
    for (uint32_t e = 0; e < kThreadTokens; ++e) {
      const TokenWeight weight = weigh(local.logits[e], unit);
      all += weight_mass(weight, anchor_all);
      if (((local.plain >> e) & 1u) != 0) allowed += weight_mass(weight, anchor_allowed);
    }
    for_each_adjusted<kType>(arguments, rules, extent, shared.words, thread, [&](uint32_t, float logit, float) {
      allowed += weight_mass(weigh(logit, unit), anchor_allowed);
    });
    local.sum_allowed = allowed;
    return all;
  });
  tile.mass_allowed = block.sum_of([&](uint32_t thread) { return block.local(thread).sum_allowed; });
}

template <LogitType kType, typename Block>
KEYWAY_HOST_DEVICE void sum_drawn_mass(Block& block, const SampleArguments& arguments, const RowRules& rules,
                                       const TileExtent& extent, const TileShared& shared, SampleTile& tile) {
  if (tile.best == 0) return;
  const int32_t anchor = weigh(candidate_logit(tile.best), rules.scale).exponent;
  tile.anchor_drawn = anchor;
  if (rules.wants_mass && !has_adjustments(rules) && rules.request->parameters.temperature == 1) {
    tile.mass_drawn = tile.mass_allowed;
    return;
  }
  tile.mass_drawn = block.sum_of([&](uint32_t thread) {
    const TileLocal& local = block.local(thread);
    uint64_t sum = 0;
    KEYWAY_UNROLL
    for (uint32_t e = 0; e < kThreadTokens; ++e) {
      if (((local.plain >> e) & 1u) != 0) sum += weight_mass(weigh(local.logits[e], rules.scale), anchor);
    }
    for_each_adjusted<kType>(arguments, rules, extent, shared.words, thread, [&](uint32_t, float, float penalised) {
      sum += weight_mass(weigh(penalised, rules.scale), anchor);
    });
    return sum;
  });
}

// `tile` counts through the shards from `first_shard` on.
template <LogitType kType, typename Block>
KEYWAY_HOST_DEVICE void run_tile(Block& block, const SampleArguments& arguments, size_t row, size_t first_shard,
                                 uint32_t tile_index, TileShared& shared) {
  const RowRules rules = rules_of(arguments, row);
  const TileExtent extent = extent_of(arguments, row, first_shard, tile_index);
  block.each([&](uint32_t thread) {
    if (thread == 0) shared.listed = 0;
  });
  prepare_words(block, arguments, rules, extent, shared.words);
  SampleTile tile = {};
  tile.anchor_all = tile.anchor_allowed = tile.anchor_drawn = kNoAnchor;
  tile.best = find_best<kType>(block, arguments, rules, extent, shared);
  tile.not_finite = block.count_of([&](uint32_t thread) { return block.local(thread).wild; }) > 0 ? 1 : 0;
  if (rules.wants_mass) sum_model_masses<kType>(block, arguments, rules, extent, shared, tile);
  if (rules.wants_drawn) sum_drawn_mass<kType>(block, arguments, rules, extent, shared, tile);
  if (rules.truncates && tile.best != 0) write_list<kType>(block, arguments, rules, extent, shared, tile);
  block.each([&](uint32_t thread) {
    if (thread == 0) extent.shard->tiles[extent.place] = tile;
  });
}

}  // namespace keyway
