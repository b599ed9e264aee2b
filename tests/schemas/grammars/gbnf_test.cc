// GBNF: every case of the committed sample and of the shared corpus is read and judged, what must be refused is refused
// with its place, and what attackers write ends in an answer or an error.
#include "schemas/grammars/bnf/bnf.h"

#include "tests/schemas/grammars/corpus.h"

namespace keyway {
namespace {

Result<TermId> compile(TermArena& arena, const test::GrammarCase& grammar_case) {
  grammars::BnfOptions options;
  if (grammar_case.has("root")) options.root = grammar_case.text("root");
  options.vocabulary = grammar_case.vocabulary.get();
  return grammars::compile_gbnf(arena, grammar_case.text("grammar"), options);
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
