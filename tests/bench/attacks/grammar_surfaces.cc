// Attack surfaces json_schema and regex: compiled, to the first mask; then the texts of the case are walked.
//
// Tested by tests/bench/attacks_test.cc and the ctest bench.attacks.
#include "grammar/regex_parser.h"
#include "grammar/text_term.h"
#include "schemas/json_schema/base.h"
#include "schemas/json_schema/compile.h"
#include "tests/bench/attacks/grammar_walk.h"
#include "tests/bench/attacks/surfaces.h"

namespace keyway::bench {
namespace {

using GrammarResult = Result<std::shared_ptr<Grammar>>;

GrammarResult read_schema(const std::string& text, std::shared_ptr<const Vocabulary> vocabulary, bool& narrowed) {
  const Limits limits;
  auto document = parse_json(text, limits);
  if (!document.ok()) return document.error();
  auto arena = schema_arena(limits);
  Budget budget(limits.compile_fuel);
  arena->set_budget(&budget);
  const SchemaCompilation compiled = compile_json_schema(*arena, *document, document->root());
  arena->set_budget(nullptr);
  if (compiled.error) return *compiled.error;
  narrowed = !compiled.report.narrowed.empty();
  return Grammar::create(std::move(vocabulary), std::move(arena), compiled.value);
}

GrammarResult read_regex(const std::string& text, std::shared_ptr<const Vocabulary> vocabulary, bool&) {
  const Limits limits;
  auto arena = schema_arena(limits);
  Budget budget(limits.compile_fuel);
  arena->set_budget(&budget);
  auto expression = parse_regex(arena->regexes(), text);
  if (!expression.ok()) return expression.error();
  const TermId root = text_term(*arena, *expression, TextSpelling::kUtf8);
  if (budget.exhausted()) return budget.error("compile_fuel", "offset 0");
  arena->set_budget(nullptr);
  if (root == TermArena::never()) {
    return fail(ErrorCode::kUnsatisfiable, "no text matches the expression", "offset 0", {}, "an expression of some text");
  }
  return Grammar::create(std::move(vocabulary), std::move(arena), root);
}

}  // namespace

Surface json_schema_surface() {
  return grammar_surface("json_schema", read_schema, R"({"type": "integer", "minimum": 10})", "12");
}

Surface regex_surface() { return grammar_surface("regex", read_regex, "[a-c]+[0-9]{2}", "abc12"); }

}  // namespace keyway::bench
