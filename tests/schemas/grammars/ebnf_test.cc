// XGrammar's EBNF: every case of the committed sample and of the shared corpus is read and judged, what must be refused
// is refused with its place.
#include "schemas/grammars/bnf/bnf.h"

#include "tests/schemas/grammars/corpus.h"

namespace keyway {
namespace {

Result<TermId> compile(TermArena& arena, const test::GrammarCase& grammar_case) {
  grammars::BnfOptions options;
  if (grammar_case.has("root")) options.root = grammar_case.text("root");
  options.vocabulary = grammar_case.vocabulary.get();
  return grammars::compile_ebnf(arena, grammar_case.text("grammar"), options);
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
