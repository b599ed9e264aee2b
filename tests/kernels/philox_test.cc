// Philox4x32-10 against the known answers that its authors publish with Random123 (kat_vectors).
#include "kernels/philox.h"

#include <gtest/gtest.h>

#include <vector>

namespace keyway {
namespace {

struct KnownAnswer {
  PhiloxBlock counter;
  uint32_t key[2];
  PhiloxBlock answer;
};

TEST(Philox, GivesTheKnownAnswersOfRandom123) {
  const KnownAnswer answers[] = {
      {{{0, 0, 0, 0}}, {0, 0}, {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}},
      {{{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}},
       {0xffffffff, 0xffffffff},
       {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}},
      {{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
       {0xa4093822, 0x299f31d0},
       {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}},
  };
  for (const KnownAnswer& known : answers) {
    const PhiloxBlock block = philox4x32(known.counter, known.key[0], known.key[1]);
    for (int word = 0; word < 4; ++word) EXPECT_EQ(block.words[word], known.answer.words[word]);
  }
}

TEST(Philox, UniformUsesEveryBitOfSeedStreamAndPosition) {
  const double base = uniform_at(0, 0, 0);
  for (int bit = 0; bit < 64; ++bit) {
    EXPECT_NE(uniform_at(uint64_t{1} << bit, 0, 0), base);
    EXPECT_NE(uniform_at(0, uint64_t{1} << bit, 0), base);
    EXPECT_NE(uniform_at(0, 0, uint64_t{1} << bit), base);
  }
}

TEST(Philox, UniformIsFlatOnTheHalfOpenUnitInterval) {
  constexpr int kCells = 64;
  constexpr int kDraws = 64'000;
  std::vector<int> counts(kCells);
  for (int i = 0; i < kDraws; ++i) {
    const double u = uniform_at(7, 3, static_cast<uint64_t>(i));
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    ++counts[static_cast<size_t>(u * kCells)];
  }
  double chi_square = 0;
  const double expected = double{kDraws} / kCells;
  for (int count : counts) chi_square += (count - expected) * (count - expected) / expected;
  EXPECT_LT(chi_square, 114.0);  // the 0.9999 quantile with 63 degrees of freedom is 114.2; the seed is fixed
}

}  // namespace
}  // namespace keyway
