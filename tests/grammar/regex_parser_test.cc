#include "grammar/regex_parser.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

namespace keyway {
namespace {

// One pattern, compiled under the default limits.
struct Compiled {
  explicit Compiled(std::string_view pattern, RegexDialect dialect = RegexDialect::kEcma, bool search = false)
      : budget(Limits().compile_fuel), result(RegexId()) {
    arena.set_budget(&budget);
    result = parse_regex(arena, pattern, {dialect, search});
  }
  bool matches(std::string_view text) { return arena.matches(*result, text); }
  RegexArena arena;
  Budget budget;
  Result<RegexId> result;
};

// Texts of up to `length` pieces, shortest first.
std::vector<std::string> texts_of(const std::vector<std::string>& pieces, size_t length) {
  std::vector<std::string> texts{""};
  size_t begin = 0;
  for (size_t n = 0; n < length; ++n) {
    const size_t end = texts.size();
    for (size_t i = begin; i < end; ++i) {
      for (const std::string& piece : pieces) texts.push_back(texts[i] + piece);
    }
    begin = end;
  }
  return texts;
}

// An oracle for ECMA: patterns made as trees, matched by sets of end positions, without any of our algebra.

struct Tree {
  virtual ~Tree() = default;
  virtual std::string pattern() const = 0;
  // Where a match that begins at `from` can end.
  virtual std::set<size_t> ends(const std::string& text, size_t from) const = 0;
};
using TreePtr = std::shared_ptr<Tree>;

struct Leaf : Tree {
  std::string shown;
  std::function<bool(char)> holds;
  std::string pattern() const override { return shown; }
  std::set<size_t> ends(const std::string& text, size_t from) const override {
    return from < text.size() && holds(text[from]) ? std::set<size_t>{from + 1} : std::set<size_t>{};
  }
};

bool word_at(const std::string& text, size_t i) { return i < text.size() && text[i] != '-'; }

struct PlaceTree : Tree {
  char place;
  std::string pattern() const override { return place == 'b' ? "\\b" : place == 'B' ? "\\B" : std::string(1, place); }
  std::set<size_t> ends(const std::string& text, size_t from) const override {
    const bool boundary = (from > 0 && word_at(text, from - 1)) != word_at(text, from);
    const bool holds = place == '^' ? from == 0 : place == '$' ? from == text.size() : (place == 'b') == boundary;
    return holds ? std::set<size_t>{from} : std::set<size_t>{};
  }
};

struct Pair : Tree {
  TreePtr a, b;
  bool choice;
  std::string pattern() const override { return "(?:" + a->pattern() + (choice ? "|" : "") + b->pattern() + ")"; }
  std::set<size_t> ends(const std::string& text, size_t from) const override {
    std::set<size_t> first = a->ends(text, from), result;
    if (choice) {
      result = b->ends(text, from);
      result.insert(first.begin(), first.end());
      return result;
    }
    for (size_t middle : first) {
      const std::set<size_t> rest = b->ends(text, middle);
      result.insert(rest.begin(), rest.end());
    }
    return result;
  }
};

struct Loop : Tree {
  TreePtr part;
  size_t min, max;
  std::string pattern() const override {
    const std::string bounds = max > 9 ? "" : std::to_string(max);
    return "(?:" + part->pattern() + "){" + std::to_string(min) + "," + bounds + "}";
  }
  std::set<size_t> ends(const std::string& text, size_t from) const override {
    std::set<size_t> now{from}, result;
    for (size_t n = 0; n <= max && !now.empty(); ++n) {
      if (n >= min) {  // a place reached before with enough rounds leads nowhere new
        for (size_t at : result) now.erase(at);
        result.insert(now.begin(), now.end());
      }
      std::set<size_t> next;
      for (size_t at : now) {
        const std::set<size_t> more = part->ends(text, at);
        next.insert(more.begin(), more.end());
      }
      now = std::move(next);
    }
    return result;
  }
};

struct LookTree : Tree {
  TreePtr part;
  bool negative, behind;
  std::string pattern() const override {
    return std::string("(?") + (behind ? "<" : "") + (negative ? "!" : "=") + part->pattern() + ")";
  }
  std::set<size_t> ends(const std::string& text, size_t from) const override {
    bool found = false;
    if (behind) {
      for (size_t start = 0; start <= from; ++start) found = found || part->ends(text, start).count(from) > 0;
    } else {
      found = !part->ends(text, from).empty();
    }
    return found != negative ? std::set<size_t>{from} : std::set<size_t>{};
  }
};

class Generator {
 public:
  explicit Generator(uint32_t seed) : random_(seed) {}
  TreePtr tree(int size, bool looks) {
    if (size <= 1) return leaf(looks);
    switch (random_() % (looks ? 7 : 4)) {
      case 0: case 1: case 4: {
        auto pair = std::make_shared<Pair>();
        const int left = 1 + static_cast<int>(random_() % static_cast<uint32_t>(size - 1));
        pair->choice = random_() % 3 == 0;
        pair->a = tree(left, looks);
        pair->b = tree(size - left, looks);
        return pair;
      }
      case 2: case 3: {
        auto loop = std::make_shared<Loop>();
        loop->part = tree(size - 1, looks);
        loop->min = random_() % 3;
        loop->max = random_() % 2 ? 99 : loop->min + random_() % 3;
        return loop;
      }
      default: {
        auto look = std::make_shared<LookTree>();
        look->behind = random_() % 3 == 0;
        // What stands in a lookbehind is without conditions here; those that we refuse are tested by name below.
        look->part = tree(size - 1, !look->behind);
        look->negative = random_() % 2;
        return look;
      }
    }
  }

 private:
  TreePtr leaf(bool looks) {
    if (looks && random_() % 3 == 0) {
      auto place = std::make_shared<PlaceTree>();
      place->place = "^$bB"[random_() % 4];
      return place;
    }
    auto leaf = std::make_shared<Leaf>();
    switch (random_() % 5) {
      case 0: leaf->shown = "a"; leaf->holds = [](char c) { return c == 'a'; }; break;
      case 1: leaf->shown = "-"; leaf->holds = [](char c) { return c == '-'; }; break;
      case 2: leaf->shown = "."; leaf->holds = [](char) { return true; }; break;
      case 3: leaf->shown = "[^a]"; leaf->holds = [](char c) { return c != 'a'; }; break;
      default: leaf->shown = "\\w"; leaf->holds = [](char c) { return c != '-'; }; break;
    }
    return leaf;
  }
  std::mt19937 random_;
};

TEST(RegexParser, ConditionsAnywhereAreExact) {
  const std::vector<std::string> texts = texts_of({"a", "b", "-"}, 4);
  Generator generator(2024);
  int refused = 0, accepted = 0;
  for (int round = 0; round < 1500; ++round) {
    const TreePtr tree = generator.tree(2 + round % 9, true);
    Compiled full(tree->pattern()), search(tree->pattern(), RegexDialect::kEcma, true);
    if (!full.result.ok()) {
      EXPECT_EQ(full.result.error().code, ErrorCode::kLimit) << tree->pattern() << full.result.error().to_string();
      ++refused;
      continue;
    }
    ASSERT_TRUE(search.result.ok()) << tree->pattern();
    for (const std::string& text : texts) {
      const bool whole = tree->ends(text, 0).count(text.size()) > 0;
      bool found = false;
      for (size_t from = 0; from <= text.size() && !found; ++from) found = !tree->ends(text, from).empty();
      accepted += whole;
      ASSERT_EQ(full.matches(text), whole) << tree->pattern() << " on " << text;
      ASSERT_EQ(search.matches(text), found) << tree->pattern() << " in " << text;
    }
    ASSERT_FALSE(full.arena.exhausted());
  }
  EXPECT_LT(refused, 30);
  EXPECT_GT(accepted, 1000);
}

// RE2 as an oracle for its own dialect and, where they agree, for Rust.

std::string random_re2_pattern(std::mt19937& random, int size) {
  const auto sub = [&](int n) { return random_re2_pattern(random, n); };
  if (size <= 1) {
    static const char* const kAtoms[] = {"a", "b", ".", "[ab]", "[^a]", "\\w", "\\W", "\\d", "\\b", "\\B", "^", "$",
                                         "(?i:Ab)", "k", "[[:alpha:]]", "\\x{e9}", "(?s:.)", "(?m:^)", "(?m:$)", "\\s",
                                         "\\pL", "\\P{Lu}", "(?i:\\W)", "(?i:[^a])", "\\n", "", "\\A", "\\z", "(?i:\\pL)"};
    return kAtoms[random() % std::size(kAtoms)];
  }
  switch (random() % 5) {
    case 0: return "(" + sub(size / 2) + "|" + sub(size - size / 2) + ")";
    case 1: return "(?:" + sub(size - 1) + ")*";
    case 2: return "(?:" + sub(size - 1) + "){" + std::to_string(random() % 2) + ",2}";
    default: return sub(size / 2) + sub(size - size / 2);
  }
}

TEST(RegexParser, AgreesWithRe2) {
  std::vector<std::string> texts = texts_of({"a", "b", "A", " ", "\n"}, 3);
  for (const char* text : {"\xC3\xA9", "a\xC3\xA9", "k", "K", "\xE2\x84\xAA", "\xC5\xBF", "1", "a1", "\xC3\x89", "0 a", "ab\nab"}) {
    texts.push_back(text);
  }
  std::mt19937 random(99);
  int compared = 0;
  for (int round = 0; round < 2000; ++round) {
    // Flags that change inside an alternation are left out: RE2 of 2022 loses the A of [ab]|(?i:A).
    const std::string pattern = (round % 3 == 0 ? "(?i)" : "") + random_re2_pattern(random, 1 + round % 7);
    RE2::Options quiet;
    quiet.set_log_errors(false);
    const RE2 oracle(pattern, quiet);
    Compiled full(pattern, RegexDialect::kRe2), search(pattern, RegexDialect::kRe2, true);
    ASSERT_EQ(full.result.ok(), oracle.ok()) << pattern << ": " << oracle.error();
    if (!oracle.ok()) continue;
    ASSERT_TRUE(search.result.ok()) << pattern;
    for (const std::string& text : texts) {
      ASSERT_EQ(full.matches(text), RE2::FullMatch(text, oracle)) << pattern << " on " << text;
      ASSERT_EQ(search.matches(text), RE2::PartialMatch(text, oracle)) << pattern << " in " << text;
      ++compared;
    }
  }
  EXPECT_GT(compared, 100000);
}

// Samples by hand.

struct Sample {
  RegexDialect dialect;
  const char* pattern;
  std::vector<const char*> accepted, rejected;  // whole texts
};

constexpr RegexDialect kEcma = RegexDialect::kEcma, kRe2 = RegexDialect::kRe2, kRust = RegexDialect::kRust;

const Sample kSamples[] = {
    {kEcma, "^[a-z]+$", {"abc"}, {"", "abc1", "abc\n"}},
    {kEcma, "^(?!.*foo)[a-z]{3,5}$", {"bar", "fobar"}, {"foo", "afoob", "ab"}},
    {kEcma, "^(?=.*[A-Z])(?=.*\\d).{4,}$", {"aB1x", "1234A"}, {"aB1", "abc1", "ABCD"}},
    {kEcma, "^((?!--)[a-z-])+$", {"a-b", "a-b-"}, {"a--b", "--", ""}},
    {kEcma, "(?<!a)b(?<=b)c", {"bc"}, {"abc", "b"}},
    {kEcma, ".(?<=\\bx)y", {"xy"}, {"ay"}},
    {kEcma, "a$b|c", {"c"}, {"ab"}},
    {kEcma, "[]|a[^]b", {"a\nb", "axb"}, {"", "ab"}},
    {kEcma, "\\u{1F600}|\\uD83D\\uDE01", {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x81"}, {"\xF0\x9F\x98\x82"}},
    {kEcma, "\\p{Lu}\\p{Script=Greek}\\P{L}", {"A\xCE\xB1" "1"}, {"a\xCE\xB1" "1", "Aa1", "A\xCE\xB1z"}},
    {kEcma, "[\\p{Emoji_Presentation}-]", {"-", "\xF0\x9F\x98\x80"}, {"a"}},
    {kEcma, "\\s\\S", {"\xC2\xA0x", " x", "\xEF\xBB\xBFx"}, {"xx", "x "}},
    {kEcma, "[\\w-.]+", {"a-b.c"}, {"a b"}},
    {kEcma, "\\-\\_\\@", {"-_@"}, {"-_"}},
    {kEcma, "\\a\\e", {"ae"}, {"\a\x1B"}},
    {kEcma, "a{,3}", {"a{,3}"}, {"aaa", ""}},
    {kEcma, "(?<year>\\d{4})-(?<month>0[1-9]|1[0-2])", {"2026-11"}, {"2026-13"}},
    {kEcma, "\\cJ\\x41\\v[\\0-\\x09\\b]", {"\nA\v\t", "\nA\v\b"}, {"A", "\nA\v\n"}},

    {kEcma, ".", {"x"}, {"\n", "\r", "\xE2\x80\xA8", "\xE2\x80\xA9"}},
    {kRe2, "\\Qa.b\\E+", {"a.b", "a.bbb"}, {"axb", "a.ba.b"}},
    {kRe2, "(?i)stra\xC3\x9F" "e", {"STRA\xE1\xBA\x9E" "E"}, {"STRASSE"}},
    {kRe2, "a{,2}", {"a{,2}"}, {"aa"}},
    {kRe2, "[[:^alpha:]\\d]\\x{10FFFF}", {"1\xF4\x8F\xBF\xBF"}, {"a\xF4\x8F\xBF\xBF"}},
    {kRe2, "\\101[\\0-\\07]", {"A\a"}, {"A", "A\b"}},
    {kRe2, "(?m)^a$\\n^b$", {"a\nb"}, {"a", "ab"}},
    {kRust, "[a-z&&[^aeiou]]+", {"xyz"}, {"xaz"}},
    {kRust, "[a-z--b-d~~z]", {"a", "e"}, {"b", "z"}},
    {kRust, "[]a]|[-x]|[--y]", {"]", "a", "-", "x", "y"}, {"b", "."}},
    {kRust, "\\w\\d\\s", {"\xC3\xA9\xD9\xA3\xE2\x80\x83"}, {"-1 "}},
    {kRust, "(?-u:\\w\\d)", {"a1"}, {"\xC3\xA9" "1"}},
    {kRust, "(?x) a b # comment\n c", {"abc"}, {"a b c"}},
    {kRust, "\\b{start}a.*b\\b{end}", {"a b", "ab"}, {"ab-", "-ab"}},
    {kRust, "(?mR)a$\\r\\n^b", {"a\r\nb"}, {"a\nb"}},
    {kRust, "(?mR)a\\r$\\n", {}, {"a\r\n"}},
    {kRust, "\\p{sc=Greek}\\p{letter}\\pN\\p{gc!=Lu}", {"\xCE\xB1x1y"}, {"axx1", "\xCE\xB1x1Y"}},
    {kRust, "(?i)", {""}, {"i"}},
    {kRust, "a**b{2}{3}", {"bbbbbb", "aabbbbbb"}, {"bb"}},
};

TEST(RegexParser, ReadsEachDialectAsItsEngineDoes) {
  for (const Sample& sample : kSamples) {
    Compiled compiled(sample.pattern, sample.dialect);
    ASSERT_TRUE(compiled.result.ok()) << sample.pattern << ": " << compiled.result.error().to_string();
    for (const char* text : sample.accepted) EXPECT_TRUE(compiled.matches(text)) << sample.pattern << " on " << text;
    for (const char* text : sample.rejected) EXPECT_FALSE(compiled.matches(text)) << sample.pattern << " on " << text;
  }
}

TEST(RegexParser, SearchesWherePatternsOfSchemasDo) {
  Compiled compiled("^x-", kEcma, true), middle("b+", kEcma, true), end("z$", kEcma, true);
  EXPECT_TRUE(compiled.matches("x-foo"));
  EXPECT_FALSE(compiled.matches("ax-foo"));
  EXPECT_TRUE(middle.matches("abbc"));
  EXPECT_FALSE(middle.matches("ac"));
  EXPECT_TRUE(end.matches("xyz"));
  EXPECT_FALSE(end.matches("xyz\n"));
  // What has matched takes everything: the state is every text, and masks of it are those of any string.
  EXPECT_EQ(compiled.arena.derivative(compiled.arena.derivative(*compiled.result, 'x'), '-'), compiled.arena.all());
}

TEST(RegexParser, RefusesByName) {
  struct Refused {
    RegexDialect dialect;
    std::string pattern;
    ErrorCode code;
  };
  const Refused cases[] = {
      {kEcma, "(a+)\\1", ErrorCode::kUnsupported}, {kEcma, "(?<n>a)\\k<n>", ErrorCode::kUnsupported},
      {kEcma, "(?<=a$)b", ErrorCode::kUnsupported}, {kEcma, "(?<=(?=ab)a)b", ErrorCode::kUnsupported},
      {kEcma, "\\uD83D", ErrorCode::kUnsupported}, {kEcma, "\\p{L}\\-", ErrorCode::kUnsupported},
      {kEcma, "\xF0\x9F\x98\x80+}", ErrorCode::kUnsupported}, {kEcma, "}[\xF0\x9F\x98\x80]", ErrorCode::kUnsupported},
      {kEcma, "*a", ErrorCode::kSyntax}, {kEcma, "a**", ErrorCode::kSyntax}, {kEcma, "^*", ErrorCode::kSyntax},
      {kEcma, "(?i)a", ErrorCode::kSyntax}, {kEcma, "[z-a]", ErrorCode::kSyntax}, {kEcma, "[a-\\d]", ErrorCode::kSyntax},
      {kEcma, "\\p{Nope}", ErrorCode::kSyntax}, {kEcma, "\\p{greek}", ErrorCode::kSyntax},
      {kEcma, "\\x{110000}", ErrorCode::kSyntax}, {kEcma, "\\u{110000}", ErrorCode::kSyntax},
      {kEcma, "(?<n>a)(?<n>b)", ErrorCode::kSyntax}, {kEcma, "a{2,1}", ErrorCode::kSyntax},
      {kEcma, "a{1000001}", ErrorCode::kLimit}, {kEcma, "a{18446744073709551617}", ErrorCode::kLimit},
      {kEcma, "\\Aa\\Z", ErrorCode::kSyntax}, {kEcma, "a\\", ErrorCode::kSyntax}, {kEcma, "[a", ErrorCode::kSyntax},
      {kEcma, "[\\", ErrorCode::kSyntax},
      {kEcma, "(?R)", ErrorCode::kSyntax}, {kEcma, "(?(1)b|c)", ErrorCode::kSyntax}, {kEcma, "\xFF", ErrorCode::kSyntax},
      {kRe2, "a++", ErrorCode::kSyntax}, {kRe2, "\\C", ErrorCode::kUnsupported}, {kRe2, "(?=a)", ErrorCode::kSyntax},
      {kRe2, "a{1001}", ErrorCode::kLimit}, {kRe2, "\\1", ErrorCode::kUnsupported}, {kRe2, "\\8", ErrorCode::kUnsupported},
      {kRust, "a{", ErrorCode::kSyntax}, {kRust, "(?-u:.)", ErrorCode::kUnsupported},
      {kRust, "(?-u:\\xFF)", ErrorCode::kUnsupported}, {kRust, "(?-u:[^a])", ErrorCode::kUnsupported},
      {kRust, "[\\w-a]", ErrorCode::kSyntax}};
  for (const Refused& c : cases) {
    Compiled compiled(c.pattern, c.dialect);
    ASSERT_FALSE(compiled.result.ok()) << c.pattern;
    EXPECT_EQ(compiled.result.error().code, c.code) << c.pattern << compiled.result.error().to_string();
    EXPECT_EQ(compiled.result.error().pointer.substr(0, 7), "offset ");
    EXPECT_LE(compiled.result.error().to_string().size(), 2048u);
  }
}

std::string repeated(std::string_view text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(RegexParser, NestingIsCountedNotRecursed) {
  for (RegexDialect dialect : {kEcma, kRe2, kRust}) {
    for (const std::string& open : {std::string("(?:a|"), std::string("(?:b"), std::string("(?:a|b(?:c|")}) {
      const size_t closing = open.size() > 6 ? 2 : 1;
      Compiled deep(repeated(open, 50000) + "a" + repeated(")", closing * 50000), dialect);
      ASSERT_FALSE(deep.result.ok());
      EXPECT_EQ(deep.result.error().code, ErrorCode::kLimit);
      EXPECT_EQ(deep.result.error().allowed, "regex_depth 250");
      Compiled allowed(repeated(open, 60) + "a" + repeated(")", closing * 60), dialect);
      ASSERT_TRUE(allowed.result.ok()) << allowed.result.error().to_string();
      EXPECT_TRUE(allowed.matches((open == "(?:b" ? repeated("b", 60) : "") + "a"));
    }
    // Parentheses around one thing are no nesting.
    Compiled many(repeated("(", 50000) + "a" + repeated(")", 50000), dialect);
    ASSERT_TRUE(many.result.ok());
    EXPECT_TRUE(many.matches("a"));
    EXPECT_FALSE(many.matches("b"));
    Compiled stars(repeated("(?:", 1000) + "a" + repeated(")*", 1000), dialect);
    ASSERT_TRUE(stars.result.ok());
    EXPECT_TRUE(stars.matches("aaa"));
    EXPECT_FALSE(stars.matches("b"));
    EXPECT_FALSE(Compiled(repeated("(", 50000), dialect).result.ok());
  }
  Compiled classes(repeated("[", 50000), kRust);
  EXPECT_EQ(classes.result.error().code, ErrorCode::kLimit);
  Compiled looks(repeated("(?=(?:\\b|", 120) + "a" + repeated(")*)", 120));
  EXPECT_EQ(looks.result.error().code, ErrorCode::kLimit);
  Compiled fewer(repeated("(?=(?:\\b|", 60) + "a" + repeated(")*)", 60));
  ASSERT_TRUE(fewer.result.ok());  // every one of them holds everywhere
  EXPECT_TRUE(fewer.matches(""));
  EXPECT_FALSE(fewer.matches("a"));
}

TEST(RegexParser, LargePatternsAreCheap) {
  std::string words;
  for (int i = 0; i < 50000; ++i) words += (i ? "|word-" : "word-") + std::to_string(i) + "-end";
  Compiled alternation(words);
  ASSERT_TRUE(alternation.result.ok());
  EXPECT_TRUE(alternation.matches("word-49999-end"));
  EXPECT_FALSE(alternation.matches("word-50000-end"));
  EXPECT_LT(alternation.arena.size(), 1000u);

  Compiled literal(repeated("abcdefgh", 125000));
  ASSERT_TRUE(literal.result.ok());
  EXPECT_FALSE(literal.matches("a"));

  Compiled dots(repeated(".*a", 500));
  EXPECT_TRUE(dots.matches(repeated("a", 500)));
  EXPECT_FALSE(dots.matches(repeated("a", 499)));

  Compiled window(".*[aeiou].{60}");
  EXPECT_TRUE(window.matches("e" + repeated("x", 60)));
  EXPECT_FALSE(window.matches("abc"));

  Compiled counts(repeated("(?:", 30) + "a" + repeated("){0,2}", 30));
  EXPECT_TRUE(counts.matches("aaaa"));
  EXPECT_FALSE(counts.matches("b"));
}

// The shared corpus of patterns of three dialects, where it lies beside the checkout.

TEST(RegexParser, TheCorpusIsReadRightOrRefused) {
  const char* folder = std::getenv("KEYWAY_SHARED_DIR");
  const std::string path = (folder ? std::string(folder) : KEYWAY_SOURCE_DIR "/../shared") + "/data/grammars/regex.jsonl";
  std::ifstream file(path);
  if (!file) {
    std::cout << "no corpus at " << path << "; the samples of this test stand alone\n";
    return;
  }
  int right = 0, wrong = 0, refused = 0;
  for (std::string line; std::getline(file, line);) {
    const nlohmann::json item = nlohmann::json::parse(line);
    const std::string name = item["dialect"];
    const RegexDialect dialect = name == "ecma" ? kEcma : name == "re2" ? kRe2 : kRust;
    Compiled compiled(item["grammar"].get<std::string>(), dialect);
    if (!compiled.result.ok()) {
      std::cout << "refused, " << name << ": " << item["grammar"] << ": " << compiled.result.error().message << "\n";
      ++refused;
      continue;
    }
    bool good = true;
    for (const auto& text : item["accept"]) good = good && compiled.matches(text.get<std::string>());
    for (const auto& text : item["reject"]) good = good && !compiled.matches(text.get<std::string>());
    EXPECT_TRUE(good) << name << " " << item["grammar"];
    ++(good ? right : wrong);
  }
  std::cout << right << " right, " << refused << " refused, " << wrong << " wrong\n";
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(right, 745);
}

TEST(RegexParser, AnUpperBoundThatNoTextReachesSaysNothing) {
  for (const std::string bound : {"1000000000", "1073741824", "4294967295", "99999999999999999999"}) {
    Compiled counted("(?:ab){2," + bound + "}");
    ASSERT_TRUE(counted.result.ok()) << bound;
    EXPECT_TRUE(counted.matches("abab"));
    EXPECT_TRUE(counted.matches("ababababab"));
    EXPECT_FALSE(counted.matches("ab"));
    EXPECT_FALSE(Compiled("a{" + bound + ",}").result.ok()) << bound;
    EXPECT_FALSE(Compiled("a{" + bound + "}").result.ok()) << bound;
  }
  EXPECT_FALSE(Compiled("a{2,1001}", kRe2).result.ok());
}

}  // namespace
}  // namespace keyway
