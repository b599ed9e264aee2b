// Properties of Error and Result.
#include "grammar/error.h"

#include <gtest/gtest.h>

namespace keyway {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(ErrorCode::kInvalid, "odd", "/a", std::to_string(value), "even numbers");
  return value / 2;
}

TEST(Error, ResultHoldsAValueOrAnError) {
  ASSERT_TRUE(half(4).ok());
  EXPECT_EQ(*half(4), 2);
  ASSERT_FALSE(half(3).ok());
  EXPECT_EQ(half(3).error().code, ErrorCode::kInvalid);
}

TEST(Error, TextNamesPlaceGivenAndAllowed) {
  EXPECT_EQ(half(3).error().to_string(), "odd (at /a; given 3; allowed even numbers)");
}

TEST(Error, TextStaysUnderTwoKilobytesAndUtf8) {
  std::string long_text;
  for (int i = 0; i < 2000; ++i) long_text += "\xC3\xA9";
  std::string text = fail(ErrorCode::kSyntax, long_text, long_text, long_text, long_text).to_string();
  EXPECT_LE(text.size(), 2048u);
  for (size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) == 0xC3) {
      EXPECT_EQ(static_cast<unsigned char>(text[i + 1]), 0xA9);
    }
  }
}

}  // namespace
}  // namespace keyway
