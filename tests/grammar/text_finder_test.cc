// Texts that are found are those that a search at every place finds.
#include "grammar/text_finder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace keyway {
namespace {

TEST(TextFinder, FindsWhatASearchAtEveryPlaceFinds) {
  std::mt19937 random(1);
  const auto text = [&](size_t least, size_t most) {
    std::string out(least + random() % (most - least + 1), 'a');
    for (char& c : out) c = static_cast<char>('a' + random() % 3);
    return out;
  };
  int found_any = 0;
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> texts;
    for (size_t i = random() % 5; i-- > 0;) texts.push_back(text(1, 4));
    const TextFinder finder(texts);
    const std::string whole = text(0, 30);
    uint32_t state = 0;
    for (size_t end = 1; end <= whole.size(); ++end) {
      state = finder.step(state, static_cast<uint8_t>(whole[end - 1]));
      std::vector<uint32_t> expected;
      for (uint32_t i = 0; i < texts.size(); ++i) {
        if (whole.substr(0, end).ends_with(texts[i])) expected.push_back(i);
      }
      std::vector<uint32_t> got = finder.found(state);
      std::sort(got.begin(), got.end());
      ASSERT_EQ(got, expected) << whole.substr(0, end);
      ASSERT_EQ(finder.finds(state), !expected.empty());
      found_any += !expected.empty();
    }
  }
  EXPECT_GT(found_any, 1000);
}

}  // namespace
}  // namespace keyway
