// What the evaluations of `eval` share: one model that answers conversations one by one, and the clock.
//
// Entry points: EvalArguments, Example, Evaluation::answer. The clock runs from the compilation of the tools to the last
// token, prompts included; the prompt shows the tools as they are and is made outside of it.
// Tested by tests/runtime/cli_test.py.
#pragma once

#include <nlohmann/json.hpp>

#include <chrono>
#include <stop_token>
#include <string>

#include "runtime/chat/loaded_model.h"
#include "runtime/cli/options.h"
#include "runtime/decode/model_source.h"

namespace keyway::cli {

struct EvalArguments {
  ModelArguments model;
  ToolArguments tools;
  std::string examples;
  std::string mode = "free";
  std::string answers;
  size_t limit = 0;  // 0: all
  uint32_t max_new = 256;
};

struct Example {
  std::string line;  // {"tools", "messages", "expected_calls"}
  nlohmann::json value;
  bool has_tools = false;
};

struct EvalTimes {
  size_t tokens = 0;
  std::chrono::nanoseconds spent{}, compile{};
  DecodeTimes decode;
};

class Evaluation {
 public:
  Evaluation(const EvalArguments& arguments, const LoadedModel& loaded, std::shared_ptr<const CallFormat> format,
             std::stop_token cancel);

  // Errors: those of the tools, of the template, and of decoding.
  Result<DecodeResult> answer(const Example& example);
  const EvalTimes& times() const { return times_; }

 private:
  const LoadedModel& loaded_;
  ModelSource source_;
  DecodeOptions options_;
  ToolArguments arguments_;
  std::shared_ptr<const CallFormat> format_;
  EvalTimes times_;
};

inline double milliseconds(std::chrono::nanoseconds time) { return std::chrono::duration<double, std::milli>(time).count(); }

// The figures that every evaluation reports: tokens, times a token.
class JsonObject;
void add_times(JsonObject& object, const EvalTimes& times, size_t examples);

// BFCL questions: a table a category. Exit code 0 whatever the model answers.
Result<int> run_bfcl_eval(const EvalArguments& arguments, bool json);

}  // namespace keyway::cli
