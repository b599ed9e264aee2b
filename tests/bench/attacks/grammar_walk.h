// What the surfaces that compile to a grammar share: a vocabulary, the first mask, and walking texts token by token.
//
// Entry points: attack_tokenizer, ReadGrammar, grammar_reading, grammar_accepts.
// Invariant: a text is accepted when the mask allows each of its tokens and the end token after them; no mask on the
// way may be empty.
// Tested by tests/bench/attacks_test.cc and the ctest bench.attacks.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "grammar/matcher.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tests/bench/attacks/surface.h"

namespace keyway::bench {

// The default model's tokenizer.
Result<std::shared_ptr<const Tokenizer>> attack_tokenizer();

// Text to grammar. `narrowed` is set where the report names valid texts that are left out.
using ReadGrammar = std::function<Result<std::shared_ptr<Grammar>>(const std::string& text,
                                                                  std::shared_ptr<const Vocabulary> vocabulary,
                                                                  bool& narrowed)>;

Result<bool> grammar_accepts(const std::shared_ptr<Grammar>& grammar, const Tokenizer& tokenizer, const std::string& text);

// A surface that reads grammars; `plain` is a text to read, which must accept `plain_text`.
Surface grammar_surface(std::string name, ReadGrammar read, std::string plain, std::string plain_text);

}  // namespace keyway::bench
