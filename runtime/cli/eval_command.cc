// keyway eval: held-out conversations answered freely, with calls allowed, or with calls required; the figures.
//
// Entry points: add_eval_command. An example is a line {"tools": [...], "messages": [...], "expected_calls": [...]}.
// What is counted and timed is what the table in runtime/README.md says: the clock runs from the compilation of the tools
// to the last token, prompts included. Tested by tests/runtime/cli_test.py.
#include <cstdio>
#include <fstream>

#include "runtime/cli/bfcl.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/eval_judge.h"
#include "runtime/cli/evaluation.h"
#include "runtime/cli/inputs.h"
#include "runtime/cli/interrupt.h"
#include "runtime/cli/json_output.h"
#include "runtime/cli/terminal.h"

namespace keyway::cli {
namespace {

struct Tally {
  size_t examples = 0, expect_call = 0, expect_none = 0, no_call = 0, cut_at_max = 0;
  size_t calls = 0, hallucinated_name = 0, well_formed = 0, schema_valid = 0, exact = 0;
  size_t answers_with_calls = 0, valid_answers_with_calls = 0;
};

Result<std::vector<Example>> read_examples(const EvalArguments& arguments) {
  const auto text = read_text_file(arguments.examples);
  if (!text.ok()) return text.error();
  std::vector<Example> examples;
  size_t number = 0;
  for (size_t at = 0; at < text->size();) {
    const size_t end = std::min(text->find('\n', at), text->size());
    Example example;
    example.line = text->substr(at, end - at);
    at = end + 1;
    ++number;
    if (example.line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const std::string place = arguments.examples + ": line " + std::to_string(number);
    const auto read = parse_json(example.line);
    if (!read.ok()) return fail(read.error().code, read.error().message, place, read.error().given, read.error().allowed);
    for (const char* name : {"tools", "messages", "expected_calls"}) {
      const auto member = read->root().find(name);
      if (!member || !member->is_array()) {
        return fail(ErrorCode::kInvalid, "an example has tools, messages and expected_calls", place, {},
                    "\"" + std::string(name) + "\": an array");
      }
    }
    example.has_tools = read->root().find("tools")->size() > 0;
    example.value = nlohmann::json::parse(example.line, nullptr, false);
    if (!example.has_tools && arguments.mode == "required") continue;
    examples.push_back(std::move(example));
    if (examples.size() == arguments.limit) break;
  }
  if (examples.empty()) return fail(ErrorCode::kInvalid, "there is no example", arguments.examples);
  return examples;
}

Status count(Tally& tally, const Example& example, const DecodeResult& result) {
  const auto judged = judge_answer(result.text, example.value);
  if (!judged.ok()) return judged.error();
  ++tally.examples;
  tally.cut_at_max += result.finish == FinishReason::kLength;
  tally.answers_with_calls += judged->calls;
  tally.valid_answers_with_calls += judged->calls && judged->schema_valid;
  if (example.value["expected_calls"].empty()) {
    ++tally.expect_none;
    tally.no_call += !judged->calls;
    return {};
  }
  ++tally.expect_call;
  tally.calls += judged->calls;
  tally.hallucinated_name += judged->hallucinated_name;
  tally.well_formed += judged->well_formed;
  tally.schema_valid += judged->schema_valid;
  tally.exact += judged->exact;
  return {};
}

double share(size_t part, size_t whole) { return static_cast<double>(part) / static_cast<double>(std::max<size_t>(1, whole)); }

// Of the time of decode steps: masks over forward, mask and sampling.
double mask_share(const DecodeTimes& times) {
  const double step = milliseconds(times.forward + times.mask + times.sample);
  return step > 0 ? milliseconds(times.mask) / step : 0;
}

std::string tally_json(const std::string& mode, const Tally& tally, const EvalTimes& times) {
  const double tokens = static_cast<double>(std::max<size_t>(1, times.tokens));
  JsonObject object;
  object.add("mode", mode).add("examples", tally.examples).add("expect_call", tally.expect_call);
  const std::pair<const char*, size_t> shares[] = {{"calls", tally.calls}, {"hallucinated_name", tally.hallucinated_name},
      {"well_formed", tally.well_formed}, {"schema_valid", tally.schema_valid}, {"exact", tally.exact}};
  for (const auto& [name, count] : shares) object.add_raw(name, json_rounded(share(count, tally.expect_call), 4));
  object.add("expect_none", tally.expect_none);
  object.add_raw("no_call", json_rounded(share(tally.no_call, tally.expect_none), 4));
  object.add("cut_at_max", tally.cut_at_max);
  add_times(object, times, tally.examples);
  object.add_raw("valid_among_calls", json_rounded(share(tally.valid_answers_with_calls, tally.answers_with_calls), 4));
  object.add_raw("prompt_ms_per_token", json_rounded(milliseconds(times.decode.prompt) / tokens, 3));
  object.add_raw("forward_ms_per_token", json_rounded(milliseconds(times.decode.forward) / tokens, 3));
  object.add_raw("mask_ms_per_token", json_rounded(milliseconds(times.decode.mask) / tokens, 4));
  object.add_raw("sample_ms_per_token", json_rounded(milliseconds(times.decode.sample) / tokens, 4));
  object.add_raw("mask_share", json_rounded(mask_share(times.decode), 4));
  return object.text();
}

void print_tally(const std::string& mode, const Tally& tally, const EvalTimes& times) {
  const Paint paint(stdout);
  const auto percent = [](const char* what, size_t part, size_t whole) {
    std::printf("%-42s %6.1f %%  (%zu of %zu)\n", what, 100 * share(part, whole), part, whole);
  };
  std::printf("%s\n", paint.strong(mode + ", " + std::to_string(tally.examples) + " conversations").c_str());
  percent("a function that does not exist", tally.hallucinated_name, tally.expect_call);
  percent("well formed calls", tally.well_formed, tally.expect_call);
  percent("valid calls", tally.schema_valid, tally.expect_call);
  percent("valid among answers that call", tally.valid_answers_with_calls, tally.answers_with_calls);
  percent("exactly the expected calls", tally.exact, tally.expect_call);
  percent("no call where none is expected", tally.no_call, tally.expect_none);
  percent("cut off at the limit", tally.cut_at_max, tally.examples);
  const double tokens = static_cast<double>(std::max<size_t>(1, times.tokens));
  std::printf("%-42s %6.2f ms\n", "per token, prompts and compilation included", milliseconds(times.spent) / tokens);
  std::printf("%-42s %6.1f %%\n", "masks, share of a decode step", 100 * mask_share(times.decode));
}

Result<int> run_eval(const EvalArguments& arguments, bool json) {
  const Interrupt interrupt;
  const auto examples = read_examples(arguments);
  if (!examples.ok()) return examples.error();
  const auto loaded = open_model(arguments.model);
  if (!loaded.ok()) return loaded.error();
  const auto format = open_call_format(arguments.tools.call_format, loaded->tokenizer.get());
  if (!format.ok()) return format.error();
  std::ofstream answers;
  if (!arguments.answers.empty()) {
    answers.open(arguments.answers, std::ios::binary);
    if (!answers) return fail(ErrorCode::kIo, "the file cannot be written", arguments.answers);
  }
  Evaluation evaluation(arguments, *loaded, *format, interrupt.token());
  Tally tally;
  ProgressBar progress("eval " + arguments.mode);
  for (size_t i = 0; i < examples->size(); ++i) {
    progress.show(i, examples->size());
    const Example& example = (*examples)[i];
    const auto result = evaluation.answer(example);
    if (!result.ok()) return in_file(result.error(), arguments.examples + ": example " + std::to_string(i));
    if (result->finish == FinishReason::kCancelled) {
      return fail(ErrorCode::kCancelled, "cancelled", "example " + std::to_string(i));
    }
    if (Status status = count(tally, example, *result); !status.ok()) return status.error();
    if (answers.is_open()) answers << JsonObject().add("index", i).add("text", result->text).text() << '\n';
  }
  answers.close();
  if (!arguments.answers.empty() && !answers) return fail(ErrorCode::kIo, "the file cannot be written", arguments.answers);
  if (json) {
    std::printf("%s\n", tally_json(arguments.mode, tally, evaluation.times()).c_str());
  } else {
    progress.show(examples->size(), examples->size());
    print_tally(arguments.mode, tally, evaluation.times());
  }
  return kDone;
}

}  // namespace

void add_eval_command(CLI::App& app, Program& program) {
  const auto arguments = std::make_shared<EvalArguments>();
  CLI::App* command = add_command(app, program, "eval", "Answer held-out conversations and print the figures",
                                  "keyway eval --examples examples/models/keyway-tiny/heldout_examples.jsonl --mode auto");
  command->add_option("--examples", arguments->examples, "A file with one conversation a line, a BFCL file, or a folder of them")->required();
  command->add_option("--mode", arguments->mode, "free, auto or required")
      ->check(CLI::IsMember({"free", "auto", "required"}))->capture_default_str();
  command->add_option("--answers", arguments->answers, "Write every answer here, {\"index\", \"text\"} a line");
  command->add_option("--limit", arguments->limit, "Only so many examples; 0 is all")->capture_default_str()
      ->check(CLI::NonNegativeNumber);
  command->add_option("--max-new", arguments->max_new, "Most tokens of an answer")->capture_default_str()->check(CLI::NonNegativeNumber);
  arguments->tools.call_format.clear();
  add_call_format_option(*command, arguments->tools.call_format);
  add_layout_options(*command, arguments->tools);
  add_model_options(*command, arguments->model);
  command->callback([arguments, &program] {
    program.action = [arguments, &program] {
      return is_bfcl(arguments->examples) ? run_bfcl_eval(*arguments, program.json) : run_eval(*arguments, program.json);
    };
  });
}

}  // namespace keyway::cli
