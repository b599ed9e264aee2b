// A list of which the first elements lie inside it does what a std::vector does.
#include "grammar/small_list.h"

#include <gtest/gtest.h>

#include <random>

namespace keyway {
namespace {

TEST(SmallList, HoldsWhatAVectorHolds) {
  std::mt19937 random(3);
  for (int round = 0; round < 400; ++round) {
    SmallList<int, 4> list;
    std::vector<int> expected;
    for (int step = 0; step < 40; ++step) {
      const unsigned what = random() % 12;
      if (what < 7) {
        const int value = static_cast<int>(random() % 5);
        list.push_back(value);
        expected.push_back(value);
      } else if (what < 11 && !expected.empty()) {
        ASSERT_EQ(list.back(), expected.back());
        list.pop_back();
        expected.pop_back();
      } else if (what == 11) {
        list.sort_unique();
        std::sort(expected.begin(), expected.end());
        expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
      }
      ASSERT_EQ(list.empty(), expected.empty());
      ASSERT_EQ(list.size(), expected.size());
      ASSERT_EQ(std::vector<int>(list.begin(), list.end()), expected);
    }
  }
}

}  // namespace
}  // namespace keyway
