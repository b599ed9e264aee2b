// FlatMap holds what was put in, through growth, colliding keys and copies.
#include "grammar/flat_map.h"

#include <gtest/gtest.h>

#include <random>
#include <unordered_map>

namespace keyway {
namespace {

TEST(FlatMap, HoldsWhatAnUnorderedMapHolds) {
  std::mt19937_64 random(5);
  for (const uint64_t spread : {uint64_t{100}, uint64_t{1} << 40, ~uint64_t{0}}) {
    FlatMap<uint32_t> map;
    std::unordered_map<uint64_t, uint32_t> oracle;
    for (uint32_t i = 0; i < 3000; ++i) {
      const uint64_t key = random() % spread;
      uint32_t* known = map.find(key);
      const auto expected = oracle.find(key);
      ASSERT_EQ(known != nullptr, expected != oracle.end());
      if (known != nullptr) {
        ASSERT_EQ(*known, expected->second);
        continue;
      }
      map.insert(key, i);
      oracle.emplace(key, i);
    }
    EXPECT_EQ(map.size(), oracle.size());
    for (const auto& [key, value] : oracle) {
      ASSERT_NE(map.find(key), nullptr);
      EXPECT_EQ(*map.find(key), value);
    }
  }
}

// Keys that start at the same slot of every size: all of their low 32 bits of the product are shifted away.
TEST(FlatMap, KeysThatCollideAreToldApart) {
  constexpr uint64_t kInverse = 0xF1DE83E19937733Dull;  // of the multiplier, modulo 2^64
  FlatMap<uint32_t> map;
  for (uint32_t i = 0; i < 200; ++i) map.insert(i * kInverse, i);
  for (uint32_t i = 0; i < 200; ++i) {
    ASSERT_NE(map.find(i * kInverse), nullptr);
    EXPECT_EQ(*map.find(i * kInverse), i);
  }
  EXPECT_EQ(map.find(200 * kInverse), nullptr);
}

TEST(FlatMap, AddKeepsWhatIsHeld) {
  FlatMap<uint32_t> map;
  map.add(3, 7);
  map.add(3, 8);
  EXPECT_EQ(map.size(), 1u);
  EXPECT_EQ(*map.find(3), 7u);
}

TEST(FlatMap, ACopyIsItsOwn) {
  FlatMap<uint32_t> base;
  EXPECT_EQ(base.find(0), nullptr);
  base.insert(0, 7);
  FlatMap<uint32_t> copy = base;
  copy.insert(1, 8);
  EXPECT_EQ(base.find(1), nullptr);
  EXPECT_EQ(*copy.find(0), 7u);
  EXPECT_EQ(*copy.find(1), 8u);
}

}  // namespace
}  // namespace keyway
