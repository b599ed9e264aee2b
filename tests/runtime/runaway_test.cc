// Runaway answers: each limit is passed by one more and by nothing less.
#include "runtime/decode/runaway.h"

#include <gtest/gtest.h>

#include <string>

namespace keyway {
namespace {

// The number of pushes after which the guard says so; 0 where it never does. Token n stands for the bytes at n.
size_t passed_after(const RunawayLimits& limits, const std::vector<std::string>& pieces) {
  RunawayGuard guard(limits);
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (guard.push(static_cast<TokenId>(pieces[i][0]), pieces[i])) return i + 1;
  }
  return 0;
}

std::vector<std::string> times(size_t count, const std::vector<std::string>& run) {
  std::vector<std::string> out;
  for (size_t i = 0; i < count; ++i) out.insert(out.end(), run.begin(), run.end());
  return out;
}

TEST(Runaway, WhiteSpaceAndDigitsAreCountedInBytesSideBySide) {
  const RunawayLimits limits{4, 3, 0, 0};
  EXPECT_EQ(passed_after(limits, {"  ", "\t\n"}), 0u);
  EXPECT_EQ(passed_after(limits, {"  ", "\t\n", " "}), 3u);
  EXPECT_EQ(passed_after(limits, {"  ", "x", "   "}), 0u);
  EXPECT_EQ(passed_after(limits, {"1", "23"}), 0u);
  EXPECT_EQ(passed_after(limits, {"1", "234"}), 2u);
  EXPECT_EQ(passed_after(limits, {"12.", "345"}), 0u);
}

TEST(Runaway, ARunOfTokensFollowsItself) {
  const RunawayLimits limits{0, 0, 3, 6};
  EXPECT_EQ(passed_after(limits, times(100, {"a"})), 6u) << "at least so many tokens";
  EXPECT_EQ(passed_after(limits, times(100, {"a", "b", "c"})), 12u) << "once and three times more";
  EXPECT_EQ(passed_after(limits, times(3, {"a", "b", "c"})), 0u);
  std::vector<std::string> letters;
  for (char c = 'A'; c < 'A' + 32; ++c) letters.emplace_back(1, c);
  EXPECT_EQ(passed_after(limits, times(9, letters)), 128u);
  letters.emplace_back("~");
  EXPECT_EQ(passed_after(limits, times(9, letters)), 0u) << "a run of 33 tokens";
}

TEST(Runaway, OffByDefault) {
  EXPECT_EQ(passed_after(RunawayLimits(), times(1'000, {" ", "1"})), 0u);
}

}  // namespace
}  // namespace keyway
