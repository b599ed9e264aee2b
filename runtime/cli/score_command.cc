// keyway score: the log-probability of given calls as the answer to a conversation, free and under masks.
//
// Entry points: add_score_command. The answer scored is the section that holds the calls, as the model's family writes
// it, and the end token. Tested by tests/runtime/cli_test.py.
#include <cstdio>

#include "runtime/chat/prompt.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/inputs.h"
#include "runtime/cli/json_output.h"
#include "runtime/cli/terminal.h"
#include "runtime/decode/model_source.h"
#include "runtime/decode/score.h"
#include "tools/render_calls.h"

namespace keyway::cli {
namespace {

struct ScoreArguments {
  ModelArguments model;
  ToolArguments tools;
  std::string prompt;
  std::string messages;
  std::string call;
};

// One call, or an array of calls.
Result<std::vector<RenderedCall>> read_calls(const std::string& text) {
  const auto document = parse_json(text);
  if (!document.ok()) return in_file(document.error(), "--call");
  const Json root = document->root();
  std::vector<RenderedCall> calls;
  for (size_t i = 0; i < (root.is_array() ? root.size() : 1); ++i) {
    const Json call = root.is_array() ? root.at(i) : root;
    const auto name = call.find("name");
    const auto arguments = call.find("arguments");
    if (!name || !name->is_string() || !arguments || !arguments->is_object()) {
      return fail(ErrorCode::kInvalid, "this is no call", root.is_array() ? "--call: /" + std::to_string(i) : "--call",
                  to_json_text(call).substr(0, 100), "{\"name\": \"...\", \"arguments\": {...}}");
    }
    calls.push_back({std::string(name->string()), to_json_text(*arguments), {}});
  }
  if (calls.empty()) return fail(ErrorCode::kInvalid, "there is no call", "--call", "[]");
  return calls;
}

std::string score_json(const AnswerScore& scored, const std::vector<Error>& missing) {
  std::vector<std::string> tokens;
  for (const TokenScore& token : scored.tokens) {
    tokens.push_back(JsonObject().add("id", token.token).add("logprob", token.logprob)
                         .add("logprob_masked", token.logprob_masked).text());
  }
  JsonObject object;
  object.add("logprob", scored.logprob).add("logprob_masked", scored.logprob_masked).add_raw("tokens", json_array(tokens));
  if (!missing.empty()) object.add_raw("missing_tools", problems_json(missing));
  return object.text();
}

void print_score(const AnswerScore& scored, const Tokenizer& tokenizer) {
  const Paint paint(stdout);
  std::printf("%s\n", paint.faint("    free    masked  token").c_str());
  for (const TokenScore& token : scored.tokens) {
    std::printf("%8.3f  %8.3f  %s\n", token.logprob, token.logprob_masked,
                json_quote(well_formed(tokenizer.spelling(token.token))).c_str());
  }
  std::printf("%8.3f  %8.3f  %s\n", scored.logprob, scored.logprob_masked, paint.strong("whole answer").c_str());
}

Result<int> run_score(const ScoreArguments& arguments, bool json) {
  const auto conversation = read_conversation(arguments.prompt, arguments.messages);
  if (!conversation.ok()) return conversation.error();
  const auto calls = read_calls(arguments.call);
  if (!calls.ok()) return calls.error();
  auto options = tool_request_options(arguments.tools);
  if (!options.ok()) return options.error();
  const auto loaded = open_model(arguments.model);
  if (!loaded.ok()) return loaded.error();
  const Tokenizer& tokenizer = *loaded->tokenizer;
  const auto format = open_call_format(arguments.tools.call_format, &tokenizer);
  if (!format.ok()) return format.error();
  options->format = *format;
  const auto tools = read_tools(arguments.tools, **format);
  if (!tools.ok()) return tools.error();
  const auto request = ToolRequest::create(tools->text, tokenizer.vocabulary(), *options);
  if (!request.ok()) return in_file(request.error(), arguments.tools.tools);
  const auto missing = missing_tools(request->registry, tools->missing, arguments.tools.tools);
  if (!json) print_missing_tools(missing);
  const auto prompt = render_prompt(*loaded, conversation->messages, request->registry.callable());
  if (!prompt.ok()) return prompt.error();
  if (tokenizer.end_tokens().empty()) return fail(ErrorCode::kMismatch, "the tokenizer names no end token");

  std::vector<TokenId> answer = tokenizer.encode(render_calls(*request->plan->format().format, *calls));
  answer.push_back(tokenizer.end_tokens().front());
  ModelSource source(loaded->model);
  std::optional<Matcher> matcher;
  if (request->grammar) matcher.emplace(request->grammar);
  const auto scored = score(source, matcher ? &*matcher : nullptr, tokenizer.encode(*prompt), answer);
  if (!scored.ok()) return scored.error();
  if (json) {
    std::printf("%s\n", score_json(*scored, missing).c_str());
  } else {
    print_score(*scored, tokenizer);
  }
  return kDone;
}

}  // namespace

void add_score_command(CLI::App& app, Program& program) {
  const auto arguments = std::make_shared<ScoreArguments>();
  CLI::App* command = add_command(
      app, program, "score", "Log-probability of a given call, free and under masks",
      "keyway score --tools examples/tools/home.json \"Turn on the light in the attic.\" "
      "--call '{\"name\": \"set_light\", \"arguments\": {\"room\": \"attic\", \"on\": true}}'");
  command->add_option("--call", arguments->call, "{\"name\", \"arguments\"}, or an array of them")->required();
  command->add_option("prompt", arguments->prompt, "What the user says");
  command->add_option("--messages", arguments->messages, "A file with the conversation: [{\"role\", \"content\"}, ...]");
  arguments->tools.call_format.clear();
  add_tool_options(*command, arguments->tools);
  add_no_mask(*command, arguments->tools.no_mask);
  add_model_options(*command, arguments->model);
  command->callback([arguments, &program] {
    program.action = [arguments, &program] { return run_score(*arguments, program.json); };
  });
}

}  // namespace keyway::cli
