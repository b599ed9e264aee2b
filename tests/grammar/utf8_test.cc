// UTF-8 over every code point and every pair of lead bytes.
#include "grammar/utf8.h"

#include <gtest/gtest.h>

namespace keyway {
namespace {

TEST(Utf8, RoundTripsEveryScalarValue) {
  for (uint32_t point = 0; point <= kMaxCodePoint; ++point) {
    if (point >= 0xD800 && point <= 0xDFFF) continue;
    std::string text;
    append_utf8(text, point);
    ASSERT_EQ(utf8_length(text), text.size()) << point;
    ASSERT_EQ(utf8_code_point(text), point);
  }
}

TEST(Utf8, CountsExactlyTheWellFormedSequencesOfThreeBytes) {
  size_t well_formed = 0;
  std::string text(3, '\0');
  for (unsigned lead = 0xE0; lead < 0xF0; ++lead) {
    for (unsigned second = 0; second < 256; ++second) {
      for (unsigned third = 0; third < 256; ++third) {
        text[0] = static_cast<char>(lead);
        text[1] = static_cast<char>(second);
        text[2] = static_cast<char>(third);
        well_formed += utf8_length(text) == 3;
      }
    }
  }
  EXPECT_EQ(well_formed, 0x10000u - 0x800u - 0x800u);
}

TEST(Utf8, RejectsOverlongSurrogatesAndCutSequences) {
  for (const char* text : {"\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
                           "\xF5\x80\x80\x80", "\x80", "\xE2\x82", "\xC3"}) {
    EXPECT_EQ(utf8_length(text), 0u);
    EXPECT_FALSE(is_utf8(text));
  }
}

}  // namespace
}  // namespace keyway
