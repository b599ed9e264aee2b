// Lark: every case of the committed sample and of the shared corpus is read and judged, what must be refused is refused
// with its place.
#include "schemas/grammars/lark/lark.h"

#include "tests/schemas/grammars/corpus.h"

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

// Why some cases of the shared corpus are judged otherwise.
constexpr const char* kEscapes = "x-guidance lists of escapes are not read, and constants take every escape";
constexpr const char* kEmptyLazy = "a lazy rule may be empty, as the documentation says";
constexpr const char* kOneOf = "oneOf is exact: both branches hold";
constexpr const char* kCounts = "max_tokens counts tokens, which a text has none of";
constexpr const char* kPatterns = "XGrammar passes over anchors and lookahead inside a pattern; here they are exact";
constexpr const char* kIntegers = "1.0 is an integer, as JSON Schema says";

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
  };
  for (const auto& [text, place] : kRefused) {
    TermArena arena;
    const Result<TermId> root = grammars::compile_lark(arena, text);
    ASSERT_FALSE(root.ok()) << text;
    EXPECT_EQ(root.error().pointer, place) << text << ": " << root.error().to_string();
  }
}

TEST(Lark, SharedCasesAreJudgedAsStated) {
  const auto folder = test::shared_grammars();
  if (!folder) {
    std::printf("no shared data here: the committed sample is judged alone\n");
    return;
  }
  const test::Differences differences = {
      {"lark-379c17cf", kEscapes},
      {"lark-39b9bd59", kCounts},
      {"lark-41f345e7", kEmptyLazy},
      {"lark-433dc2cf", kEscapes},
      {"lark-57ff3758", kCounts},
      {"lark-60293979", kOneOf},
      {"lark-74a5f754", kEscapes},
      {"lark-9caf6ff5", kEmptyLazy},
      {"lark-a5e401be", kPatterns},
      {"lark-d9f40b6e", kPatterns},
      {"lark-dbae7724", kEscapes},
      {"lark-ebb13575", kIntegers},
  };
  test::judge_file(*folder + "/lark.jsonl", compile, 280, differences);
  test::judge_refused(*folder + "/refused.jsonl", "lark", compile, 95);
}

}  // namespace
}  // namespace keyway
