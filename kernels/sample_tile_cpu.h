// The figures of one tile on the CPU, for sample_cpu.cc alone: best candidate and masses.
//
// Entry point: measure_tile. Two instances of one body, for processors with AVX2 and fused multiply-add and for all others;
// elsewhere than on x86 the compiler's own. Where the processor has no fused multiply-add the C library stands in, with the
// same bits, slowly. Invariant: what it leaves in a SampleTile (floor and list apart) is what measure_tile of
// sample_tile.h leaves.
// Tested by tests/kernels/sample_rows_test.cc.
#pragma once

#include "kernels/sample_math.h"
#include "kernels/sample_rows.h"

namespace keyway::sample_cpu {

// Tokens [first, end) of a row, first a multiple of 32.
struct TileView {
  const float* logits;     // (vocab_size)
  const float* penalised;  // (vocab_size); may be `logits`
  const uint32_t* mask;    // (mask_words(vocab_size)); null: every token is allowed
  uint32_t first, end;
  bool wants_mass, wants_drawn;
  LogitScale scale;        // of the draw
};

#define KEYWAY_INLINE inline __attribute__((always_inline))

// Calls visit(first token of a word, tokens in it, its bits), with 32 tokens as a constant so that loops become vectors.
template <typename Visit>
KEYWAY_INLINE void for_each_word(const TileView& view, Visit visit) {
  for (uint32_t token = view.first; token < view.end; token += kMaskWordBits) {
    const uint32_t bits = view.mask == nullptr ? ~0u : view.mask[token / kMaskWordBits];
    if (view.end - token >= kMaskWordBits) {
      visit(token, kMaskWordBits, bits);
    } else {
      visit(token, view.end - token, bits & ((1u << (view.end - token)) - 1));
    }
  }
}

// Monotone in value, and back. Integers, because the maximum of floats is not something that compilers reorder.
constexpr int32_t kNoPlace = INT32_MIN;
KEYWAY_INLINE int32_t place_of(float value) {
  const int32_t bits = static_cast<int32_t>(float_bits(value));
  return bits ^ ((bits >> 31) & 0x7FFFFFFF);
}
KEYWAY_INLINE float value_at(int32_t place) {
  return float_of_bits(static_cast<uint32_t>(place ^ ((place >> 31) & 0x7FFFFFFF)));
}

struct Maxima {
  int32_t all = kNoPlace, allowed = kNoPlace, penalised = kNoPlace;
  uint32_t any_allowed = 0, not_finite = 0;
};

KEYWAY_INLINE uint32_t is_wild(float value) { return (float_bits(value) & 0x7FFFFFFFu) >= 0x7F800000u ? 1u : 0u; }

// The largest allowed place of a word's tokens, at least `most`.
KEYWAY_INLINE int32_t most_allowed(const float* logits, uint32_t count, uint32_t bits, int32_t most, uint32_t& wild) {
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t bit = (bits >> i) & 1u;
    const int32_t place = bit != 0 ? place_of(logits[i]) : kNoPlace;
    most = place > most ? place : most;
    wild |= bit & is_wild(logits[i]);
  }
  return most;
}

KEYWAY_INLINE Maxima find_maxima(const TileView& view) {
  Maxima maxima;
  const bool same = view.penalised == view.logits;
  for_each_word(view, [&](uint32_t first, uint32_t count, uint32_t bits) __attribute__((always_inline)) {
    maxima.any_allowed |= bits;
    const float* l = view.logits + first;
    int32_t all = maxima.all;
    uint32_t wild = 0;
    for (uint32_t i = 0; view.wants_mass && i < count; ++i) {
      const int32_t place = place_of(l[i]);
      all = place > all ? place : all;
      wild |= is_wild(l[i]);
    }
    maxima.all = all;
    if (bits != 0) {
      maxima.allowed = most_allowed(l, count, bits, maxima.allowed, wild);
      if (!same) maxima.penalised = most_allowed(view.penalised + first, count, bits, maxima.penalised, wild);
    }
    maxima.not_finite |= wild;
  });
  if (same) maxima.penalised = maxima.allowed;
  return maxima;
}

// mass_all and mass_allowed, one exponential for both. Requires: their anchors.
KEYWAY_INLINE void sum_model_masses(const TileView& view, LogitScale unit, SampleTile& tile) {
  uint64_t all = 0, allowed = 0;
  for_each_word(view, [&](uint32_t first, uint32_t count, uint32_t bits) __attribute__((always_inline)) {
    const float* l = view.logits + first;
    uint64_t word_all = 0, word_allowed = 0;
    for (uint32_t i = 0; i < count; ++i) {
      const TokenWeight weight = weigh(l[i], unit);
      word_all += weight_mass(weight, tile.anchor_all);
      word_allowed += weight_mass(weight, tile.anchor_allowed) & (0 - static_cast<uint64_t>((bits >> i) & 1u));
    }
    all += word_all;
    allowed += word_allowed;
  });
  tile.mass_all = all;
  tile.mass_allowed = allowed;
}

KEYWAY_INLINE uint64_t sum_drawn_mass(const TileView& view, int32_t anchor) {
  uint64_t sum = 0;
  for_each_word(view, [&](uint32_t first, uint32_t count, uint32_t bits) __attribute__((always_inline)) {
    if (bits == 0) return;
    const float* q = view.penalised + first;
    uint64_t word = 0;
    for (uint32_t i = 0; i < count; ++i) {
      word += weight_mass(weigh(q[i], view.scale), anchor) & (0 - static_cast<uint64_t>((bits >> i) & 1u));
    }
    sum += word;
  });
  return sum;
}

// The first candidate. Requires: `value` is that of one.
KEYWAY_INLINE uint64_t find_best(const TileView& view, float value) {
  for (uint32_t token = view.first; token < view.end; ++token) {
    if ((view.mask == nullptr || mask_test(view.mask, token)) && view.penalised[token] == value) return candidate(value, token);
  }
  return 0;
}

KEYWAY_INLINE SampleTile measure_tile_body(const TileView& view) {
  SampleTile tile = {};
  tile.anchor_all = tile.anchor_allowed = tile.anchor_drawn = kNoAnchor;
  const Maxima maxima = find_maxima(view);
  tile.not_finite = maxima.not_finite;
  if (tile.not_finite != 0) return tile;
  const LogitScale unit = scale_for(1);
  if (view.wants_mass) {
    tile.anchor_all = weigh(value_at(maxima.all), unit).exponent;
    if (maxima.any_allowed != 0) tile.anchor_allowed = weigh(value_at(maxima.allowed), unit).exponent;
    sum_model_masses(view, unit, tile);
  }
  if (maxima.any_allowed == 0) return tile;
  tile.best = find_best(view, value_at(maxima.penalised));
  if (view.wants_drawn) {
    tile.anchor_drawn = weigh(value_at(maxima.penalised), view.scale).exponent;
    const bool same = view.wants_mass && view.penalised == view.logits && view.scale.high == unit.high;
    tile.mass_drawn = same ? tile.mass_allowed : sum_drawn_mass(view, tile.anchor_drawn);
  }
  return tile;
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) inline SampleTile measure_tile_avx2(const TileView& view) {
  return measure_tile_body(view);
}
#endif

inline SampleTile measure_tile(const TileView& view) {
#if defined(__x86_64__)
  static const bool has_fused = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (has_fused) return measure_tile_avx2(view);
#endif
  return measure_tile_body(view);
}

#undef KEYWAY_INLINE

}  // namespace keyway::sample_cpu
