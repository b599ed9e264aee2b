// Fuzz target of the reader of structural tags: what compiles has the masks of the naive
// matcher along any text, and no dead end; what does not has an error in words with its place.
//
// The input: a structural tag up to a zero byte, then a text.
// Finds are kept in tests/fuzz/regressions/structural_tag, seeds in tests/fuzz/seeds/structural_tag.
// Tested by the replay test fuzz.structural_tag.
#include <cstddef>
#include <cstdint>
#include <string>

#include "schemas/grammars/structural_tag/structural_tag.h"
#include "tests/fuzz/grammar_steps.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  const std::string_view input = keyway::fuzz::input_text(data, size_bytes);
  const size_t end = input.find('\0');
  const std::string_view text = end == std::string_view::npos ? std::string_view("a<t>{") : input.substr(end + 1);
  keyway::fuzz::step_grammar(text, [&](keyway::TermArena& arena) {
    return keyway::grammars::compile_structural_tag(arena, input.substr(0, end), keyway::fuzz::grammar_vocabulary().get());
  });
  return 0;
}
