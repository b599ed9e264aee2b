// Fuzz target of the streaming call parser: the events are the same at every split, the arguments of a complete call are
// JSON, and nothing follows an error.
//
// The input: a byte, the name of a shipped format up to a line break, the answer. The byte seeds the split; its lowest bit says
// whether the delimiters are tokens, which the bytes from 0x01 on then stand for. Finds are kept in
// tests/fuzz/regressions/call_parser, seeds in tests/fuzz/seeds/call_parser. Tested by the replay test fuzz.call_parser.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "schemas/json.h"
#include "tests/fuzz/fuzz.h"
#include "tools/call_parser.h"

using keyway::CallEvent;
using keyway::CallEventKind;
using keyway::fuzz::check;

namespace {

constexpr uint8_t kMostTokens = 8;  // delimiters that bytes stand for: those before the tabulator

struct Plan {
  std::shared_ptr<const keyway::CallParserPlan> plan;
  std::vector<std::string> delimiters;  // by byte, from 0x01 on

  bool is_token(char c) const { return static_cast<uint8_t>(c) - 1u < delimiters.size(); }
};

Plan make_plan(const std::shared_ptr<const keyway::CallFormat>& format, bool tokens) {
  Plan made;
  if (tokens) made.delimiters = format->delimiters;
  made.delimiters.resize(std::min<size_t>(made.delimiters.size(), kMostTokens));
  const auto lookup = [&made](std::string_view text) -> std::optional<keyway::TokenId> {
    const auto at = std::find(made.delimiters.begin(), made.delimiters.end(), text);
    if (at == made.delimiters.end()) return std::nullopt;
    return static_cast<keyway::TokenId>(at - made.delimiters.begin() + 1);
  };
  made.plan = keyway::CallParserPlan::create(keyway::bind_call_format(format, tokens ? lookup : keyway::TokenLookup()),
                                             {"f", "get", "get_weather"}, 32);
  return made;
}

// Null for a name that no shipped format has.
const Plan* plan_of(const std::string& name, bool tokens) {
  static std::map<std::pair<std::string, bool>, Plan> plans;
  if (const auto known = plans.find({name, tokens}); known != plans.end()) return &known->second;
  const auto format = keyway::shipped_call_format(name);
  return format.ok() ? &plans.emplace(std::pair(name, tokens), make_plan(*format, tokens)).first->second : nullptr;
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
std::string read(const Plan& plan, std::string_view text, uint32_t most) {
  Record record;
  const keyway::CallSink sink = [&record](const CallEvent& event) { record.add(event); };
  keyway::CallParser parser(plan.plan);
  uint32_t random = most;
  while (!text.empty()) {
    if (plan.is_token(text[0])) {
      const auto token = static_cast<uint8_t>(text[0]);
      parser.feed_token(token, plan.delimiters[token - 1u], sink);
      text.remove_prefix(1);
      continue;
    }
    random = random * 1664525u + 1013904223u;
    size_t length = 1;
    const size_t wanted = 1 + (random >> 16) % most;
    while (length < wanted && length < text.size() && !plan.is_token(text[length])) ++length;
    parser.feed(text.substr(0, length), sink);
    text.remove_prefix(length);
  }
  parser.finish(sink);
  check(record.over);
  return record.text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  if (size_bytes == 0) return 0;
  const std::string_view input = keyway::fuzz::input_text(data + 1, size_bytes - 1);
  const std::string_view name = input.substr(0, input.find('\n'));
  const Plan* plan = plan_of(std::string(name), (data[0] & 1) != 0);
  if (plan == nullptr) return 0;
  const std::string_view text = input.substr(std::min(input.size(), name.size() + 1));
  const std::string whole = read(*plan, text, 1u << 20);
  check(read(*plan, text, 1) == whole);
  check(read(*plan, text, 2u + data[0] % 64 / 8) == whole);
  return 0;
}
