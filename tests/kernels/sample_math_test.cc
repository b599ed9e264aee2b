// The arithmetic of sampling against double precision and, where the domain is small, over all of it.
#include "kernels/sample_math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/kernels/reference.h"

namespace keyway {
namespace {

double value_of(TokenWeight weight) { return std::ldexp(static_cast<double>(weight.fraction), weight.exponent - 23); }

TEST(SampleMath, WeightsAreExponentials) {
  std::mt19937 random(1);
  for (const float temperature : {0.05f, 0.7f, 1.0f, 1.9f, 100.0f}) {
    std::uniform_real_distribution<float> draw(-40 * temperature, 40 * temperature);
    for (int i = 0; i < 40'000; ++i) {
      const float logit = draw(random);
      const double quotient = static_cast<double>(logit) / static_cast<double>(temperature);
      EXPECT_NEAR(value_of(weigh(logit, scale_for(temperature))) / std::exp(quotient), 1,
                  2e-7 + 6e-8 * std::abs(quotient));
    }
  }
}

TEST(SampleMath, WeightsNeverFallWhereLogitsRise) {
  for (const float temperature : {kGreedyBelow, 0.3f, 1.0f}) {
    const LogitScale scale = scale_for(temperature);
    for (const float start : {-3e38f, -1e6f, -700.0f, -10.397208f, -1e-30f, 0.0f, 0.69314f, 9.7f, 5'000.0f, 1e30f}) {
      TokenWeight before = weigh(start, scale);
      float logit = start;
      for (int i = 0; i < 3'000; ++i) {
        logit = std::nextafter(logit, std::numeric_limits<float>::infinity());
        const TokenWeight weight = weigh(logit, scale);
        ASSERT_GE(weight.fraction, 1u << 23);
        ASSERT_LE(weight.fraction, 1u << 24);
        ASSERT_GE(value_of({weight.exponent - before.exponent, weight.fraction}), value_of({0, before.fraction}));
        ASSERT_GE(weight_mass(weight, weight.exponent + 3), weight_mass(before, weight.exponent + 3));
        before = weight;
      }
    }
  }
}

TEST(SampleMath, LogarithmsAreThoseOfTheLibrary) {
  std::mt19937_64 random(2);
  for (int i = 0; i < 100'000; ++i) {
    const double value = std::ldexp(1 + static_cast<double>(random() >> 12) * 0x1p-52, static_cast<int>(random() % 200) - 100);
    EXPECT_NEAR(natural_log(value), std::log(value), 1e-15 * std::max(1.0, std::abs(std::log(value))));
  }
  EXPECT_EQ(natural_log(1), 0);
}

TEST(SampleMath, EveryHalfPrecisionNumberIsRead) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const uint16_t half = static_cast<uint16_t>(bits);
    const double expected = half_value(half);
    const float got = read_float16(half);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(got));
    } else {
      EXPECT_EQ(static_cast<double>(got), expected);
    }
    EXPECT_EQ(float_bits(read_bfloat16(half)), bits << 16);
  }
}

TEST(SampleMath, CandidatesCompareByLogitThenByLowerToken) {
  const float logits[] = {-3.4e38f, -2, -1e-40f, -0.0f, 0.0f, 1e-40f, 2, 3.4e38f};
  for (const float a : logits) {
    EXPECT_EQ(candidate_logit(candidate(a, 7)), a);
    EXPECT_EQ(candidate_token(candidate(a, 7)), 7u);
    EXPECT_GT(candidate(a, kMostSampledTokens - 1), 0u);
    for (const float b : logits) {
      EXPECT_EQ(candidate(a, 9) > candidate(b, 3), a > b);
      EXPECT_EQ(candidate(a, 3) > candidate(b, 9), a >= b);
    }
  }
}

TEST(SampleMath, ProductsAndSharesAreExact) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 10'000; ++i) {
    const uint64_t a = random() >> (random() % 60), b = random() >> (random() % 60);
    __extension__ using Wide = unsigned __int128;
    EXPECT_EQ(product_high(a, b), static_cast<uint64_t>((static_cast<Wide>(a) * b) >> 64));
    const uint64_t total = b >> 12;  // below 2^52: the product with a half is exact
    EXPECT_EQ(share_of(0.5f, total), total / 2 + total % 2);
    EXPECT_EQ(share_of(1, total), total);
    EXPECT_EQ(share_of(0, total), 0u);
  }
}

}  // namespace
}  // namespace keyway
