// A stable list is a vector whose elements never move.
#include "grammar/stable_list.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace keyway {
namespace {

TEST(StableList, HoldsWhatAVectorHoldsAtAddressesThatStay) {
  StableList<std::string> list;
  EXPECT_TRUE(list.empty());
  std::vector<std::string*> places;
  for (size_t i = 0; i < 300; ++i) {
    places.push_back(&list.emplace_back(i % 5, static_cast<char>('a' + i % 26)));
    ASSERT_EQ(list.size(), i + 1);
    ASSERT_EQ(&list.back(), places[i]);
    for (size_t k = 0; k <= i; ++k) {
      ASSERT_EQ(&list[k], places[k]);
      ASSERT_EQ(list[k], std::string(k % 5, static_cast<char>('a' + k % 26)));
    }
  }
}

TEST(StableList, MovesItsElementsByMovingTheirMemory) {
  StableList<std::unique_ptr<int>> list;
  for (int i = 0; i < 9; ++i) list.push_back(std::make_unique<int>(i));
  const std::unique_ptr<int>* const place = &list[8];
  const StableList<std::unique_ptr<int>> moved = std::move(list);
  EXPECT_EQ(&moved[8], place);
  EXPECT_EQ(**place, 8);
}

}  // namespace
}  // namespace keyway
