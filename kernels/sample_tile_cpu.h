// The figures of one tile on the CPU, for sample_cpu.cc alone: best candidate and masses.
//
// Entry point: measure_tile. Two instances of one body, for processors with AVX2 and fused multiply-add and for all others;
// elsewhere than on x86 the compiler's own. Where the processor has no fused multiply-add the C library stands in, with the
// same bits, slowly. Invariant: what it leaves in a SampleTile (floor and list apart) is what measure_tile of
// sample_tile.h leaves.
// Tested by tests/kernels/sample_rows_test.cc.
#pragma once

#include <math.h>

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

struct Maxima {
  float all = -HUGE_VALF, allowed = -HUGE_VALF, penalised = -HUGE_VALF;
  uint32_t any_allowed = 0, not_finite = 0;
};

KEYWAY_INLINE uint32_t is_wild(float value) { return (float_bits(value) & 0x7FFFFFFFu) >= 0x7F800000u ? 1u : 0u; }

KEYWAY_INLINE Maxima find_maxima(const TileView& view) {
  Maxima maxima;
  const bool same = view.penalised == view.logits;
  for_each_word(view, [&](uint32_t first, uint32_t count, uint32_t bits) __attribute__((always_inline)) {
    maxima.any_allowed |= bits;
    const float* l = view.logits + first;
    const float* q = view.penalised + first;
    float all = maxima.all, allowed = maxima.allowed, penalised = maxima.penalised;
    uint32_t wild = 0;
    if (view.wants_mass) {
      for (uint32_t i = 0; i < count; ++i) {
        all = l[i] > all ? l[i] : all;
        wild |= is_wild(l[i]);
      }
    }
    if (bits != 0) {
      for (uint32_t i = 0; i < count; ++i) {
        const uint32_t bit = (bits >> i) & 1u;
        const float value = bit != 0 ? l[i] : -HUGE_VALF;
        allowed = value > allowed ? value : allowed;
        wild |= bit & is_wild(l[i]);
      }
      for (uint32_t i = 0; !same && i < count; ++i) {
        const uint32_t bit = (bits >> i) & 1u;
        const float value = bit != 0 ? q[i] : -HUGE_VALF;
        penalised = value > penalised ? value : penalised;
        wild |= bit & is_wild(q[i]);
      }
    }
    maxima.all = all;
    maxima.allowed = allowed;
    maxima.penalised = same ? allowed : penalised;
    maxima.not_finite |= wild;
  });
  return maxima;
}

// The sum over all tokens of the view, or over the allowed ones.
template <bool kAllowedOnly>
KEYWAY_INLINE uint64_t sum_masses(const TileView& view, const float* logits, LogitScale scale, int32_t anchor) {
  uint64_t sum = 0;
  for_each_word(view, [&](uint32_t first, uint32_t count, uint32_t bits) __attribute__((always_inline)) {
    if (kAllowedOnly && bits == 0) return;
    const float* l = logits + first;
    uint64_t masses = 0;
    for (uint32_t i = 0; i < count; ++i) {
      const uint64_t mass = weight_mass(weigh(l[i], scale), anchor);
      masses += kAllowedOnly ? mass & (0 - static_cast<uint64_t>((bits >> i) & 1u)) : mass;
    }
    sum += masses;
  });
  return sum;
}

KEYWAY_INLINE uint64_t find_best(const TileView& view, float value) {
  for (uint32_t token = view.first; token < view.end; ++token) {
    if (view.penalised[token] == value && (view.mask == nullptr || mask_test(view.mask, token))) {
      return candidate(value, token);
    }
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
    tile.anchor_all = weigh(maxima.all, unit).exponent;
    tile.mass_all = sum_masses<false>(view, view.logits, unit, tile.anchor_all);
  }
  if (maxima.any_allowed == 0) return tile;
  tile.best = find_best(view, maxima.penalised);
  if (view.wants_mass) {
    tile.anchor_allowed = weigh(maxima.allowed, unit).exponent;
    tile.mass_allowed = view.mask == nullptr ? tile.mass_all
                                             : sum_masses<true>(view, view.logits, unit, tile.anchor_allowed);
  }
  if (view.wants_drawn) {
    tile.anchor_drawn = weigh(maxima.penalised, view.scale).exponent;
    const bool same = view.wants_mass && view.penalised == view.logits && view.scale.high == unit.high;
    tile.mass_drawn = same ? tile.mass_allowed
                           : sum_masses<true>(view, view.penalised, view.scale, tile.anchor_drawn);
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
