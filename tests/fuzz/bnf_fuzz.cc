// Fuzz target of the readers of GBNF and EBNF: what compiles has the masks of the naive matcher along any text,
// and no dead end; what does not has an error in words with its place.
//
// The input: a byte for the dialect, then a grammar up to a zero byte, then a text.
// Finds are kept in tests/fuzz/regressions/bnf, seeds in tests/fuzz/seeds/bnf.
// Tested by the replay test fuzz.bnf.
#include <cstddef>
#include <cstdint>
#include <string>

#include "schemas/grammars/bnf/bnf.h"
#include "tests/fuzz/grammar_steps.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  if (size_bytes == 0) return 0;
  const std::string_view input = keyway::fuzz::input_text(data + 1, size_bytes - 1);
  const size_t end = input.find('\0');
  const std::string_view text = end == std::string_view::npos ? std::string_view("ab 1") : input.substr(end + 1);
  keyway::fuzz::step_grammar(text, [&](keyway::TermArena& arena) {
    const std::string_view grammar = input.substr(0, end);
    keyway::grammars::BnfOptions options;
    options.vocabulary = keyway::fuzz::grammar_vocabulary().get();
    return data[0] % 2 == 0 ? keyway::grammars::compile_gbnf(arena, grammar, options)
                            : keyway::grammars::compile_ebnf(arena, grammar, options);
  });
  return 0;
}
