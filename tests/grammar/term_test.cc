// Normalisation of terms: equal languages of the simple kinds get equal ids, facts are exact.
#include "grammar/term.h"

#include <gtest/gtest.h>

namespace keyway {
namespace {

class TermTest : public ::testing::Test {
 protected:
  TermId text(std::string_view bytes) { return arena_.literal(bytes); }
  TermArena arena_;
};

TEST_F(TermTest, SequencesNestToTheRight) {
  const TermId a = text("a"), b = text("b"), c = text("c");
  EXPECT_EQ(arena_.sequence(arena_.sequence(a, b), c), arena_.sequence(a, arena_.sequence(b, c)));
  EXPECT_EQ(text("abc"), arena_.sequence(a, text("bc")));
  EXPECT_EQ(arena_.sequence(a, TermArena::epsilon()), a);
  EXPECT_EQ(arena_.sequence(TermArena::epsilon(), a), a);
  EXPECT_EQ(arena_.sequence(a, TermArena::never()), TermArena::never());
}

TEST_F(TermTest, ChoicesAreSetsFactoredByHead) {
  const TermId x = text("x");
  EXPECT_EQ(arena_.choice(text("a"), text("b")), arena_.choice(text("b"), text("a")));
  EXPECT_EQ(arena_.choice(x, x), x);
  EXPECT_EQ(arena_.choice(x, TermArena::never()), x);
  EXPECT_EQ(arena_.dump(arena_.choice(text("a"), text("b"))), "[a-b]");
  EXPECT_EQ(arena_.choice(text("abc"), text("abd")), arena_.sequence(text("ab"), arena_.choice(text("c"), text("d"))));
  EXPECT_EQ(arena_.choice(text("a"), text("ab")), arena_.sequence(text("a"), arena_.optional(text("b"))));
}

TEST_F(TermTest, LiteralsShareTheirSuffixes) {
  const size_t before = arena_.size();
  const TermId words = arena_.literals({"walking", "talking", "walked", "talked", "walk"});
  EXPECT_LE(arena_.size() - before, 60u);
  EXPECT_EQ(words, arena_.choice(std::vector<TermId>{text("walk"), text("walked"), text("walking"), text("talked"),
                                                     text("talking")}));
  EXPECT_EQ(arena_.shortest(words), 4u);
  EXPECT_EQ(arena_.literals({"", "a"}), arena_.optional(text("a")));
  EXPECT_EQ(arena_.literals({}), TermArena::never());
}

TEST_F(TermTest, LiteralsOfManyLongTextsNeedNoRecursion) {
  std::vector<std::string> storage;
  for (int i = 0; i < 50; ++i) storage.push_back(std::string(20'000, 'a') + std::string(1, static_cast<char>('a' + i % 26)) + "z");
  std::vector<std::string_view> texts(storage.begin(), storage.end());
  EXPECT_EQ(arena_.shortest(arena_.literals(texts)), 20'002u);
}

TEST_F(TermTest, LiteralsThenKeepEachTail) {
  const TermId t = arena_.literals_then({{"a", text("1")}, {"ab", text("2")}, {"b", text("3")}});
  EXPECT_EQ(t, arena_.choice(std::vector<TermId>{text("a1"), text("ab2"), text("b3")}));
}

TEST_F(TermTest, FactsOfRepeats) {
  const TermId two = arena_.repeat(text("ab"), 2, 5);
  EXPECT_FALSE(arena_.nullable(two));
  EXPECT_EQ(arena_.shortest(two), 4u);
  EXPECT_TRUE(arena_.nullable(arena_.repeat(text("ab"), 0, kUnbounded)));
  EXPECT_EQ(arena_.repeat(text("a"), 1, 1), text("a"));
  EXPECT_EQ(arena_.repeat(text("a"), 3, 2), TermArena::never());
  EXPECT_EQ(arena_.repeat(TermArena::never(), 0, 2), TermArena::epsilon());
  EXPECT_EQ(arena_.shortest(arena_.repeat(text("abcdefgh"), 0xFFFFFFF0u, kUnbounded)), kLongest);
}

TEST_F(TermTest, ABudgetStopsConstruction) {
  Budget budget(10);
  arena_.set_budget(&budget);
  text("a longer text than ten terms");
  EXPECT_TRUE(arena_.exhausted());
  EXPECT_EQ(arena_.limit_error("compile_fuel").code, ErrorCode::kLimit);
  arena_.set_budget(nullptr);
  EXPECT_FALSE(arena_.exhausted());
  EXPECT_EQ(arena_.shortest(text("a longer text than ten terms")), 28u);
}

TEST(TermArena, BytesAreBounded) {
  Limits limits;
  limits.arena_bytes = 100'000;
  TermArena arena(limits);
  for (int i = 0; i < 100'000 && !arena.exhausted(); ++i) arena.literal("text " + std::to_string(i));
  EXPECT_TRUE(arena.exhausted());
  EXPECT_LE(arena.bytes(), 400'000u);
  EXPECT_EQ(arena.limit_error("compile_fuel").allowed, "arena_bytes 100000");
}

TEST(ByteSet, AgreesWithASetOfBytes) {
  ByteSet set = ByteSet::range('a', 'f') | ByteSet::of("z\xFF");
  EXPECT_EQ(set.size(), 8);
  for (unsigned b = 0; b < 256; ++b) {
    const bool expected = (b >= 'a' && b <= 'f') || b == 'z' || b == 0xFF;
    EXPECT_EQ(set.contains(static_cast<uint8_t>(b)), expected);
    EXPECT_EQ((~set).contains(static_cast<uint8_t>(b)), !expected);
  }
}

}  // namespace
}  // namespace keyway
