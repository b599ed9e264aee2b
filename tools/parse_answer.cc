// A whole answer at once, through the streaming parser; see call_parser.h.
#include "grammar/utf8.h"
#include "schemas/json.h"
#include "tools/call_parser.h"
#include "tools/excerpt.h"
#include "tools/repeated_name.h"

namespace keyway {
namespace {

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_length(text.substr(0, 4));
    if (length == 0) append_utf8(out, 0xFFFD);
    else out.append(text, 0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::optional<std::string> without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\r";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return std::nullopt;
  return valid_utf8(text.substr(first, text.find_last_not_of(kBlanks) - first + 1));
}

// Collects the events of a parser that `feed` gives the whole answer of `bytes` bytes.
template <typename Feed>
ParsedAnswer collect(CallParser parser, size_t bytes, Feed feed) {
  ParsedAnswer answer;
  std::string content, reasoning;
  const CallSink sink = [&](const CallEvent& event) {
    switch (event.kind) {
      case CallEventKind::kContent: content += event.text; break;
      case CallEventKind::kReasoning: reasoning += event.text; break;
      case CallEventKind::kCallBegin: answer.calls.push_back({std::string(event.text), {}, {}}); break;
      case CallEventKind::kCallId: answer.calls.back().id = event.text; break;
      case CallEventKind::kArguments: answer.calls.back().arguments += event.text; break;
      case CallEventKind::kCallEnd:
      case CallEventKind::kFinish: break;
      case CallEventKind::kError:
        answer.error = *event.error;
        answer.error_offset = event.offset;
        answer.calls.resize(event.call);
        break;
    }
  };
  feed(parser, sink);
  parser.finish(sink);
  answer.content = without_blanks(content);
  answer.reasoning = without_blanks(reasoning);
  // The stream does not notice a name used twice; a client that reads the arguments would.
  for (size_t i = 0; i < answer.calls.size(); ++i) {
    const auto repeated = find_repeated_name(answer.calls[i].arguments);
    if (!repeated) continue;
    answer.error = fail(ErrorCode::kInvalid, "a name is used twice in one object",
                        "call " + std::to_string(i) + ", offset " + std::to_string(repeated->offset) + " of its arguments",
                        json_quote(excerpt(repeated->name)), "each name once");
    answer.error_offset = bytes;
    answer.calls.resize(i);
  }
  return answer;
}

}  // namespace

ParsedAnswer parse_answer(std::string_view text, const std::shared_ptr<const CallParserPlan>& plan,
                          bool in_reasoning) {
  return collect(CallParser(plan, in_reasoning), text.size(),
                 [&](CallParser& parser, const CallSink& sink) { parser.feed(text, sink); });
}

ParsedAnswer parse_answer(std::string_view text, const std::shared_ptr<const CallParserPlan>& plan,
                          std::string_view prompt_suffix, size_t split) {
  CallParser begun(plan);
  if (!prompt_suffix.empty()) begun.open_with(prompt_suffix);
  return collect(std::move(begun), text.size(), [&](CallParser& parser, const CallSink& sink) {
    for (size_t at = 0; at < text.size(); at += split) parser.feed(text.substr(at, split), sink);
  });
}

ParsedAnswer parse_answer(std::span<const TokenId> tokens, const Vocabulary& vocabulary,
                          const std::shared_ptr<const CallParserPlan>& plan, bool in_reasoning) {
  size_t bytes = 0;
  for (TokenId token : tokens) bytes += vocabulary.bytes(token).size();
  return collect(CallParser(plan, in_reasoning), bytes, [&](CallParser& parser, const CallSink& sink) {
    for (TokenId token : tokens) parser.feed_token(token, vocabulary.bytes(token), sink);
  });
}

}  // namespace keyway
