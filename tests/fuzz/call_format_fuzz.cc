// Fuzz target of call format files: a file is refused in words, or a text that its grammar can go on from is read by its parser
// without an error, and an answer that is whole ends without one.
//
// The input: a format file up to the first NUL, then the walk: bytes that choose among the next ones. Finds are kept in
// tests/fuzz/regressions/call_format, seeds in tests/fuzz/seeds/call_format. Tested by the replay test fuzz.call_format.
#include <cstddef>
#include <cstdint>
#include <string>

#include "grammar/derivative.h"
#include "tests/fuzz/fuzz.h"
#include "tools/call_parser.h"
#include "tools/compile_tools.h"
#include "tools/frame_terms.h"
#include "tools/registry.h"
#include "tools/tool_grammar.h"

using keyway::fuzz::check;

namespace {

constexpr size_t kSteps = 160;
constexpr std::string_view kTools = R"([{"name": "f", "input_schema": {"type": "object", "properties":
  {"a": {"type": "integer"}, "b": {"type": "string"}}}}, {"name": "fa", "input_schema": {}}])";

std::shared_ptr<const keyway::Vocabulary> byte_vocabulary() {
  std::vector<keyway::TokenEntry> entries;
  for (unsigned b = 0; b < 256; ++b) entries.push_back({std::string(1, static_cast<char>(b)), keyway::TokenKind::kText});
  entries.push_back({"<end>", keyway::TokenKind::kSpecial});
  return *keyway::Vocabulary::create(std::move(entries), {256});
}

// A text of the grammar, or its beginning. The last part of the walk chooses the first byte that there is, so that calls end.
std::string walk(keyway::TermArena& arena, keyway::TermId& term, std::string_view choices) {
  std::string text;
  for (size_t i = 0; i < kSteps && !arena.exhausted(); ++i) {
    std::vector<uint8_t> next;
    keyway::first_bytes(arena, term).for_each([&](uint8_t byte) { next.push_back(byte); });
    if (next.empty()) break;
    const uint8_t choice = choices.empty() ? static_cast<uint8_t>(17 * i) : static_cast<uint8_t>(choices[i % choices.size()]);
    text += static_cast<char>(next[choice % next.size()]);
    term = keyway::derivative(arena, term, static_cast<uint8_t>(text.back()));
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  static const auto words = byte_vocabulary();
  const std::string_view input = keyway::fuzz::input_text(data, size_bytes);
  const std::string_view file = input.substr(0, input.find('\0'));
  keyway::Limits limits;
  limits.document_depth = 32;
  const auto format = keyway::read_call_format(file, limits);
  if (!format.ok()) {
    keyway::fuzz::check_error(format.error());
    return 0;
  }
  auto registry = keyway::Registry::read(kTools, **format);
  if (!registry.ok() || registry->callable().size() != 2) return 0;  // the format cannot write these names
  const auto bound = keyway::bind_call_format(*format);
  keyway::TermArena arena;
  keyway::SchemaOptions options = keyway::tool_schema_options();
  options.arguments = keyway::argument_spelling(arena, *bound);
  const auto compiled = keyway::compile_tools(arena, *registry, options);
  if (!compiled.ok()) return 0;
  keyway::Budget budget(500'000);
  arena.set_budget(&budget);
  keyway::ToolGrammarOptions required;
  if (input.size() % 2 == 0) required.choice.kind = keyway::ToolChoiceKind::kRequired;
  const auto root = keyway::tool_grammar(arena, *bound, *words, compiled->terms, required);
  if (!root.ok()) return 0;
  keyway::TermId term = *root;
  const std::string text = walk(arena, term, input.substr(std::min(input.size(), file.size() + 1)));
  if (arena.exhausted()) return 0;
  keyway::CallParser parser(keyway::CallParserPlan::create_for(bound, keyway::callable_tools(*registry, *compiled)));
  bool failed = false;
  const keyway::CallSink sink = [&failed](const keyway::CallEvent& event) { failed |= event.kind == keyway::CallEventKind::kError; };
  parser.feed(text, sink);
  check(!failed);
  if (!arena.nullable(term)) return 0;
  parser.finish(sink);
  check(!failed);
  return 0;
}
