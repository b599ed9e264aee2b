// What the block programs of sampling know of a row before they read a logit, and how they read one.
//
// Entry points: rules_of, extent_of, read_logit, find_listed. Compiles as C++ and as CUDA. Invariant: nothing past a row's
// tokens is read. Tested by tests/kernels/sample_program_test.cc.
#pragma once

#include "kernels/philox.h"
#include "kernels/sample_math.h"
#include "kernels/sample_rows.h"

namespace keyway {

struct RowRules {
  const SampleRequest* request;
  const uint32_t* mask;  // (mask_words(vocab_size)); null: every token is allowed
  LogitScale scale;
  Penalties penalties;
  uint32_t adjustment_begin, adjustment_end;
  uint32_t top_k;      // 0: off
  bool greedy;
  bool truncates;      // top-k, top-p or min-p is on
  bool wants_mass;
  bool wants_drawn;    // the sum over all candidates is needed
};

KEYWAY_HOST_DEVICE inline RowRules rules_of(const SampleArguments& arguments, size_t row) {
  RowRules rules;
  rules.request = arguments.requests + row;
  const SampleParameters& parameters = rules.request->parameters;
  const bool masked = arguments.masks != nullptr && rules.request->mask_row != kNoMaskRow;
  rules.mask = masked ? arguments.masks + rules.request->mask_row * arguments.mask_stride : nullptr;
  rules.greedy = !(parameters.temperature >= kGreedyBelow);
  rules.scale = scale_for(rules.greedy ? 1.0f : parameters.temperature);
  rules.penalties = {parameters.repetition_penalty, parameters.presence_penalty, parameters.frequency_penalty};
  const bool adjusted = arguments.adjustments != nullptr;
  rules.adjustment_begin = adjusted ? rules.request->adjustment_begin : 0;
  rules.adjustment_end = adjusted ? rules.request->adjustment_end : 0;
  rules.top_k = parameters.top_k < arguments.vocab_size ? parameters.top_k : 0;
  rules.truncates = !rules.greedy && (rules.top_k > 0 || parameters.top_p < 1 || parameters.min_p > 0);
  rules.wants_mass = rules.request->wants_mass != 0;
  rules.wants_drawn = !rules.greedy && rules.top_k == 0;
  return rules;
}

KEYWAY_HOST_DEVICE inline bool has_adjustments(const RowRules& rules) {
  return rules.adjustment_begin < rules.adjustment_end;
}

// One tile of one row.
struct TileExtent {
  const SampleShard* shard;
  size_t place;       // of the tile's record: tiles + place, lists + place * kTileList
  size_t element;     // of the tile's first logit in shard->logits
  uint32_t first;     // token
  uint32_t count;     // tokens, 1 to kTileTokens
};

// `tile` counts through the shards from `first_shard` on.
KEYWAY_HOST_DEVICE inline TileExtent extent_of(const SampleArguments& arguments, size_t row, size_t first_shard, uint32_t tile) {
  const SampleShard* shard = arguments.shards + first_shard;
  uint32_t tiles = tile_count(shard->token_count);
  while (tile >= tiles) {
    tile -= tiles;
    ++shard;
    tiles = tile_count(shard->token_count);
  }
  const uint32_t inside = tile * kTileTokens;
  const uint32_t left = shard->token_count - inside;
  return {shard, row * tiles + tile, row * shard->logits_stride + inside, shard->first_token + inside,
          left < kTileTokens ? left : kTileTokens};
}

KEYWAY_HOST_DEVICE inline uint32_t all_tiles(const SampleArguments& arguments) {
  uint32_t tiles = 0;
  for (size_t s = 0; s < arguments.shard_count; ++s) tiles += tile_count(arguments.shards[s].token_count);
  return tiles;
}

template <LogitType kType>
KEYWAY_HOST_DEVICE inline float read_logit(const TileExtent& extent, uint32_t offset) {
  const size_t place = extent.element + offset;
  if constexpr (kType == LogitType::kFloat32) {
    return static_cast<const float*>(extent.shard->logits)[place];
  } else {
    const uint16_t bits = static_cast<const uint16_t*>(extent.shard->logits)[place];
    return kType == LogitType::kBfloat16 ? read_bfloat16(bits) : read_float16(bits);
  }
}

// Mask words of a tile in shared memory.
struct TileWords {
  uint32_t allowed[kTileTokens / kMaskWordBits];
  uint32_t plain[kTileTokens / kMaskWordBits];  // allowed and without an adjustment
};

KEYWAY_HOST_DEVICE inline bool is_allowed(const TileWords& words, uint32_t offset) {
  return ((words.allowed[offset / kMaskWordBits] >> (offset % kMaskWordBits)) & 1u) != 0;
}

// Two phases; the second only where the row has adjustments.
template <typename Block>
KEYWAY_HOST_DEVICE void prepare_words(Block& block, const SampleArguments& arguments, const RowRules& rules,
                                      const TileExtent& extent, TileWords& words) {
  block.each([&](uint32_t thread) {
    if (thread >= kTileTokens / kMaskWordBits) return;
    const uint32_t begin = thread * kMaskWordBits;
    uint32_t bits = 0;
    if (begin < extent.count) {
      bits = rules.mask == nullptr ? 0xFFFFFFFFu : rules.mask[extent.first / kMaskWordBits + thread];
      const uint32_t left = extent.count - begin;
      if (left < kMaskWordBits) bits &= (1u << left) - 1;
    }
    words.allowed[thread] = words.plain[thread] = bits;
  });
  if (!has_adjustments(rules)) return;
  block.each([&](uint32_t thread) {
    for (uint32_t i = rules.adjustment_begin + thread; i < rules.adjustment_end; i += kBlockThreads) {
      const uint32_t offset = arguments.adjustments[i].token - extent.first;  // wraps for tokens before the tile
      if (offset >= extent.count) continue;
      block.atomic_and(&words.plain[offset / kMaskWordBits], ~(1u << (offset % kMaskWordBits)));
    }
  });
}

// Calls visit(token, logit, penalised) for this thread's share of the allowed tokens of the tile that have adjustments.
template <LogitType kType, typename Visit>
KEYWAY_HOST_DEVICE inline void for_each_adjusted(const SampleArguments& arguments, const RowRules& rules,
                                                 const TileExtent& extent, const TileWords& words, uint32_t thread,
                                                 Visit visit) {
  for (uint32_t i = rules.adjustment_begin + thread; i < rules.adjustment_end; i += kBlockThreads) {
    const SampleAdjustment adjustment = arguments.adjustments[i];
    const uint32_t offset = adjustment.token - extent.first;
    if (offset >= extent.count || !is_allowed(words, offset)) continue;
    const float logit = read_logit<kType>(extent, offset);
    visit(adjustment.token, logit,
          penalise(logit, adjustment.repeated != 0, adjustment.count, adjustment.bias, rules.penalties));
  }
}

}  // namespace keyway
