// Options are read anew whenever their text is another, whatever the call before was given.
#include "runtime/compile/options.h"

#include <gtest/gtest.h>

#include <string>

namespace keyway {
namespace {

TEST(CompileOptions, AreThoseOfTheirText) {
  const std::string one = R"({"stop_tokens": [1, 2], "whitespace": "compact"})";
  const std::string other = R"({"stop_tokens": [3]})";
  for (int round = 0; round < 3; ++round) {
    for (int again = 0; again < 2; ++again) {
      const auto options = read_compile_options(one);
      ASSERT_TRUE(options.ok());
      EXPECT_EQ(options->stop_tokens, (std::vector<TokenId>{1, 2}));
      EXPECT_EQ(options->schema.whitespace, Whitespace::kCompact);
    }
    const auto options = read_compile_options(other);
    ASSERT_TRUE(options.ok());
    EXPECT_EQ(options->stop_tokens, std::vector<TokenId>{3});
    EXPECT_EQ(options->schema.whitespace, Whitespace::kFlexible);
    EXPECT_FALSE(read_compile_options(R"({"stop_tokens": "x"})").ok());
    EXPECT_FALSE(read_compile_options(R"({"no_such_option": 1})").ok());
    EXPECT_TRUE(read_compile_options("")->stop_tokens.empty());
  }
}

TEST(CompileOptions, WhatACallerChangesIsItsOwn) {
  const std::string text = R"({"stop_tokens": [1]})";
  auto options = read_compile_options(text);
  ASSERT_TRUE(options.ok());
  options->stop_tokens.push_back(2);
  EXPECT_EQ(read_compile_options(text)->stop_tokens, std::vector<TokenId>{1});
}

TEST(CompileOptions, LongTextsAreReadEachTime) {
  const std::string blanks(10'000, ' ');
  for (int last : {5, 6}) {
    const auto options = read_compile_options("{" + blanks + "\"stop_tokens\": [" + std::to_string(last) + "]}");
    ASSERT_TRUE(options.ok());
    EXPECT_EQ(options->stop_tokens, std::vector<TokenId>{static_cast<TokenId>(last)});
  }
}

}  // namespace
}  // namespace keyway
