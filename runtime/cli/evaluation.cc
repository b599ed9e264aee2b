// Answering conversations; see evaluation.h. Tested by tests/runtime/cli_test.py.
#include "runtime/cli/evaluation.h"

#include <algorithm>

#include "runtime/chat/prompt.h"
#include "runtime/cli/json_output.h"
#include "runtime/decode/tokenizer_text.h"

namespace keyway::cli {
namespace {

using Clock = std::chrono::steady_clock;

}  // namespace

Evaluation::Evaluation(const EvalArguments& arguments, const LoadedModel& loaded,
                       std::shared_ptr<const CallFormat> format, std::stop_token cancel)
    : loaded_(loaded), source_(loaded.model), format_(std::move(format)) {
  options_.max_tokens = arguments.max_new;
  options_.cancel = std::move(cancel);
  arguments_ = arguments.tools;
  arguments_.choice = arguments.mode == "required" ? "required" : "auto";
  arguments_.no_mask = arguments.mode == "free";
}

Result<DecodeResult> Evaluation::answer(const Example& example) {
  auto request_options = tool_request_options(arguments_);
  if (!request_options.ok()) return request_options.error();
  request_options->format = format_;
  const auto document = parse_json(example.line);
  if (!document.ok()) return document.error();
  const auto messages = read_messages(*document);
  if (!messages.ok()) return messages.error();
  const std::string tools = to_json_text(*document->root().find("tools"));
  // The prompt shows the tools as they are; it is made outside the clock, as the peer does.
  ToolRequestOptions unmasked = *request_options;
  unmasked.masked = false;
  const std::optional<std::string_view> given = example.has_tools ? std::optional<std::string_view>(tools) : std::nullopt;
  const auto shown = ToolRequest::create(given, loaded_.tokenizer->vocabulary(), unmasked);
  if (!shown.ok()) return shown.error();
  const auto prompt = render_prompt(loaded_, *messages, shown->registry.callable());
  if (!prompt.ok()) return prompt.error();
  const std::vector<TokenId> ids = loaded_.tokenizer->encode(*prompt);
  source_.reset();

  const Clock::time_point began = Clock::now();
  std::optional<Matcher> matcher;
  if (request_options->masked) {
    const auto request = ToolRequest::create(given, loaded_.tokenizer->vocabulary(), *request_options);
    if (!request.ok()) return request.error();
    matcher.emplace(request->grammar);
    times_.compile += Clock::now() - began;
  }
  TokenizerText text(*loaded_.tokenizer);
  auto result = decode({&source_, loaded_.tokenizer->vocabulary().get(), &text, matcher ? &*matcher : nullptr, ids},
                       options_);
  times_.spent += Clock::now() - began;
  if (result.ok()) {
    times_.tokens += result->completion_tokens;
    times_.decode.prompt += result->times.prompt;
    times_.decode.forward += result->times.forward;
    times_.decode.mask += result->times.mask;
    times_.decode.sample += result->times.sample;
  }
  return result;
}

void add_times(JsonObject& object, const EvalTimes& times, size_t examples) {
  const double tokens = static_cast<double>(std::max<size_t>(1, times.tokens));
  object.add("tokens", times.tokens);
  object.add_raw("ms_per_token", json_rounded(milliseconds(times.spent) / tokens, 3));
  object.add_raw("compile_ms_per_request",
                 json_rounded(milliseconds(times.compile) / static_cast<double>(std::max<size_t>(1, examples)), 2));
}

}  // namespace keyway::cli
