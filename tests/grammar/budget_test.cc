// A budget is exact at its limit and stays exhausted.
#include "grammar/budget.h"

#include <gtest/gtest.h>

namespace keyway {
namespace {

TEST(Budget, PaysExactlyItsLimit) {
  Budget budget(10);
  EXPECT_TRUE(budget.pay(9));
  EXPECT_TRUE(budget.pay(1));
  EXPECT_FALSE(budget.exhausted());
  EXPECT_FALSE(budget.pay(1));
  EXPECT_TRUE(budget.exhausted());
}

TEST(Budget, StaysExhausted) {
  Budget budget(10);
  EXPECT_FALSE(budget.pay(11));
  EXPECT_FALSE(budget.pay(0));
  EXPECT_EQ(budget.error("mask_fuel").code, ErrorCode::kLimit);
  EXPECT_EQ(budget.error("mask_fuel").allowed, "mask_fuel 10");
}

}  // namespace
}  // namespace keyway
