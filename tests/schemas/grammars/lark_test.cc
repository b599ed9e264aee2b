// Lark: every case of the committed sample and of the shared corpus is read and judged, what must be refused is refused
// with its place.
#include "schemas/grammars/lark/lark.h"

#include "tests/schemas/grammars/corpus.h"
#include "tests/support/toy_vocabulary.h"
#include "tests/support/walk_beside_naive.h"

namespace keyway {
namespace {

Result<TermId> compile(TermArena& arena, const test::GrammarCase& grammar_case) {
  grammars::LarkOptions options;
  if (grammar_case.text("dialect") == "xgrammar") options.dialect = grammars::LarkDialect::kXGrammar;
  options.vocabulary = grammar_case.vocabulary.get();
  if (const auto named = grammar_case.document.root().find("named_grammars")) {
    for (size_t i = 0; i < named->size(); ++i) options.named_grammars.emplace(named->key(i), named->at(i).string());
  }
  return grammars::compile_lark(arena, grammar_case.text("grammar"), options);
}

TEST(Lark, CommittedCasesAreJudgedAsStated) {
  test::judge_file(KEYWAY_SOURCE_DIR "/tests/schemas/grammars/data/lark.jsonl", compile, 5);
}

TEST(Lark, ErrorsNameLineAndColumn) {
  constexpr std::pair<const char*, const char*> kRefused[] = {
      {"start: missing", "line 1, column 8"},
      {"start: \"a\"\nstart: \"b\"", "line 2, column 1"},
      {"start: A & B\nA: \"a\"\nB: \"b\"", "line 1, column 8"},
      {"start: \"a\"{3,2}", "line 1, column 11"},
      {"start: A\nA: \"x\" A", "line 2, column 8"},
      {"item: \"a\"", "line 1, column 1"},
      {"start: \"a\"{0}", "line 1, column 11"},
      {"start: a\naB: \"a\"", "line 2, column 2"},
      {"start: \"a\" -> A", "line 1, column 15"},
      {"start: ~x\nx: \"a\"", "line 1, column 9"},
  };
  for (const auto& [text, place] : kRefused) {
    TermArena arena;
    const Result<TermId> root = grammars::compile_lark(arena, text);
    ASSERT_FALSE(root.ok()) << text;
    EXPECT_EQ(root.error().pointer, place) << text << ": " << root.error().to_string();
  }
}

struct Judged {
  const char* grammar;
  std::vector<std::string> accepted, rejected;
};

void judge(const std::vector<Judged>& rows) {
  for (const Judged& row : rows) {
    std::string line = "{\"grammar\": " + json_quote(row.grammar);
    for (const auto& [name, texts] : {std::pair("accept", row.accepted), std::pair("reject", row.rejected)}) {
      line += std::string(", \"") + name + "\": [";
      for (size_t i = 0; i < texts.size(); ++i) line += (i > 0 ? ", " : "") + json_quote(texts[i]);
      line += "]";
    }
    test::GrammarCase grammar_case;
    grammar_case.document = *parse_json(line + "}");
    test::make_vocabulary(grammar_case);
    for (const std::string& wrong : test::judge_case(grammar_case, compile)) ADD_FAILURE() << row.grammar << ": " << wrong;
  }
}

TEST(Lark, TheLastAlternativeOfALineMayBeEmpty) {
  judge({{"start: \"a\" y\ny: \"b\" y |\n\nz[lazy]: \"c\"\n", {"a", "ab", "abb"}, {"", "b", "ac"}},
         {"start: \"a\" | // nothing\n%ignore \" \"\n", {"a", ""}, {"b"}},
         {"start: \"a\" |\n  \"b\"\n?c :\"c\"\n", {"a", "b"}, {"", "c"}}});
}

// Verdicts of llguidance 1.9.1: where a repetition may go on, ignored text may end the whole.
TEST(Lark, IgnoredTextMayEndWhatMayGoOn) {
  judge({{"start: \"a\" \"b\"?\n%ignore \" \"\n", {"a", "a ", "ab", "a b"}, {" a", "ab ", "a b "}},
         {"start: \"a\" [\"b\"]\n%ignore \" \"\n", {"a  ", "a  b"}, {"ab "}},
         {"start: \"a\" x\nx: | \"b\"\n%ignore \" \"\n", {"a ", "a b"}, {"ab "}},
         {"start: e\ne: t | e \"+\" t\nt: \"a\" | t \"*\" \"a\"\n%ignore \" \"\n", {"a ", "a + a ", "a *a "}, {" a", "a + "}},
         {"start: \"a\" \"b\"~1..3\n%ignore \" \"\n", {"ab ", "ab b ", "abbb"}, {"a ", "abbb "}}});
}

// Verdicts of llguidance 1.9.1.
TEST(Lark, IgnoredTextMayEndAnAlternativeThatAnotherGoesOnFrom) {
  judge({{"start: \"a\" | \"a\" \"b\"\n%ignore \" \"\n", {"a", "a ", "a  ", "a b"}, {" a", "a b ", "ab "}},
         {"start: \"b\" | \"a\" \"b\"\n%ignore \" \"\n", {"b", "a b"}, {"b ", "ab ", "a "}},
         {"start: \"a\" | \"a\" \"b\" | \"a\" \"b\" \"c\"\n%ignore \" \"\n", {"a ", "a b ", "a b c"}, {"a b c "}},
         {"start: x | y \"b\"\nx: \"a\"\ny: A\nA: \"a\"\n%ignore \" \"\n", {"a ", "a b"}, {"a b "}},
         {"start: \"x\" x\nx: \"a\" | \"a\" \"b\"\n%ignore \" \"\n", {"x a ", "xab"}, {"xab ", "x "}},
         {"start: s\ns: \"a\" s | \"a\"\n%ignore \" \"\n", {"a ", "a a ", "aa"}, {" a"}},
         {"start: s\ns: \"(\" s \")\" | \"a\" | \"a\" \"b\"\n%ignore \" \"\n", {"(a )", "a ", "(ab)"}, {"(a) ", "(ab) "}},
         {"start: \"a\" | \"a\" \"b\"~0..0 | \"a\" \"\"\n%ignore \" \"\n", {"a"}, {"a "}}});
}

// Verdicts of llguidance 1.9.1.
TEST(Lark, IgnoredTextMayEndARepetitionThatAnotherAlternativeGoesOnFrom) {
  judge({{"start: r | r{2,3} \"b\"\nr: \"a\"\n%ignore \" \"", {"a", "a ", "a a b", "aaab"}, {"aab ", "aa ", " a"}},
         {"start: r | r{1,2} r\nr: \"a\"\n%ignore \" \"", {"a ", "aaa", "a a a"}, {" a", "aaaa"}}});
}

// As llguidance reads names: aB is two.
TEST(Lark, RulesMayHoldComplementsAndNamesEndWhereTheCaseChanges) {
  judge({{"start: \"x\" ~A\nA: \"a\"", {"x", "xb", "xaa"}, {"xa", ""}},
         {"start: aB\na: \"a\"\nB: \"b\"", {"ab"}, {"a", "b"}},
         {"start: \"a\" ~ 1 .. 2", {"a", "aa"}, {"", "aaa"}}});
}

TEST(Lark, IgnoredTextMayEndARuleThatBeginsWithItselfByWayOfOthers) {
  judge({{"start: e\ne: N | c\nc: e \"(\" \")\"\nN: /[a-z]+/\n%ignore \" \"\n", {"a", "a ", "a ( ) ", "a()() "}, {" a", "a ( ", "( )"}},
         {"start: \"x\" c\nc: p\np: d | \"y\"\nd: (c \".\") \"z\" | c\n%ignore \" \"\n", {"xy ", "x y . z "}, {"x ", "x y . "}},
         {"start: a\na: b\nb: a | \"y\"\n%ignore \" \"\n", {"y"}, {"y "}}});
}

// Verdicts of llguidance 1.9.1.
TEST(Lark, ExpressionsMaySpanLinesAndSchemasBeWords) {
  judge({{"start: /a\n?b/\n", {"ab", "a\nb"}, {"a", "b"}},
         {"start: /a  # one\n b  # two\n/x \"c\"\n", {"abc"}, {"a bc", "ab"}},
         {"start: %json true\n", {"1", "[]", "{\"a\": null}"}, {"", "a"}}});
  TermArena arena;
  const Result<TermId> escaped = grammars::compile_lark(arena, "start: /a\\\n?b/");
  ASSERT_FALSE(escaped.ok());
  EXPECT_EQ(escaped.error().pointer, "line 1, column 8");
  EXPECT_FALSE(grammars::compile_lark(arena, "start: %json false").ok());
}

// Verdicts of llguidance 1.9.1: nothing is ignored before the first terminal, whichever that is.
TEST(Lark, NothingIsIgnoredAtTheBeginningWhereOtherPartsAreLeftOut) {
  judge({{"start: \"y\"? \"z\"\n%ignore \" \"\n", {"z", "yz", "y z"}, {" z", " yz", "", "z "}},
         {"start: x \"z\"\nx: [\"y\"] \"w\"*\n%ignore \" \"\n", {"z", "yz", "w w z", "y w z"}, {" z", " w z", " yz"}},
         {"start: (\"a\" \"b\")* \"c\"?\n%ignore \" \"\n", {"", "c", "ab c", "a b a b ", "ab"}, {" c", " ", " ab"}},
         {"start: l \"z\"\nl: | \"i\" l\n%ignore \" \"\n", {"z", "i z", "i i z"}, {" z", " i z"}},
         {"start: (a? \"b\"?)~2 \"c\"\na: \"a\"\n%ignore \" \"\n", {"c", "b c", "a b a b c", "a a c"}, {" c", " b c"}},
         {"start: (\"a\"? \"b\"?)+\n%ignore \" \"\n", {"", "b", "b a", "a b b "}, {" b", " a"}}});
}

// Verdicts of llguidance 1.9.1: behind a text of one alternative that another one goes on from.
TEST(Lark, WhatIsIgnoredMayStandWhereAnotherAlternativeGoesOn) {
  judge({{"start: x | y\nx: \"a\" | \"b\"\ny: \"a\" \"c\"\n%ignore \" \"\n", {"a", "a ", "b", "a c", "ac"}, {"b ", "a c ", " a"}},
         {"start: \"q\" x | x | y\nx: \"a\" | \"b\"\ny: \"a\" \"c\"\n%ignore \" \"\n", {"q a", "a ", "qa", "a c"}, {"qa ", "qb "}},
         {"start: \"(\" (x | y) \")\"\nx: \"a\" | \"b\"\ny: \"a\" \"c\"\n%ignore \" \"\n", {"(a )", "( a c )", "(b )"}, {"(c)", "(a ) "}},
         {"start: x | y | z\nx: \"a\" | \"b\"\ny: \"a\" \"c\" | \"b\"\nz: (\"b\" | \"c\") \"d\"\n%ignore \" \"\n", {"a ", "b ", "c d"}, {"c ", "a c "}},
         {"start: x | A \"c\"\nx: A | \"b\"\nA: /a+/\n%ignore \" \"\n", {"a ", "aa ", "aa c"}, {"b "}}});
}

// Verdicts of llguidance 1.9.1.
TEST(Lark, NothingIsIgnoredBeforeAGrammarInAGrammar) {
  judge({{"start: \"x\" a \"!\"\n%ignore \" \"\na: %json {\"type\": \"boolean\"}", {"xtrue!", "xtrue !"}, {"x true!"}},
         {"start: \"x\" a \"!\"\n%ignore \" \"\na: %lark {\nstart: \"ab\" \"c\"\n%ignore \"_\"\n}", {"xabc!", "xab_c!"}, {"x abc!", "xab c!", "x_abc!"}}});
}

// Verdicts of llguidance 1.9.1; it also cuts a text of the grammar in its middle, which is refused here.
TEST(Lark, GrammarsInAGrammarAreBoundedInTokens) {
  judge({{"start: a \"!\"\na[max_tokens=3]: %lark {\nstart: \"ab\" x\nx: /[a-z]+/\n}\n", {"abc!"}, {"abcd!", "ab!", "abc"}},
         {"start: (\"-\" a \"!\")+\na[max_tokens=2]: %json {\"type\": \"integer\"}\n", {"-1!", "-12!-1!", "--1!"}, {"-123!", "--12!"}},
         {"start: a? \"!\"\na[max_tokens=2]: %lark {\nstart: \"ab\"*\n}\n", {"!", "ab!"}, {"abab!"}}});
  TermArena arena;
  const Result<TermId> mixed = grammars::compile_lark(arena, "start: a\na[max_tokens=2]: \"x\" %json {}");
  ASSERT_FALSE(mixed.ok());
  EXPECT_EQ(mixed.error().pointer, "line 2, column 22");
}

TEST(Lark, CharactersOfATokenAreNotCounted) {
  TermArena arena;
  const auto vocabulary = *Vocabulary::create({{"x", TokenKind::kText}, {"<|t|>", TokenKind::kSpecial}, {"<end>", TokenKind::kSpecial}}, {2});
  grammars::LarkOptions options;
  options.dialect = grammars::LarkDialect::kXGrammar;
  options.vocabulary = vocabulary.get();
  const Result<TermId> limited = grammars::compile_lark(arena, "start: a\na[max_chars=9]: (<|t|> \"x\")*", options);
  ASSERT_FALSE(limited.ok());
  EXPECT_EQ(limited.error().pointer, "line 2, column 1");
  EXPECT_NE(limited.error().message.find("not a token"), std::string::npos) << limited.error().message;
}

// Verdicts of llguidance 1.9.1, one token per byte.
TEST(Lark, ALazyRuleThatMayBeLeftOutTakesWhatItCan) {
  judge({
      {"start: \"<\" r \">\"\nr[lazy]: /[a-z]*/", {"<>", "<a>"}, {"<ab>", "<"}},
      {"start: \"<\" r \">\"\nr[lazy]: /.*/", {"<a>", "<>>"}, {"<>", "<ab>"}},
      {"start: r \"x\"\nr[lazy]: /[a-z]*/", {"ax", "xx"}, {"x", "abx"}},
      {"start: \"<\" r \"b\"\nr[lazy]: /a*b?/", {"<ab", "<bb"}, {"<b", "<aab", "<abb"}},
      {"start: \"<\" r* \">\"\nr[lazy]: /[a-z]*/", {"<>", "<a>", "<ab>", "<abc>"}, {"<", "<a"}},
      {"start: \"x\" r \"y\"\nr[lazy]: /a/ | /ab/ | \"\"", {"xy", "xay"}, {"xaby"}},
      {"start: r (\"ab\"|\"c\")\nr[lazy]: /b?/", {"ab", "bab", "bc", "c"}, {"b"}},
      {"start: a* \">\"\na: \"<\" r\nr[lazy]: /[^<]+/", {"<a>", "<a<b>"}, {"<ab>", "<a>>"}},
  });
}

TEST(Lark, RulesAreBoundedInTokens) {
  judge({
      {"start: \"<\" r \">\"\nr[max_tokens=2]: /[a-z]*/", {"<>", "<a>", "<ab>"}, {"<abc>"}},
      {"start: r \"y\"\nr[max_tokens=0]: /.*/", {"y"}, {"xy"}},
      {"start: r+\nr[max_tokens=2]: /[a-z]+;/", {"a;", "a;b;"}, {"ab;", "a"}},
      {"start: r \"b\"\nr[lazy, max_tokens=2]: /a*c/", {"cb", "acb"}, {"aacb"}},
  });
}

TEST(Lark, GuidanceOfSchemasIsFollowed) {
  judge({
      {"start: %json {\"type\": \"string\"}", {"\"\\n\"", "\"\\u000A\"", "\"\\u007f\""}, {"\"\\/\"", "\"\\u0041\"", "\"\x7f\""}},
      {"start: %json {\"type\": \"string\", \"x-guidance\": {\"json_allowed_escapes\": \"u\"}}", {"\"\\u0009\""}, {"\"\\n\"", "\"\\\"\""}},
      {"start: %json {\"enum\": [1.5, 10, \"a\"]}", {"1.5", "10", "\"a\""}, {"1.50", "10.0", "1e1"}},
      {"start: %json {\"type\": \"array\", \"x-guidance\": {\"item_separator\": \", *\"}}", {"[1, 2]", "[1,2]"}, {"[1;2]"}},
      {"start: %json {\"type\": \"array\", \"x-guidance\": {\"whitespace_pattern\": \"[ ]{0,2}\"}}", {"[  1]", "[1,  2]"}, {"[   1]"}},
      {"start: %json {\"type\": \"object\", \"x-guidance\": {\"key_separator\": \": \"}}", {"{\"a\": 1}"}, {"{\"a\":1}", "{\"a\" :1}"}},
      {"start: %json {\"type\": \"array\", \"x-guidance\": {\"whitespace_flexible\": false}}", {"[1,2]"}, {"[1, 2]", "[ 1]"}},
      {"start: %json {\"x-guidance\": {\"coerce_one_of\": true}, \"oneOf\": [{\"maxLength\": 3}, {\"minLength\": 2}]}", {"\"abc\"", "\"a\""}, {}},
  });
  TermArena arena;
  const Result<TermId> unknown = grammars::compile_lark(arena, "start: %json {\"x-guidance\": {\"lax\": true}}");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().pointer, "line 1, column 8");
}

// A find of fuzzing: U+007F, which such a string has as an escape alone, was in masks of texts of at most so many characters.
TEST(Lark, MasksOfBoundedStringsAreThoseOfTheNaiveMatcher) {
  std::mt19937 random(5);
  const auto vocabulary = test::toy_vocabulary({"ab", "a\x7F", "\"}", "\\u00", "7f"});
  for (const char* bounds : {"\"maxLength\": 1", "\"minLength\": 2, \"maxLength\": 30", "\"minLength\": 3",
                             "\"maxLength\": 4, \"x-guidance\": {\"json_allowed_escapes\": \"n\"}"}) {
    const std::string grammar_text = std::string("start: %json {\"type\": \"string\", ") + bounds + "}";
    auto arena = std::make_unique<TermArena>();
    TermArena slow;
    const TermId root = *grammars::compile_lark(*arena, grammar_text), again = *grammars::compile_lark(slow, grammar_text);
    const auto grammar = *Grammar::create(vocabulary, std::move(arena), root);
    for (int walk = 0; walk < 8; ++walk) {
      NaiveMatcher naive(slow, *vocabulary, again);
      EXPECT_GT(test::walk_beside_naive(grammar, slow, naive, "\"abcdefgh", 12, random), 1) << bounds;
    }
  }
}

TEST(Lark, SharedCasesAreJudgedAsStated) {
  const auto folder = test::shared_grammars();
  if (!folder) {
    std::printf("no shared data here: the committed sample is judged alone\n");
    return;
  }
  test::judge_file(*folder + "/lark.jsonl", compile, 280);
  test::judge_refused(*folder + "/refused.jsonl", "lark", compile, 95);
}

}  // namespace
}  // namespace keyway
