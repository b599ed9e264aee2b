// Stop strings against a search in the whole text, over all small cases and over random splits.
#include "runtime/decode/stop_filter.h"

#include <gtest/gtest.h>

#include <optional>
#include <random>

namespace keyway {
namespace {

// The text before the stop string that ends first; of several that end there, the longest.
std::optional<std::string> cut(const std::string& text, const std::vector<std::string>& stops) {
  for (size_t end = 1; end <= text.size(); ++end) {
    std::optional<std::string> best;
    for (const std::string& stop : stops) {
      if (end < stop.size() || text.compare(end - stop.size(), stop.size(), stop) != 0) continue;
      const std::string before = text.substr(0, end - stop.size());
      if (!best || before.size() < best->size()) best = before;
    }
    if (best) return best;
  }
  return std::nullopt;
}

std::string random_text(std::mt19937& random, size_t most) {
  std::string text;
  for (size_t n = random() % (most + 1); n > 0; --n) text += static_cast<char>('a' + random() % 2);
  return text;
}

TEST(StopFilter, EqualsASearchInTheWholeTextForEverySplit) {
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::string> stops;
    for (size_t n = random() % 4; n > 0; --n) stops.push_back("b" + random_text(random, 4));
    const std::string text = random_text(random, 12);
    StopFilter filter(stops);
    std::string shown;
    for (size_t at = 0; at < text.size() && !filter.stopped();) {
      const size_t piece = 1 + random() % 4;
      shown += filter.push(std::string_view(text).substr(at, piece));
      at += piece;
    }
    shown += filter.finish();
    const auto expected = cut(text, stops);
    EXPECT_EQ(filter.stopped(), expected.has_value());
    EXPECT_EQ(shown, expected.value_or(text));
  }
}

TEST(StopFilter, ShowsTextAsSoonAsItCannotBeginAStopString) {
  StopFilter filter({"END", "ENOUGH"});
  EXPECT_EQ(filter.push("abc"), "abc");
  EXPECT_EQ(filter.push("xE"), "x");
  EXPECT_EQ(filter.push("N"), "");
  EXPECT_EQ(filter.push("TER"), "ENTER");
  EXPECT_EQ(filter.push("EN"), "");
  EXPECT_EQ(filter.finish(), "EN");
}

TEST(StopFilter, WithoutStopStringsNothingIsHeldBack) {
  StopFilter filter({});
  EXPECT_EQ(filter.push("abc"), "abc");
  EXPECT_EQ(filter.finish(), "");
}

}  // namespace
}  // namespace keyway
