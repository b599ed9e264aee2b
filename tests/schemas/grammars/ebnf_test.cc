// XGrammar's EBNF: every case of the committed sample and of the shared corpus is read and judged, what must be refused
// is refused with its place.
#include "schemas/grammars/bnf/bnf.h"

#include "tests/schemas/grammars/corpus.h"

namespace keyway {
namespace {

// Texts that are no EBNF, and where that shows.
constexpr std::pair<const char*, const char*> kRefused[] = {
    {"root ::= \"a\" |", "line 1, column 15"},
    {"root ::= \"a\"++", "line 1, column 14"},
    {"root ::= [z-a]", "line 1, column 11"},
    {"root[hot] ::= \"a\"", "line 1, column 6"},
    {"root ::= \"a\" b ::= \"c\"", "line 1, column 14"},
    {"root ::= Regex(\"(\")", "line 1, column 16"},
    {"root ::= TagDispatch((\"ab\", r), excludes=(\"a\",))\nr ::= \"x\"", "line 1, column 43"},
    {"root ::= r\nr[max_chars=2] ::= \"a\" r | \"\"", "line 2, column 1"},
    {"root ::= \"a\" (=(\"b\" | \"c\"))", "line 1, column 21"},
    {"root ::= (\"a\" (=\"b\"))", "line 1, column 15"},
    {"root ::= \"a\" (=\"b\") \"b\"", "line 1, column 21"},
    {"root ::= \"a\"{-1,2}", "line 1, column 14"},
};

Result<TermId> compile(TermArena& arena, const test::GrammarCase& grammar_case) {
  grammars::BnfOptions options;
  if (grammar_case.has("root")) options.root = grammar_case.text("root");
  options.vocabulary = grammar_case.vocabulary.get();
  return grammars::compile_ebnf(arena, grammar_case.text("grammar"), options);
}

TEST(Ebnf, CommittedCasesAreJudgedAsStated) {
  test::judge_file(KEYWAY_SOURCE_DIR "/tests/schemas/grammars/data/ebnf.jsonl", compile, 4);
}

TEST(Ebnf, ErrorsNameLineAndColumn) {
  TermArena arena;
  for (const auto& [text, place] : kRefused) {
    const Result<TermId> root = grammars::compile_ebnf(arena, text);
    ASSERT_FALSE(root.ok()) << text;
    EXPECT_EQ(root.error().pointer, place) << text << ": " << root.error().to_string();
  }
}

TEST(Ebnf, SharedCasesAreJudgedAsStated) {
  const auto folder = test::shared_grammars();
  if (!folder) {
    std::printf("no shared data here: the committed sample is judged alone\n");
    return;
  }
  test::judge_file(*folder + "/ebnf_xgrammar.jsonl", compile, 80);
  test::judge_refused(*folder + "/refused.jsonl", "ebnf_xgrammar", compile, 30);
}

}  // namespace
}  // namespace keyway
