// Runs of chunks: exactly the contiguous ones, by texts and masks, whatever repeats; many chunks are read at once.
#include "schemas/grammars/substring.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "grammar/utf8.h"
#include "schemas/grammars/lark/lark.h"

namespace keyway::grammars {
namespace {

std::set<std::string> runs_of(const std::vector<std::string>& chunks) {
  std::set<std::string> runs = {""};
  for (size_t i = 0; i < chunks.size(); ++i) {
    std::string run;
    for (size_t j = i; j < chunks.size(); ++j) runs.insert(run += chunks[j]);
  }
  return runs;
}

TEST(Substring, HoldsTheRunsAndNothingElse) {
  std::mt19937 random(7);
  const std::vector<std::string> alphabet = {"a", "b", "ab", "ba", "", "\xC3\xA9", "aab"};
  for (int round = 0; round < 300; ++round) {
    std::vector<std::string> chunks(random() % 9);
    for (std::string& chunk : chunks) chunk = alphabet[random() % alphabet.size()];
    const std::set<std::string> runs = runs_of(chunks);
    TermArena arena;
    const Result<RegexId> expression = substring_regex(arena, chunks);
    ASSERT_TRUE(expression.ok());
    RegexArena& regexes = arena.regexes();
    for (const std::string& run : runs) {
      ASSERT_TRUE(regexes.matches(*expression, run)) << run;
      for (const std::string& more : alphabet) {
        ASSERT_EQ(regexes.matches(*expression, run + more), runs.contains(run + more)) << run << more;
        ASSERT_EQ(regexes.matches(regexes.complement(*expression), run + more), !runs.contains(run + more)) << run << more;
      }
    }
  }
}

TEST(Substring, ManyChunksTakeLittleWork) {
  std::mt19937 random(11);
  std::string text;
  for (int i = 0; i < 400'000; ++i) text += static_cast<char>('a' + random() % 26);
  const std::string grammar = "start: RUN\nRUN: %regex {\"substring_chars\": \"" + text + "\"}\n";
  TermArena arena;
  Budget budget(500'000);  // 5,000,000 when each place was an expression
  arena.set_budget(&budget);
  const Result<TermId> term = compile_lark(arena, grammar);
  ASSERT_TRUE(term.ok()) << term.error().to_string();
  EXPECT_LT(arena.bytes(), 4u << 20);  // was 90 MB
}

TEST(Substring, TooManyChunksAreRefusedWhileTheyAreRead) {
  const std::string grammar = "start: RUN\nRUN: %regex {\"substring_chars\": \"" + std::string(kMostChunks + 1, 'a') + "\"}\n";
  TermArena arena;
  const Result<TermId> term = compile_lark(arena, grammar);
  ASSERT_FALSE(term.ok());
  EXPECT_EQ(term.error().code, ErrorCode::kLimit);
  EXPECT_EQ(term.error().pointer, "line 2, column 6");
}

TEST(Substring, TextsOfChunksTogetherAreOneText) {
  TermArena arena;
  std::vector<std::string> chunks;
  for (int i = 0; i < 200'000; ++i) chunks.push_back("chunk " + std::to_string(i));
  const Result<RegexId> many = substring_regex(arena, chunks);
  ASSERT_FALSE(many.ok());
  EXPECT_EQ(many.error().allowed, "half of text_bytes, " + std::to_string(arena.limits().text_bytes / 2));
  chunks.resize(1000);
  EXPECT_TRUE(substring_regex(arena, chunks).ok());
}

}  // namespace
}  // namespace keyway::grammars
