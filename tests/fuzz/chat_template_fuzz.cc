// Fuzz target of chat templates: the input is a template, rendered on a fixed conversation with tools under small limits.
//
// What parses renders to the same text or error every time; text is UTF-8 and within its limit; every error is in words,
// and one of rendering has its place. Finds are kept in tests/fuzz/regressions/chat_template, seeds in
// tests/fuzz/seeds/chat_template. Tested by the replay test fuzz.chat_template.
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/fuzz.h"
#include "tools/chat_template/chat_template.h"

using keyway::fuzz::check;

namespace {

constexpr std::string_view kMessages = R"([
  {"role": "system", "content": "Be brief."},
  {"role": "user", "content": "Gr\u00f6\u00dfe <b>&amp;\u2028 \ud83d\ude00?"},
  {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function",
    "function": {"name": "get", "arguments": {"a": 1, "b": [1.5, true, null, "x"], "c": {"d": -9223372036854775808}}}}]},
  {"role": "tool", "tool_call_id": "c1", "content": "12"}])";
constexpr std::string_view kTools = R"([{"type": "function", "function": {"name": "get", "description": "d\n",
  "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}}}])";
constexpr std::string_view kNames = R"({"bos_token": "<s>", "n": 7, "f": 0.1, "s": " text ", "e": {}, "l": [3, 1, 2]})";

keyway::TemplateInput make_input() {
  static const keyway::JsonDocument messages = *keyway::parse_json(kMessages);
  static const keyway::JsonDocument tools = *keyway::parse_json(kTools);
  static const keyway::JsonDocument names = *keyway::parse_json(kNames);
  keyway::TemplateInput input;
  input.messages = messages.root();
  input.tools = tools.root();
  for (size_t i = 0; i < names.root().size(); ++i) {
    input.extra.emplace_back(std::string(names.root().key(i)), names.root().at(i));
  }
  input.now.emplace();
  input.now->tm_mday = 1;
  return input;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  static const keyway::TemplateInput input = make_input();
  keyway::TemplateLimits limits;
  limits.steps = 200'000;
  limits.live_bytes = 4u << 20;
  limits.output_bytes = 1u << 20;
  const auto parsed = keyway::ChatTemplate::parse(keyway::fuzz::input_text(data, size_bytes), limits);
  if (!parsed.ok()) {
    keyway::fuzz::check_error(parsed.error());
    return 0;
  }
  const auto text = parsed->render(input);
  const auto again = parsed->render(input);
  check(text.ok() == again.ok());
  if (!text.ok()) {
    keyway::fuzz::check_error(text.error());
    check(text.error().pointer.rfind("line ", 0) == 0 || text.error().message.rfind("out of memory", 0) == 0);
    check(text.error().to_string() == again.error().to_string());
    return 0;
  }
  check(*text == *again);
  check(text->size() <= limits.output_bytes);
  check(keyway::is_utf8(*text));
  return 0;
}
