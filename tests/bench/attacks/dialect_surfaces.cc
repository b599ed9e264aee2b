// Attack surfaces of grammars written for other engines: compiled, to the first mask; then the texts of the case are walked.
//
// Tested by tests/bench/attacks_test.cc and the ctest bench.attacks.
#include "schemas/grammars/bnf/bnf.h"
#include "schemas/grammars/lark/lark.h"
#include "schemas/grammars/structural_tag/structural_tag.h"
#include "tests/bench/attacks/grammar_walk.h"
#include "tests/bench/attacks/surfaces.h"

namespace keyway::bench {
namespace {

using GrammarResult = Result<std::shared_ptr<Grammar>>;
using CompileText = std::function<Result<TermId>(TermArena& arena, const std::string& text, const Vocabulary& vocabulary)>;

ReadGrammar reader(CompileText compile) {
  return [compile](const std::string& text, std::shared_ptr<const Vocabulary> vocabulary, bool&) -> GrammarResult {
    const Limits limits;
    auto arena = std::make_unique<TermArena>(limits);
    Budget budget(limits.compile_fuel);
    arena->set_budget(&budget);
    const Result<TermId> root = compile(*arena, text, *vocabulary);
    if (!root.ok()) return root.error();
    arena->set_budget(nullptr);
    return Grammar::create(std::move(vocabulary), std::move(arena), *root);
  };
}

}  // namespace

Surface gbnf_surface() {
  const auto compile = [](TermArena& arena, const std::string& text, const Vocabulary& vocabulary) {
    return grammars::compile_gbnf(arena, text, {"root", &vocabulary});
  };
  return grammar_surface("gbnf", reader(compile), "root ::= [a-c]+ digit{2}\ndigit ::= [0-9]\n", "abc12");
}

Surface lark_surface() {
  const auto compile = [](TermArena& arena, const std::string& text, const Vocabulary& vocabulary) {
    grammars::LarkOptions options;
    options.vocabulary = &vocabulary;
    return grammars::compile_lark(arena, text, options);
  };
  return grammar_surface("lark", reader(compile), "start: /[a-c]+/ DIGIT{2}\nDIGIT: /[0-9]/\n", "abc12");
}

Surface structural_tag_surface() {
  const auto compile = [](TermArena& arena, const std::string& text, const Vocabulary& vocabulary) {
    return grammars::compile_structural_tag(arena, text, &vocabulary);
  };
  const char* plain = R"({"type": "structural_tag", "format": {"type": "regex", "pattern": "[a-c]+[0-9]{2}"}})";
  return grammar_surface("structural_tag", reader(compile), plain, "abc12");
}

}  // namespace keyway::bench
