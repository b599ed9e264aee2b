// keyway eval on BFCL: a table a category, with what was converted and what could not be asked.
//
// Entry points: run_bfcl_eval. A question whose tools or prompt Keyway refuses is counted and named, never passed over.
// Shares: hallucinated, valid and exact are counted in answers. Tested by tests/runtime/cli_test.py.
#include <cstdio>
#include <fstream>

#include "runtime/cli/bfcl.h"
#include "runtime/cli/eval_judge.h"
#include "runtime/cli/evaluation.h"
#include "runtime/cli/inputs.h"
#include "runtime/cli/interrupt.h"
#include "runtime/cli/json_output.h"
#include "runtime/cli/terminal.h"

namespace keyway::cli {
namespace {

struct CategoryTally {
  size_t questions = 0, refused = 0, calls = 0, hallucinated = 0, valid = 0, exact = 0, cut_at_max = 0;

  void add(const CategoryTally& other) {
    questions += other.questions;
    refused += other.refused;
    calls += other.calls;
    hallucinated += other.hallucinated;
    valid += other.valid;
    exact += other.exact;
    cut_at_max += other.cut_at_max;
  }
};

struct BfclTally {
  std::map<std::string, CategoryTally> categories;
  std::vector<std::string> refused;  // JSON objects {"id", "message"}

  CategoryTally total() const {
    CategoryTally sum;
    for (const auto& [name, tally] : categories) sum.add(tally);
    return sum;
  }
};

Status count(CategoryTally& tally, const BfclQuestion& question, const Example& example, const DecodeResult& result) {
  const auto judged = judge_answer(result.text, example.value);
  if (!judged.ok()) return judged.error();
  tally.calls += judged->calls;
  tally.hallucinated += judged->hallucinated_name;
  tally.valid += judged->calls && judged->schema_valid;
  tally.cut_at_max += result.finish == FinishReason::kLength;
  const bool readable = judged->calls ? judged->well_formed : true;
  tally.exact += readable && bfcl_exact(judged->read, question.answers);
  return {};
}

std::string category_json(const CategoryTally& tally) {
  return JsonObject().add("questions", tally.questions).add("refused", tally.refused).add("answers_with_calls", tally.calls)
      .add("hallucinated_name", tally.hallucinated).add("schema_valid", tally.valid).add("exact", tally.exact)
      .add("cut_at_max", tally.cut_at_max).text();
}

void print_json(const std::string& mode, const BfclTally& tally, const BfclSet& set, const EvalTimes& times) {
  JsonObject categories;
  for (const auto& [name, category] : tally.categories) categories.add_raw(name, category_json(category));
  JsonObject converted;
  for (const auto& [what, count] : set.converted) converted.add(what, count);
  JsonObject object;
  object.add("mode", mode).add("examples", tally.total().questions);
  object.add_raw("total", category_json(tally.total())).add("categories", categories);
  object.add("converted", converted).add_raw("refused", json_array(tally.refused));
  add_times(object, times, tally.total().questions);
  std::printf("%s\n", object.text().c_str());
}

void print_row(const std::string& name, const CategoryTally& tally) {
  std::printf("%-20s %9zu %8zu %8zu %13zu %8zu %8zu %8zu\n", name.c_str(), tally.questions, tally.refused, tally.calls,
              tally.hallucinated, tally.valid, tally.exact, tally.cut_at_max);
}

void print_table(const std::string& mode, const BfclTally& tally, const BfclSet& set) {
  const Paint paint(stdout);
  std::printf("%s\n", paint.strong(mode).c_str());
  std::printf("%-20s %9s %8s %8s %13s %8s %8s %8s\n", "category", "questions", "refused", "calls", "hallucinated", "valid",
              "exact", "cut off");
  for (const auto& [name, category] : tally.categories) print_row(name, category);
  print_row("all", tally.total());
  std::printf("converted:");
  for (const auto& [what, count] : set.converted) std::printf(" %s (%zu)%s", what.c_str(), count, what == set.converted.rbegin()->first ? "" : ",");
  std::printf("\n");
  for (const std::string& one : tally.refused) std::printf("refused: %s\n", one.c_str());
}

Status run_question(const BfclQuestion& question, Evaluation& evaluation, BfclTally& tally, std::ofstream& answers) {
  Example example;
  example.line = question.example.dump();
  example.value = nlohmann::json::parse(example.line);
  example.has_tools = !question.example["tools"].empty();
  CategoryTally& category = tally.categories[question.category];
  ++category.questions;
  const auto result = evaluation.answer(example);
  if (!result.ok()) {
    ++category.refused;
    tally.refused.push_back(JsonObject().add("id", question.id).add("message", result.error().to_string()).text());
    return {};
  }
  if (result->finish == FinishReason::kCancelled) return fail(ErrorCode::kCancelled, "cancelled", question.id);
  if (answers.is_open()) answers << JsonObject().add("id", question.id).add("text", result->text).text() << '\n';
  if (Status status = count(category, question, example, *result); !status.ok()) return in_file(status.error(), question.id);
  return {};
}

}  // namespace

Result<int> run_bfcl_eval(const EvalArguments& arguments, bool json) {
  const Interrupt interrupt;
  const auto set = read_bfcl(arguments.examples);
  if (!set.ok()) return set.error();
  const auto loaded = open_model(arguments.model);
  if (!loaded.ok()) return loaded.error();
  const auto format = open_call_format(arguments.tools.call_format, loaded->tokenizer.get());
  if (!format.ok()) return format.error();
  std::ofstream answers;
  if (!arguments.answers.empty()) answers.open(arguments.answers, std::ios::binary);
  Evaluation evaluation(arguments, *loaded, *format, interrupt.token());
  BfclTally tally;
  {
    ProgressBar progress("eval " + arguments.mode);
    const size_t count = arguments.limit == 0 ? set->questions.size() : std::min(arguments.limit, set->questions.size());
    for (size_t i = 0; i < count; ++i) {
      progress.show(i, count);
      if (Status status = run_question(set->questions[i], evaluation, tally, answers); !status.ok()) return status.error();
    }
  }
  if (!arguments.answers.empty() && !answers) return fail(ErrorCode::kIo, "the file cannot be written", arguments.answers);
  if (json) {
    print_json(arguments.mode, tally, *set, evaluation.times());
  } else {
    print_table(arguments.mode, tally, *set);
  }
  return kDone;
}

}  // namespace keyway::cli
