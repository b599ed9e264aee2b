// Split patterns: the program against PCRE2 on published patterns, against hand-made answers, and within its budget.
#include <gtest/gtest.h>

#include "runtime/tokenizer/code_point_table.h"
#include "runtime/tokenizer/split_pattern.h"
#include "tokenizer_texts.h"

namespace keyway {
namespace {

using Places = std::vector<std::pair<size_t, size_t>>;

Places matches(const SplitPattern& pattern, std::string_view text) {
  Places places;
  for (SplitCursor cursor(pattern, text); cursor.next();) places.emplace_back(cursor.begin(), cursor.end());
  return places;
}

SplitPattern compile(const std::string& regex) {
  Result<SplitPattern> pattern = SplitPattern::regex(regex, "/pattern");
  EXPECT_TRUE(pattern.ok()) << regex;
  return pattern.ok() ? *pattern : SplitPattern();
}

std::vector<std::string> words(const std::string& regex, const std::string& text) {
  std::vector<std::string> found;
  for (const auto& [begin, end] : matches(compile(regex), text)) found.push_back(text.substr(begin, end - begin));
  return found;
}

using Words = std::vector<std::string>;

const char* const kPublished[] = {
    "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
    "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!"
    "\\S)|\\s+",
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
    "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
    "\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
    "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|"
    "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
};

// Whether the Unicode tables of both know every character: those of PCRE2 are of Unicode 14 or later.
bool classed_alike(const SplitPattern& unknown_to_library, const std::string& text) {
  return matches(unknown_to_library, text).empty();
}

TEST(SplitPattern, ProgramsOfPublishedPatternsMatchAsPcre2) {
  const SplitPattern unknown = compile("(?<!\\x{10FFFE})\\p{Cn}");
  ASSERT_FALSE(unknown.has_program());
  for (const std::string regex : kPublished) {
    const SplitPattern program = compile(regex);
    // What never holds, but is outside the subset of programs.
    const SplitPattern library = compile("(?<!\\x{10FFFE})(?:" + regex + ")");
    ASSERT_TRUE(program.has_program()) << regex;
    ASSERT_FALSE(library.has_program()) << regex;
    size_t compared = 0;
    for (size_t i = 0; i < kTokenizerTestTexts; i += 3) {
      const std::string text = tokenizer_test_text(i);
      if (!classed_alike(unknown, text)) continue;
      ++compared;
      ASSERT_EQ(matches(program, text), matches(library, text)) << regex << " on text " << i;
    }
    EXPECT_GT(compared, 1000u);
  }
}

TEST(SplitPattern, ReadsClassesAsOniguruma) {
  EXPECT_EQ(words("[a-c&&[^b]]+", "abcab"), (Words{"a", "ca"}));
  EXPECT_EQ(words("[^\\S\\n]+", " \t\n x"), (Words{" \t", " "}));
  EXPECT_EQ(words("[\\]a\\-z]+", "]-az b"), (Words{"]-az"}));
  EXPECT_EQ(words("[\\x41-C\\u0044]+", "ABCDE"), (Words{"ABCD"}));
  EXPECT_EQ(words("[[:digit:]x]+", "12x-"), (Words{"12x"}));
  EXPECT_EQ(words("[[:^digit:]]+", "12x-"), (Words{"x-"}));
  EXPECT_EQ(words("\\h+", "xAf09g"), (Words{"Af09"}));
  EXPECT_EQ(words("\\p{^L}+", "a12b"), (Words{"12"}));
  EXPECT_EQ(words("\\p{Han}+", "a\xE6\x88\x91\xE3\x80\xBC"), (Words{"\xE6\x88\x91"})) << "the script, not its extensions";
}

TEST(SplitPattern, GivesBackAsFarAsItMustAndNoFurther) {
  EXPECT_EQ(words("\\s*[\\r\\n]+", "  \n \n x"), (Words{"  \n \n"}));
  EXPECT_EQ(words("\\s+(?!\\S)|\\s+", "a   b "), (Words{"  ", " ", " "}));
  EXPECT_EQ(words("[ab]*b", "aabab a"), (Words{"aabab"}));
  EXPECT_EQ(words("[ab]++b|a", "aab"), (Words{"a", "a"})) << "possessive: nothing is given back";
  EXPECT_EQ(words("\\p{L}{1,3}", "abcdefg"), (Words{"abc", "def", "g"}));
  EXPECT_EQ(words("\\p{L}{2}", "abcde"), (Words{"ab", "cd"}));
  EXPECT_EQ(words("\\p{L}{1,3}+", "abcdefg"), (Words{"abcdefg"})) << "a plus repeats the interval";
  EXPECT_EQ(words("a(?:b|bc)?d", "abcd abd ad"), (Words{"abcd", "abd", "ad"}));
}

TEST(SplitPattern, FoldsCaseBeyondAscii) {
  EXPECT_EQ(words("(?i:'s|'k)", "'s'S'\xC5\xBF'K'\xE2\x84\xAA's"),
            (Words{"'s", "'S", "'\xC5\xBF", "'K", "'\xE2\x84\xAA", "'s"}));
}

TEST(SplitPattern, WhiteSpaceIsThatOfOnigurumaInBothEngines) {
  const std::string text = "a\xE1\xA0\x8E \xE2\x80\x83\xC2\x85z";  // U+180E is none
  EXPECT_EQ(words("\\s+", text), (Words{" \xE2\x80\x83\xC2\x85"}));
  EXPECT_EQ(words("(?<!!)\\s+", text), (Words{" \xE2\x80\x83\xC2\x85"}));
  EXPECT_EQ(words("(?<!!)[\\sz]+", text), (Words{" \xE2\x80\x83\xC2\x85z"}));
  EXPECT_EQ(words("(?<!!)\\S+", text), (Words{"a\xE1\xA0\x8E", "z"}));
}

TEST(SplitPattern, LinesBeginAndEndEverywhere) {
  EXPECT_EQ(words("^a|b$", "a b\na ab"), (Words{"a", "b", "a", "b"}));
}

TEST(SplitPattern, EmptyMatchesAreThoseOfOniguruma) {
  EXPECT_EQ(matches(compile("x*"), "axb"), (Places{{0, 0}, {1, 2}, {3, 3}}));
  EXPECT_EQ(matches(SplitPattern::literal("ab"), "abcab"), (Places{{0, 2}, {3, 5}}));
}

TEST(SplitPattern, RefusesWhatIsNoPatternAndWhatIsReadInTwoWays) {
  EXPECT_EQ(SplitPattern::regex("(", "/x").error().code, ErrorCode::kSyntax);
  EXPECT_EQ(SplitPattern::regex("[b-a]", "/x").error().code, ErrorCode::kSyntax);
  EXPECT_EQ(SplitPattern::regex("(?m:.)", "/x").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(SplitPattern::regex("a{2,3}+", "/x").error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(SplitPattern::regex("\xFF", "/x").error().code, ErrorCode::kSyntax);
  const std::string nested = std::string(50'000, '(') + "a" + std::string(50'000, ')');
  EXPECT_EQ(SplitPattern::regex(nested, "/x").error().code, ErrorCode::kLimit);
  EXPECT_EQ(SplitPattern::regex("(", "/x").error().pointer, "/x");
}

TEST(SplitPattern, BacktrackingEndsByCountedWork) {
  const std::string text(20'000, 'a');
  EXPECT_TRUE(matches(compile("(?:(?:a|a)*)*b"), text).empty()) << "in PCRE2";
  const SplitPattern program = compile("a*a*a*a*a*b");
  ASSERT_TRUE(program.has_program());
  EXPECT_TRUE(matches(program, text).empty());
}

TEST(CodePointTable, IsTheSetThatItWasMadeOf) {
  const CodePointSet set = unicode_category("L")->unite(unicode_white_space());
  const CodePointTable table(set);
  for (uint32_t point = 0; point <= kMaxCodePoint; ++point) ASSERT_EQ(table.contains(point), set.contains(point)) << point;
  for (uint8_t byte = 0; byte < 128; ++byte) ASSERT_EQ(table.contains_ascii(byte), set.contains(byte));
}

TEST(CodePointTable, CategoriesAreThoseOfUnicode16) {
  EXPECT_TRUE(unicode_category("Lu")->contains(0x1C89)) << "new in 16";
  EXPECT_TRUE(unicode_category("Mc")->contains(0x1171E)) << "changed in 16";
  EXPECT_TRUE(unicode_category("Lo")->contains(0x2EBF0)) << "new in 15.1";
  EXPECT_FALSE(unicode_category("Cn")->contains(0x105C0)) << "new in 16";
  EXPECT_FALSE(unicode_category("Xx").has_value());
  EXPECT_FALSE(unicode_category("").has_value());
}

}  // namespace
}  // namespace keyway
