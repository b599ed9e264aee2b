// What is called safe is: every text of so many code points can be read and goes on to a text that is as short as promised.
#include "grammar/safe_texts.h"

#include <gtest/gtest.h>

#include "grammar/class_spelling.h"

namespace keyway {
namespace {

// Of each kind that the expressions below tell apart.
constexpr uint32_t kPoints[] = {'a', 'b', ' ', '\n', 0xE9, 0x2003, 0x1F600};

struct Fixture {
  RegexArena& regexes() { return arena.regexes(); }
  RegexId blank() { return regexes().one_of(CodePointSet{{'\n', '\n'}, {' ', ' '}, {0x2000, 0x200A}}); }
  RegexId black() { return regexes().one_of(CodePointSet{{'\n', '\n'}, {' ', ' '}, {0x2000, 0x200A}}.complement()); }
  RegexId word() { return regexes().repeat(black(), 1, kUnbounded); }
  RegexId words(uint32_t most) {
    return regexes().sequence(regexes().repeat(regexes().sequence(word(), regexes().repeat(blank(), 1, kUnbounded)), 0, most), word());
  }
  RegexId all_but(std::vector<std::string_view> texts) { return regexes().complement(regexes().literals(std::move(texts))); }
  RegexId held(std::string_view word) { return regexes().sequence(regexes().all(), regexes().sequence(regexes().literal(word), regexes().all())); }
  RegexId both(RegexId a, RegexId b) {
    const RegexId parts[] = {a, b};
    return regexes().intersection(parts);
  }
  // Fails where a text of at most `points` code points cannot be read, or has no end of `longest` bytes.
  void expect_safe(RegexId r, uint32_t points, uint32_t longest) {
    ASSERT_NE(r, regexes().never());
    ASSERT_LE(regexes().least_weight(r, least_bytes(TextSpelling::kJson)).value(), longest);
    if (points == 0) return;
    for (uint32_t c : kPoints) {
      const RegexId next = regexes().derivative(r, c);
      expect_safe(next, points - 1, longest);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
  TermArena arena;
};

TEST(SafeTexts, WhatIsSafeCanBeReadAndEnds) {
  Fixture f;
  SafeTexts safe(f.arena);
  const RegexId behind_a = f.regexes().derivative(f.words(2), 'a');
  const RegexId expressions[] = {
      f.regexes().all(), f.regexes().length(0, 5), f.regexes().length(3, 3), f.regexes().length(2, kUnbounded),
      f.all_but({"a", "ab", "b"}), f.all_but({"aaaa", "aaab"}), f.words(3), behind_a, f.word(), f.regexes().literal("ab"),
      f.both(f.all_but({"ab", "a"}), f.regexes().length(1, kUnbounded)), f.both(f.all_but({"ab", "aa"}), f.regexes().length(0, 4)),
      f.both(behind_a, f.regexes().length(0, 3)), f.held("ab"), f.regexes().derivative(f.held("ab"), 'a'),
      f.both(f.held("aab"), f.held("ba")), f.both(f.held("ab"), f.regexes().complement(f.held("bb"))), f.both(f.held("a"), f.regexes().length(0, 6)), f.regexes().complement(f.words(2)), f.regexes().complement(f.word())};
  for (RegexId r : expressions) {
    const SafeText found = safe.of(r);
    SCOPED_TRACE(f.regexes().dump(r));
    f.expect_safe(r, std::min(found.points, 4u), found.points == 0 ? kLongest : found.longest);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(SafeTexts, KeysCountsAndWordsAreSafeForAsLongAsTheyAre) {
  Fixture f;
  SafeTexts safe(f.arena);
  EXPECT_EQ(safe.of(f.all_but({"name", "size"})).points, kUnbounded);
  EXPECT_EQ(safe.of(f.regexes().length(2, 40)).points, 40u);
  EXPECT_EQ(safe.of(f.words(9)).points, 0u);
  // Two words may follow, each of one character: the third blank is one too many.
  EXPECT_EQ(safe.of(f.regexes().derivative(f.words(2), 'a')).points, 4u);
  EXPECT_EQ(safe.of(f.regexes().repeat(f.regexes().one_of(CodePointSet{{'a', 'z'}}), 0, kUnbounded)).points, 0u);
}

// What is looked for may stand behind any text: no search for where it could not.
TEST(SafeTexts, SearchesAreSafeForAnyNumber) {
  Fixture f;
  SafeTexts safe(f.arena);
  const RegexId ends_so = f.regexes().sequence(f.regexes().all(), f.regexes().literal("ab"));
  const RegexId several[] = {f.held("red"), f.held("blue"), f.regexes().literal("green")};
  const RegexId searches[] = {f.held("a long word"), ends_so, f.regexes().alternative(several), f.both(f.held("red"), f.held("blue")),
                              f.both(f.held("red"), f.regexes().length(40, kUnbounded))};
  for (const RegexId r : searches) {
    RegexId state = r;
    for (const char c : std::string("red ab gre")) {
      SCOPED_TRACE(f.regexes().dump(state));
      ASSERT_EQ(f.regexes().is_empty(state), false);
      EXPECT_EQ(safe.of(state).points, kUnbounded);
      // Whatever is read from a text, what is left of it holds this part of it.
      const std::optional<RegexId> inside = f.regexes().prefixed(state);
      ASSERT_TRUE(inside.has_value());
      for (const uint32_t point : kPoints) {
        EXPECT_EQ(f.regexes().contains(f.regexes().derivative(state, point), *inside), true);
        EXPECT_EQ(f.regexes().contains(f.regexes().derivative(*inside, point), *inside), true);
      }
      state = f.regexes().derivative(state, static_cast<uint32_t>(c));
    }
  }
  const RegexId none[] = {f.regexes().literal("ab"), f.both(ends_so, f.regexes().length(0, 9)), f.both(f.held("a"), f.regexes().complement(f.held("b"))),
                          f.both(ends_so, f.regexes().sequence(f.regexes().all(), f.regexes().literal("ba"))), f.regexes().never()};
  for (const RegexId r : none) EXPECT_FALSE(f.regexes().prefixed(r).has_value()) << f.regexes().dump(r);
}

TEST(SafeTexts, EveryTextFromTheLengthThatIsNamedIsHeld) {
  Fixture f;
  const RegexId expressions[] = {f.regexes().all(), f.regexes().length(3, kUnbounded), f.all_but({"a", "ba"}),
                                 f.both(f.all_but({"aa"}), f.regexes().length(1, kUnbounded))};
  for (RegexId r : expressions) {
    const std::optional<uint32_t> from = f.regexes().holds_from(r);
    ASSERT_TRUE(from.has_value()) << f.regexes().dump(r);
    std::string text(*from, 'a');
    EXPECT_TRUE(f.regexes().matches(r, text)) << f.regexes().dump(r);
    for (char c : {'a', 'b', ' '}) EXPECT_TRUE(f.regexes().matches(r, text + c)) << f.regexes().dump(r);
  }
  EXPECT_FALSE(f.regexes().holds_from(f.regexes().length(0, 7)).has_value());
  EXPECT_FALSE(f.regexes().holds_from(f.regexes().complement(f.word())).has_value());
}

}  // namespace
}  // namespace keyway
