// GBNF: every case of the committed sample and of the shared corpus is read and judged, what must be refused is refused
// with its place, and what attackers write ends in an answer or an error.
#include "schemas/grammars/bnf/bnf.h"

#include "tests/schemas/grammars/corpus.h"

namespace keyway {
namespace {

// Texts that are no GBNF, and where that shows.
constexpr std::pair<const char*, const char*> kRefused[] = {
    {"root ::= \"a\"\n  | \"b\"", "line 2, column 3"},
    {"root ::= a_b", "line 1, column 11"},
    {"root ::= \"\\q\"", "line 1, column 11"},
    {"root ::= (\"a\"", "line 1, column 10"},
    {"root ::= \"a\"{3,2}", "line 1, column 14"},
    {"root ::= \"a\"{2000000}", "line 1, column 14"},
    {"root ::= b\nc ::= \"a\"", "line 1, column 10"},
    {"a ::= \"x\"", "line 1, column 1"},
    {"root ::= <[1]>", "line 1, column 10"},
    {"root ::= \"a\"\nroot ::= \"b\"", "line 2, column 1"},
};

Result<TermId> compile(TermArena& arena, const test::GrammarCase& grammar_case) {
  grammars::BnfOptions options;
  if (grammar_case.has("root")) options.root = grammar_case.text("root");
  options.vocabulary = grammar_case.vocabulary.get();
  return grammars::compile_gbnf(arena, grammar_case.text("grammar"), options);
}

TEST(Gbnf, CommittedCasesAreJudgedAsStated) {
  test::judge_file(KEYWAY_SOURCE_DIR "/tests/schemas/grammars/data/gbnf.jsonl", compile, 4);
}

TEST(Gbnf, ErrorsNameLineAndColumn) {
  TermArena arena;
  for (const auto& [text, place] : kRefused) {
    const Result<TermId> root = grammars::compile_gbnf(arena, text);
    ASSERT_FALSE(root.ok()) << text;
    EXPECT_EQ(root.error().pointer, place) << text << ": " << root.error().to_string();
  }
}

TEST(Gbnf, SharedCasesAreJudgedAsStated) {
  const auto folder = test::shared_grammars();
  if (!folder) {
    std::printf("no shared data here: the committed sample is judged alone\n");
    return;
  }
  test::judge_file(*folder + "/gbnf.jsonl", compile, 100);
  test::judge_refused(*folder + "/refused.jsonl", "gbnf", compile, 15);
}

}  // namespace
}  // namespace keyway
