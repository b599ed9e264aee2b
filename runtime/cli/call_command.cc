// keyway call: one answer to a prompt or a conversation, with tools.
//
// Entry points: add_call_command. Invariant: under masks every call names a tool of the list and validates; without them
// an answer that does not read as calls is shown with what is wrong about it. Tested by tests/runtime/cli_test.py.
#include <cstdio>
#include <utility>

#include "runtime/chat/prompt.h"
#include "runtime/cli/commands.h"
#include "runtime/cli/inputs.h"
#include "runtime/cli/interrupt.h"
#include "runtime/cli/json_output.h"
#include "runtime/cli/report.h"
#include "runtime/cli/terminal.h"
#include "runtime/decode/model_source.h"
#include "runtime/decode/tokenizer_text.h"

namespace keyway::cli {
namespace {

struct CallArguments {
  ModelArguments model;
  ToolArguments tools;
  DecodeOptions decode;
  std::string prompt;
  std::string messages;
  std::string loop = "exclude";
  LoopGuard guard;
};

std::string nullable(const std::optional<std::string>& text) { return text ? json_quote(well_formed(*text)) : "null"; }

// `missing`: what could not be called. `repeated`: the calls for which a turn was ended, JSON; may be empty.
std::string answer_json(const DecodeResult& result, const ParsedAnswer& answer, const std::vector<Error>& missing,
                        const std::string& repeated = {}) {
  JsonObject object;
  object.add_raw("content", answer.error ? json_quote(well_formed(result.text)) : nullable(answer.content));
  object.add_raw("reasoning", nullable(answer.reasoning));
  std::vector<std::string> calls;
  for (const ParsedCall& call : answer.calls) {
    calls.push_back(JsonObject().add("name", call.name).add_raw("arguments", call.arguments).text());
  }
  object.add_raw("tool_calls", json_array(calls));
  object.add("finish_reason", finish_reason_name(result.finish));
  add_usage(object, result);
  if (!missing.empty()) object.add_raw("missing_tools", problems_json(missing));
  if (!repeated.empty()) object.add_raw("repeated", repeated);
  if (answer.error) {
    object.add("error", JsonObject().add("code", error_code_name(answer.error->code))
                            .add("message", answer.error->message).add("given", answer.error->given)
                            .add("allowed", answer.error->allowed).add("offset", answer.error_offset));
  }
  return object.text();
}

void print_answer(const DecodeResult& result, const ParsedAnswer& answer) {
  const Paint paint(stdout);
  std::printf("\n");
  for (const ParsedCall& call : answer.calls) {
    std::printf("%s %s(%s)\n", paint.good("call").c_str(), paint.strong(call.name).c_str(), call.arguments.c_str());
  }
  if (answer.error) {
    std::printf("%s %s\n", paint.bad("not a valid call:").c_str(), well_formed(answer.error->to_string()).c_str());
  }
  print_summary(result);
}

// The turn ends before it begins: the conversation goes round.
Result<int> end_of_loop(const std::vector<LoopGuard::Call>& calls, bool json) {
  std::vector<std::string> repeated;
  for (const LoopGuard::Call& call : calls) {
    repeated.push_back(JsonObject().add("name", call.name).add_raw("arguments", call.arguments).text());
    if (!json) std::printf("loop %s(%s)\n", well_formed(call.name).c_str(), well_formed(call.arguments).c_str());
  }
  DecodeResult nothing;
  nothing.finish = FinishReason::kLoop;
  if (json) std::printf("%s\n", answer_json(nothing, ParsedAnswer(), {}, json_array(repeated)).c_str());
  return kDone;
}

Result<int> run_call(const CallArguments& arguments, bool json) {
  const Interrupt interrupt;
  const auto conversation = read_conversation(arguments.prompt, arguments.messages);
  if (!conversation.ok()) return conversation.error();
  auto request_options = tool_request_options(arguments.tools);
  if (!request_options.ok()) return request_options.error();
  if (arguments.loop != "off") request_options->excluded = arguments.guard.repeated(conversation->messages);
  if (arguments.loop == "end" && !request_options->excluded.empty()) return end_of_loop(request_options->excluded, json);
  DecodeOptions options = arguments.decode;
  if (Status status = check_decode_options(options); !status.ok()) return status.error();
  options.cancel = interrupt.token();
  const auto loaded = open_model(arguments.model);
  if (!loaded.ok()) return loaded.error();
  const Tokenizer& tokenizer = *loaded->tokenizer;
  const auto format = open_call_format(arguments.tools.call_format, &tokenizer);
  if (!format.ok()) return format.error();
  request_options->format = *format;
  const auto tools = read_tools(arguments.tools, **format);
  if (!tools.ok()) return tools.error();

  auto request = ToolRequest::create(tools->text, tokenizer.vocabulary(), *request_options);
  if (!request.ok() && !request_options->excluded.empty()) {
    // Where nothing but the repeated calls could be called, the turn ends.
    const auto repeated = std::exchange(request_options->excluded, {});
    request = ToolRequest::create(tools->text, tokenizer.vocabulary(), *request_options);
    if (request.ok()) return end_of_loop(repeated, json);
  }
  if (!request.ok()) return in_file(request.error(), arguments.tools.tools);
  const auto missing = missing_tools(request->registry, tools->missing, arguments.tools.tools);
  if (!json) print_missing_tools(missing);
  if (request->cache_unwritten) std::cerr << "keyway: " << request->cache_unwritten->to_string() << '\n';
  const auto prompt = render_prompt(*loaded, conversation->messages, request->registry.callable());
  if (!prompt.ok()) return prompt.error();
  const std::vector<TokenId> ids = tokenizer.encode(*prompt);

  ModelSource source(loaded->model);
  TokenizerText text(tokenizer);
  std::optional<Matcher> matcher;
  if (request->grammar) matcher.emplace(request->grammar);
  auto result = decode({&source, tokenizer.vocabulary().get(), &text, matcher ? &*matcher : nullptr, ids}, options,
                       json ? DecodeObserver{} : stream_to_terminal());
  if (!result.ok()) return result.error();
  const ParsedAnswer answer = parse_answer(result->tokens, *tokenizer.vocabulary(), request->plan);
  if (result->finish == FinishReason::kStop && !answer.calls.empty()) result->finish = FinishReason::kToolCalls;
  if (json) {
    std::printf("%s\n", answer_json(*result, answer, missing).c_str());
  } else {
    print_answer(*result, answer);
  }
  return result->finish == FinishReason::kCancelled ? kWasCancelled : kDone;
}

}  // namespace

void add_call_command(CLI::App& app, Program& program) {
  const auto arguments = std::make_shared<CallArguments>();
  CLI::App* command = add_command(app, program, "call", "Answer a prompt or a conversation with tools",
                                  "keyway call --tools examples/tools/home.json \"Turn on the light in the attic.\"");
  command->add_option("prompt", arguments->prompt, "What the user says");
  command->add_option("--messages", arguments->messages, "A file with the conversation: [{\"role\", \"content\"}, ...]");
  command->add_option("--loop", arguments->loop,
                      "Where the conversation repeats a call with the same result: exclude that call, end the turn, or off")
      ->check(CLI::IsMember({"exclude", "end", "off"}))->capture_default_str();
  command->add_option("--loop-count", arguments->guard.count, "So often is a repetition")->capture_default_str()
      ->check(CLI::PositiveNumber);
  command->add_option("--loop-window", arguments->guard.window, "The last calls that are looked at")->capture_default_str()
      ->check(CLI::PositiveNumber);
  arguments->tools.call_format.clear();
  add_tool_options(*command, arguments->tools);
  add_no_mask(*command, arguments->tools.no_mask);
  add_decode_options(*command, arguments->decode);
  add_model_options(*command, arguments->model);
  command->callback([arguments, &program] {
    program.action = [arguments, &program] { return run_call(*arguments, program.json); };
  });
}

}  // namespace keyway::cli
