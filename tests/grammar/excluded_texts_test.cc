// Texts without some others are those of the term in which none of them stands, to the byte and with exact lengths.
#include "grammar/excluded_texts.h"

#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "grammar/derivative.h"
#include "grammar/text_term.h"

namespace keyway {
namespace {

constexpr std::string_view kAlphabet = "ab\\n";

std::string random_text(std::mt19937& random, size_t least, size_t most, std::string_view alphabet = kAlphabet) {
  std::string out(least + random() % (most - least + 1), ' ');
  for (char& c : out) c = alphabet[random() % alphabet.size()];
  return out;
}

RegexId random_regex(RegexArena& regexes, std::mt19937& random) {
  const auto letters = [&] { return regexes.one_of(random() % 2 ? CodePointSet{{'a', 'b'}, {'\n', '\n'}} : CodePointSet{{'a', 'a'}}); };
  switch (random() % 4) {
    case 0: return regexes.all();
    case 1: return regexes.repeat(letters(), static_cast<uint32_t>(random() % 3), 4);
    case 2: return regexes.literals({"ab", "b", "aab", "\n"});
    default: return regexes.sequence(regexes.repeat(letters(), 0, 2), regexes.repeat(regexes.literal("ba"), 1, kUnbounded));
  }
}

bool takes(TermArena& arena, TermId term, std::string_view text) {
  for (const char c : text) term = derivative(arena, term, static_cast<uint8_t>(c));
  return term != TermArena::never() && arena.nullable(term);
}

TEST(ExcludedTexts, HoldTheTextsOfTheTermInWhichNoneStands) {
  std::mt19937 random(7);
  int both = 0, taken_out = 0, empty = 0;
  for (int round = 0; round < 300; ++round) {
    TermArena arena;
    const TextSpelling spelling = random() % 3 ? TextSpelling::kJson : TextSpelling::kUtf8;
    const TermId whole = text_term(arena, random_regex(arena.regexes(), random), spelling);
    std::vector<std::string> texts;
    for (size_t i = 1 + random() % 2; i-- > 0;) texts.push_back(random_text(random, 1, 3, random() % 4 ? "ab\\n" : "0u6\\"));
    const TermId left = ExcludedTexts::define(arena, texts)->without(arena, whole);
    uint32_t shortest = kLongest;
    // All texts to length 5 over the alphabet.
    std::function<void(const std::string&)> visit = [&](const std::string& text) {
      bool stands = false;
      for (const std::string& excluded : texts) stands = stands || text.find(excluded) != std::string::npos;
      const bool expected = takes(arena, whole, text) && !stands;
      ASSERT_EQ(takes(arena, left, text), expected) << text << " without " << texts[0];
      if (expected) shortest = std::min(shortest, static_cast<uint32_t>(text.size()));
      both += expected;
      taken_out += stands && takes(arena, whole, text);
      if (text.size() == 5) return;
      for (const char c : kAlphabet) visit(text + c);
    };
    visit("");
    if (shortest < 3) {
      EXPECT_EQ(arena.shortest(left), shortest);
    }
    empty += left == TermArena::never();
    // Every step along a random walk goes on, and its length is one less at the least.
    TermId at = left;
    for (int step = 0; step < 20 && at != TermArena::never() && arena.shortest(at) > 0; ++step) {
      const ByteSet bytes = first_bytes(arena, at);
      bool nearer = false;
      for (unsigned b = 0; b < 256; ++b) {
        if (!bytes.contains(static_cast<uint8_t>(b))) continue;
        const TermId next = derivative(arena, at, static_cast<uint8_t>(b));
        ASSERT_NE(next, TermArena::never());
        ASSERT_GE(arena.shortest(next) + 1, arena.shortest(at));
        nearer = nearer || arena.shortest(next) + 1 == arena.shortest(at);
      }
      ASSERT_TRUE(nearer);
      std::vector<uint8_t> all;
      for (unsigned b = 0; b < 256; ++b) {
        if (bytes.contains(static_cast<uint8_t>(b))) all.push_back(static_cast<uint8_t>(b));
      }
      at = derivative(arena, at, all[random() % all.size()]);
    }
  }
  EXPECT_GT(both, 10'000);
  EXPECT_GT(taken_out, 5'000);
  EXPECT_GT(empty, 0);
}

// A search that follows what the term itself needs: 5,000 characters and no more than a few states for each.
TEST(ExcludedTexts, LongTextsAreFoundWithoutASearchAroundThem) {
  TermArena arena;
  const TermId whole = text_term(arena, arena.regexes().length(5'000, kUnbounded), TextSpelling::kJson);
  Budget budget(2'000'000);
  arena.set_budget(&budget);
  EXPECT_EQ(arena.shortest(ExcludedTexts::define(arena, {"ab", " "})->without(arena, whole)), 5'000u);
  EXPECT_FALSE(arena.exhausted());
}

TEST(ExcludedTexts, AreCharged) {
  TermArena arena;
  const TermId whole = text_term(arena, arena.regexes().length(5'000, kUnbounded), TextSpelling::kUtf8);
  Budget budget(2'000);
  arena.set_budget(&budget);
  EXPECT_EQ(ExcludedTexts::define(arena, {"ab"})->without(arena, whole), TermArena::never());
  EXPECT_TRUE(arena.exhausted());
}

}  // namespace
}  // namespace keyway
