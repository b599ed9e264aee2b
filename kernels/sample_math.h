// The arithmetic of masked sampling, the same bits on every processor; compiles as C++ and as CUDA.
//
// Entry points: weigh, weight_mass (exp), natural_log, log_of_mass (log), candidate (the order of tokens), penalise,
// read_bfloat16, read_float16, product_high. Rules that make the bits the same everywhere:
//
//   - products and sums of float and double are rounded one by one (-ffp-contract=off, nvcc --fmad=false); where two
//     roundings are to be one, fused() says so;
//   - a weight is an integer fraction in [2^23, 2^24] and a power of two, absolute, not relative to a maximum;
//   - weights are summed as integers, so that no order of summation can be told from another.
//
// Bits of a mass, the unit of sums: 2^20 tokens of at most 2^43 fit 64 bits; what is 2^43 times lighter than the anchor is 0.
// Tested by tests/kernels/sample_math_test.cc.
#pragma once

#include <stdint.h>
#include <string.h>

#include "grammar/token_mask.h"

namespace keyway {

inline constexpr uint32_t kMostSampledTokens = 1u << 20;  // of a vocabulary
inline constexpr float kGreedyBelow = 1e-5f;              // temperatures below are 0
inline constexpr float kLargestFloat = 3.402823466e+38f;

KEYWAY_HOST_DEVICE inline uint32_t float_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}
KEYWAY_HOST_DEVICE inline float float_of_bits(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}
KEYWAY_HOST_DEVICE inline bool is_finite(float value) { return (float_bits(value) & 0x7FFFFFFFu) < 0x7F800000u; }

KEYWAY_HOST_DEVICE inline float read_bfloat16(uint16_t bits) { return float_of_bits(static_cast<uint32_t>(bits) << 16); }

// Shifted to the place of float's exponent, every finite half is its value times 2^-112, subnormals too.
KEYWAY_HOST_DEVICE inline float read_float16(uint16_t bits) {
  const uint32_t magnitude = static_cast<uint32_t>(bits & 0x7FFFu) << 13;
  const uint32_t sign = static_cast<uint32_t>(bits & 0x8000u) << 16;
  if ((bits & 0x7C00u) == 0x7C00u) return float_of_bits(sign | 0x7F800000u | magnitude);
  return float_of_bits(sign | float_bits(float_of_bits(magnitude) * 0x1p112f));
}

// a * b + c, rounded once.
KEYWAY_HOST_DEVICE inline float fused(float a, float b, float c) {
#ifdef __CUDA_ARCH__
  return __fmaf_rn(a, b, c);
#else
  return __builtin_fmaf(a, b, c);
#endif
}

// log2(e) / temperature as an unevaluated sum.
struct LogitScale {
  float high, low;
};

// Requires: temperature >= kGreedyBelow.
KEYWAY_HOST_DEVICE inline LogitScale scale_for(float temperature) {
  const double exact = 1.4426950408889634 / static_cast<double>(temperature);
  const float high = static_cast<float>(exact);
  return {high, static_cast<float>(exact - static_cast<double>(high))};
}

// fraction * 2^(exponent - 23), fraction in [2^23, 2^24].
struct TokenWeight {
  int32_t exponent;
  uint32_t fraction;
};

// exp(logit / temperature), relative error below 2e-7 + 6e-8 * |logit| / temperature while that quotient is below 2^20;
// beyond it only the exponent is meant. Never falls where logit rises, which min-p counts on: where rounding puts f
// outside [0, 1] it is cut off (the second term of the error). Requires: logit is finite (of others the result is
// meaningless, but defined).
//   x = logit * scale = exponent + f, 0 <= f <= 1;   2^f by a polynomial of degree 5 that is 1 at 0 and 2 at 1
KEYWAY_HOST_DEVICE inline TokenWeight weigh(float logit, LogitScale scale) {
  constexpr float kToInteger = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer, which its low bits then hold
  float x = fused(logit, scale.high, -0.5f);
  x = x > -2097152.0f ? x : -2097152.0f;
  x = x < 2097152.0f ? x : 2097152.0f;
  const float shifted = x + kToInteger;
  float f = fused(logit, scale.low, fused(logit, scale.high, -(shifted - kToInteger)));
  f = f > 0.0f ? f : 0.0f;
  f = f < 1.0f ? f : 1.0f;
  float power = fused(f, 0x1.eca6f0p-10f, 0x1.269deep-7f);
  power = fused(f, power, 0x1.c94440p-5f);
  power = fused(f, power, 0x1.ebd8a0p-3f);
  power = fused(f, power, 0x1.62e4c8p-1f);
  power = fused(f, power, 1.0f);
  // From 1 to 2 the bits of a float count in steps of 2^-23, and one step further at 2.
  return {static_cast<int32_t>(float_bits(shifted) - 0x4B400000u), float_bits(power) - 0x3F800000u + 0x800000u};
}

// The weight in units of 2^(anchor - 42). Requires: weight.exponent <= anchor.
KEYWAY_HOST_DEVICE inline uint64_t weight_mass(TokenWeight weight, int32_t anchor) {
  const uint32_t shift = static_cast<uint32_t>(anchor - weight.exponent);
  return (static_cast<uint64_t>(weight.fraction) << 19) >> (shift < 63 ? shift : 63);
}

// Masses of one anchor in units of a larger one. Requires: from <= to.
KEYWAY_HOST_DEVICE inline uint64_t rescale_mass(uint64_t mass, int32_t from, int32_t to) {
  const uint32_t shift = static_cast<uint32_t>(to - from);
  return shift < 64 ? mass >> shift : 0;
}

// Natural logarithm, relative error below 1e-15. Requires: value is a positive normal number.
//   value = m * 2^e, m in [sqrt(1/2), sqrt(2)];   log m = 2 artanh((m - 1) / (m + 1))
KEYWAY_HOST_DEVICE inline double natural_log(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  int32_t exponent = static_cast<int32_t>(bits >> 52) - 1023;
  bits = (bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull;
  double m;
  memcpy(&m, &bits, sizeof m);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent += 1;
  }
  const double s = (m - 1.0) / (m + 1.0);
  const double square = s * s;
  double series = 0;
  for (int odd = 21; odd >= 1; odd -= 2) series = series * square + 1.0 / static_cast<double>(odd);
  return 2.0 * s * series + static_cast<double>(exponent) * 0.6931471805599453;
}

// log of the number that `mass` is in units of 2^(anchor - 42). Requires: mass > 0.
KEYWAY_HOST_DEVICE inline double log_of_mass(uint64_t mass, int32_t anchor) {
  return natural_log(static_cast<double>(mass)) + static_cast<double>(anchor - 42) * 0.6931471805599453;
}

// Tokens compare by logit, of equals the lower id is larger; 0 is no token. Zeros of both signs are equal.
//   bits 63..32: the logit's bits, monotone      31..0: ~token
KEYWAY_HOST_DEVICE inline uint64_t candidate(float logit, uint32_t token) {
  const uint32_t bits = float_bits(logit + 0.0f);
  const uint32_t key = bits ^ ((bits >> 31) != 0 ? 0xFFFFFFFFu : 0x80000000u);
  return (static_cast<uint64_t>(key) << 32) | static_cast<uint32_t>(~token);
}
KEYWAY_HOST_DEVICE inline uint32_t candidate_token(uint64_t value) { return ~static_cast<uint32_t>(value); }
KEYWAY_HOST_DEVICE inline float candidate_logit(uint64_t value) {
  const uint32_t key = static_cast<uint32_t>(value >> 32);
  return float_of_bits(key ^ ((key >> 31) != 0 ? 0x80000000u : 0xFFFFFFFFu));
}

// The upper 64 bits of the product: floor(u * total) where a = u * 2^64.
KEYWAY_HOST_DEVICE inline uint64_t product_high(uint64_t a, uint64_t b) {
  const uint64_t a_low = a & 0xFFFFFFFFu, a_high = a >> 32, b_low = b & 0xFFFFFFFFu, b_high = b >> 32;
  const uint64_t middle = a_high * b_low + ((a_low * b_low) >> 32);
  const uint64_t other = a_low * b_high + (middle & 0xFFFFFFFFu);
  return a_high * b_high + (middle >> 32) + (other >> 32);
}

// The least mass that is at least `share` of `total`. Requires: 0 <= share <= 1, total < 2^63.
KEYWAY_HOST_DEVICE inline uint64_t share_of(float share, uint64_t total) {
  const double exact = static_cast<double>(share) * static_cast<double>(total);
  const uint64_t whole = static_cast<uint64_t>(exact);
  return whole + (static_cast<double>(whole) < exact ? 1 : 0);
}

struct Penalties {
  float repetition, presence, frequency;
};

// `repeated`: the token occurred; `count`: how often in the answer.
KEYWAY_HOST_DEVICE inline float penalise(float logit, bool repeated, uint32_t count, float bias, Penalties penalties) {
  if (repeated) logit = logit > 0 ? logit / penalties.repetition : logit * penalties.repetition;
  if (count > 0) {
    logit = logit - penalties.presence;
    logit = logit - penalties.frequency * static_cast<float>(count);
  }
  return logit + bias;
}

}  // namespace keyway
