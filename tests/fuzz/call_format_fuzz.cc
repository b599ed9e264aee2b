// Fuzz target of call format files: a file is refused in words, or its grammar and its parser agree on what it writes.
//
// Finds are kept in tests/fuzz/regressions/call_format, seeds in tests/fuzz/seeds/call_format.
// Tested by the replay test fuzz.call_format.
#include <cstddef>
#include <cstdint>
#include <string>

#include "grammar/derivative.h"
#include "tests/fuzz/fuzz.h"
#include "tools/call_parser.h"
#include "tools/registry.h"
#include "tools/render_calls.h"
#include "tools/tool_grammar.h"

using keyway::fuzz::check;

namespace {

std::shared_ptr<const keyway::Vocabulary> byte_vocabulary() {
  std::vector<keyway::TokenEntry> entries;
  for (unsigned b = 0; b < 256; ++b) entries.push_back({std::string(1, static_cast<char>(b)), keyway::TokenKind::kText});
  entries.push_back({"<end>", keyway::TokenKind::kSpecial});
  return *keyway::Vocabulary::create(std::move(entries), {256});
}

bool accepts(keyway::TermArena& arena, keyway::TermId term, std::string_view text) {
  for (char c : text) term = keyway::derivative(arena, term, static_cast<uint8_t>(c));
  return arena.nullable(term);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  static const auto words = byte_vocabulary();
  keyway::Limits limits;
  limits.document_depth = 32;
  const auto format = keyway::read_call_format(keyway::fuzz::input_text(data, size_bytes), limits);
  if (!format.ok()) {
    keyway::fuzz::check_error(format.error());
    return 0;
  }
  const auto registry = keyway::Registry::read(R"([{"name": "f"}, {"name": "fa"}])", **format);
  if (!registry.ok() || registry->callable().size() != 2) return 0;  // the format cannot write these names
  const auto bound = keyway::bind_call_format(*format);
  keyway::Budget budget(200'000);
  keyway::TermArena arena;
  arena.set_budget(&budget);
  const keyway::ToolTerm tools[] = {{"f", arena.literal("{}")}, {"fa", arena.literal("{\"a\": 1}")}};
  const auto term = keyway::tool_grammar(arena, *bound, *words, tools);
  if (!term.ok()) return 0;
  const std::string text = keyway::render_calls(**format, {{"f", "{}", {}}, {"fa", "{\"a\": 1}", {}}, {"f", "{}", {}}});
  const keyway::ParsedAnswer answer =
      keyway::parse_answer(text, keyway::CallParserPlan::create(bound, {"f", "fa"}));
  const bool accepted = accepts(arena, *term, text);
  if (!arena.exhausted()) check(accepted == (!answer.error && answer.calls.size() == 3));
  return 0;
}
