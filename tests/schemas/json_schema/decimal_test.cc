// Exact decimals: order, equality and spelling, independent of doubles.
#include "schemas/json_schema/decimal.h"

#include <gtest/gtest.h>

namespace keyway::json_schema {
namespace {

TEST(Decimal, EqualValuesAreEqual) {
  EXPECT_EQ(*parse_decimal("1"), *parse_decimal("1.0"));
  EXPECT_EQ(*parse_decimal("100"), *parse_decimal("1e2"));
  EXPECT_EQ(*parse_decimal("-0.0e5"), *parse_decimal("0"));
  EXPECT_EQ(*parse_decimal("0.00120"), *parse_decimal("12e-4"));
  EXPECT_NE(*parse_decimal("0.1"), *parse_decimal("0.10000000000000001"));
}

TEST(Decimal, OrderIsExact) {
  const char* sorted[] = {"-1e400", "-10", "-9.99", "-1", "-1e-400", "0", "5e-324", "0.3", "0.30000000000000004",
                          "1",      "9",   "10",    "9007199254740992", "9007199254740993", "1e400"};
  for (size_t i = 0; i + 1 < std::size(sorted); ++i) {
    EXPECT_LT(*parse_decimal(sorted[i]), *parse_decimal(sorted[i + 1])) << sorted[i];
    EXPECT_GT(*parse_decimal(sorted[i + 1]), *parse_decimal(sorted[i])) << sorted[i];
  }
}

TEST(Decimal, SplitsAtThePoint) {
  EXPECT_EQ(parse_decimal("12.50")->integer_digits(), "12");
  EXPECT_EQ(parse_decimal("12.50")->fraction_digits(), "5");
  EXPECT_EQ(parse_decimal("5e-3")->integer_digits(), "0");
  EXPECT_EQ(parse_decimal("5e-3")->fraction_digits(), "005");
  EXPECT_EQ(parse_decimal("5e3")->integer_digits(), "5000");
  EXPECT_FALSE(parse_decimal("1e999999999999999999999").has_value());
  EXPECT_TRUE(parse_decimal("0e999999999999999999999").has_value());
}

}  // namespace
}  // namespace keyway::json_schema
