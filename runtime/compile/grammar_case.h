// One case of a grammar corpus: a grammar with what it is read with (special tokens, a vocabulary of its own, named grammars,
// a start rule, a dialect), and whether a text or a list of tokens is in its language.
//
// Entry points: GrammarCase::read, GrammarCase::judge_text, judge_tokens. The fields of a case are "kind", "grammar", and
// where they matter "root", "dialect", "named_grammars", "special_tokens" and "vocab".
// Invariant: the grammar is made by the front end that keyway_compile uses for its kind.
// Thread safety: one thread. Tested by tests/runtime/grammar_case_test.cc.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/term.h"
#include "grammar/vocabulary.h"
#include "schemas/json.h"

namespace keyway {

struct Acceptance {
  bool accepted = false;
  size_t offset = 0;                 // bytes taken
  std::vector<std::string> allowed;  // examples of texts that may come next
};

// The tokens that a case names under their ids, every byte and an end token; `otherwise` for a case that names none. Of
// "vocab" only <|texts like this|> and </s> are control tokens, of "special_tokens" all are.
Result<std::shared_ptr<const Vocabulary>> case_vocabulary(Json line, std::shared_ptr<const Vocabulary> otherwise);

class GrammarCase {
 public:
  // `vocabulary` is what the grammar's tokens are looked up in where the case has none of its own.
  // Errors: kInvalid with a JSON Pointer for a case that is none; those of compile_kind.
  static Result<GrammarCase> read(Json line, std::shared_ptr<const Vocabulary> vocabulary);

  // The tokens of a case are those tokens wherever they are spelled. In a case without tokens of its own the spelling of an
  // added token may be read as that token or as bytes, and the text is accepted if one reading is. Where a part is bounded in
  // tokens each byte counts as one, but in the kinds and the dialect of XGrammar, whose strings count none.
  // Errors: kLimit where judging takes more work than a mask may.
  Result<Acceptance> judge_text(std::string_view text, size_t most_allowed = 0);
  // An id that the vocabulary does not have is not taken.
  Result<Acceptance> judge_tokens(std::span<const TokenId> tokens, size_t most_allowed = 0);

 private:
  GrammarCase() = default;

  size_t read_text(class TextAcceptance& reader, std::string_view text) const;

  std::shared_ptr<const Vocabulary> vocabulary_;
  bool own_tokens_ = false, counts_bytes_ = true;
  std::unique_ptr<TermArena> arena_;
  TermId root_ = TermArena::never();
};

}  // namespace keyway
