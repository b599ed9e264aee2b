// Fuzz target of the streaming call parser: the events are the same at every split, the arguments of a complete call are
// JSON, and nothing follows an error.
//
// The first byte seeds the split; its lowest bit says whether the delimiters are tokens, which the bytes 0x01 to 0x04
// then stand for, and its two highest the format, for each reader of arguments is another. Finds are kept in tests/fuzz/regressions/call_parser, seeds in tests/fuzz/seeds/call_parser.
// Tested by the replay test fuzz.call_parser.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "schemas/json.h"
#include "tests/fuzz/fuzz.h"
#include "tools/call_parser.h"

using keyway::CallEvent;
using keyway::CallEventKind;
using keyway::fuzz::check;

namespace {

constexpr std::string_view kDelimiters[] = {"<tool_call>", "</tool_call>", "<think>", "</think>"};

constexpr std::string_view kFormats[] = {"hermes", "llama-pythonic", "gemma-4", "qwen3-coder"};

std::shared_ptr<const keyway::CallParserPlan> make_plan(std::string_view format, bool tokens) {
  const auto lookup = [](std::string_view text) -> std::optional<keyway::TokenId> {
    for (uint32_t i = 0; i < std::size(kDelimiters); ++i) {
      if (kDelimiters[i] == text) return i + 1;
    }
    return std::nullopt;
  };
  return keyway::CallParserPlan::create(
      keyway::bind_call_format(*keyway::shipped_call_format(format), tokens ? lookup : keyway::TokenLookup()),
      {"f", "get", "get_weather"}, 32);
}

// The events as one text with fragments joined, and the checks on each.
struct Record {
  std::string text;
  std::string arguments;
  CallEventKind last = CallEventKind::kFinish;
  bool over = false;

  void add(const CallEvent& event) {
    check(!over);
    over = event.kind == CallEventKind::kError || event.kind == CallEventKind::kFinish;
    if (event.kind == CallEventKind::kCallBegin) arguments.clear();
    if (event.kind == CallEventKind::kArguments) arguments += event.text;
    if (event.kind == CallEventKind::kCallEnd) {
      const auto document = keyway::parse_json(arguments);
      check(document.ok() ? document->root().is_object() : document.error().code == keyway::ErrorCode::kInvalid);
    }
    const bool joins = event.kind == last && event.kind != CallEventKind::kCallEnd;
    if (!joins) text += "\n" + std::to_string(static_cast<int>(event.kind)) + " " + std::to_string(event.call) + " ";
    text += event.text;
    if (event.error) {
      keyway::fuzz::check_error(*event.error);
      text += std::to_string(event.offset) + event.error->to_string();
    }
    last = event.kind;
  }
};

// Feeds pieces of 1 to `most` bytes; delimiter tokens come on their own.
std::string read(const std::shared_ptr<const keyway::CallParserPlan>& plan, std::string_view text, bool tokens,
                 uint32_t most) {
  Record record;
  const keyway::CallSink sink = [&record](const CallEvent& event) { record.add(event); };
  keyway::CallParser parser(plan);
  uint32_t random = most;
  while (!text.empty()) {
    const auto first = static_cast<uint8_t>(text[0]);
    if (tokens && first >= 1 && first <= 4) {
      parser.feed_token(first, kDelimiters[first - 1], sink);
      text.remove_prefix(1);
      continue;
    }
    random = random * 1664525u + 1013904223u;
    size_t length = 1;
    const size_t wanted = 1 + (random >> 16) % most;
    while (length < wanted && length < text.size() && (!tokens || text[length] < 1 || text[length] > 4)) ++length;
    parser.feed(text.substr(0, length), sink);
    text.remove_prefix(length);
  }
  parser.finish(sink);
  check(record.over);
  return record.text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  static const auto plans = [] {
    std::array<std::array<std::shared_ptr<const keyway::CallParserPlan>, 2>, std::size(kFormats)> made;
    for (size_t i = 0; i < made.size(); ++i) made[i] = {make_plan(kFormats[i], false), make_plan(kFormats[i], true)};
    return made;
  }();
  if (size_bytes == 0) return 0;
  const bool tokens = data[0] & 1;
  const auto& plan = plans[data[0] >> 6][tokens];
  const std::string_view text = keyway::fuzz::input_text(data + 1, size_bytes - 1);
  const std::string whole = read(plan, text, tokens, 1u << 20);
  check(read(plan, text, tokens, 1) == whole);
  check(read(plan, text, tokens, 2u + data[0] % 64 / 8) == whole);
  return 0;
}
