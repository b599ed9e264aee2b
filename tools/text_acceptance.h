// Whether a text is of a term's language, where the spelling of a special or added token may be read as that token or as
// its bytes: it is accepted if one reading is.
//
// Where a part is bounded in tokens, every byte that is not read as a token counts as one.
//
// Entry points: TextAcceptance. Thread safety: as the arena. Tested by tests/tools/call_format_samples_test.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "grammar/term.h"
#include "grammar/vocabulary.h"

namespace keyway {

class TextAcceptance {
 public:
  // `vocabulary` may be null: then every text is bytes. Requires: all outlive this.
  TextAcceptance(TermArena& arena, const Vocabulary* vocabulary, TermId root)
      : TextAcceptance(arena, vocabulary, std::vector<TermId>{root}) {}
  TextAcceptance(TermArena& arena, const Vocabulary* vocabulary, std::vector<TermId> states)
      : arena_(arena), vocabulary_(vocabulary), states_(std::move(states)) {}

  // Parts that are bounded in tokens are not bounded any more.
  void count_nothing() { counts_ = false; }

  // Reads on. Returns the bytes that some reading takes; what is left past them cannot be read.
  // Complexity: states times bytes; states are few, for readings meet again.
  size_t read(std::string_view text);
  // One token: as itself where the grammar names it, and as its bytes where it is text. False, with the states left as they
  // are, where no reading takes it. Requires: there is a vocabulary, and it has the token.
  bool read_token(TokenId token);
  // Bytes that are no token. False, with the states left as they are, where they cannot be read.
  bool read_bytes(std::string_view bytes);
  // Whether the text read so far is one of the language.
  bool accepted() const;
  // Whether every reading failed in the last read(); states then are those before the failure.
  const std::vector<TermId>& states() const { return states_; }
  // Up to `most` texts that could come next: spellings of tokens, then single characters.
  std::vector<std::string> next_texts(size_t most);

 private:
  TermArena& arena_;
  TermId ended(TermId state);  // at the end of a token

  const Vocabulary* vocabulary_;
  std::vector<TermId> states_;
  bool counts_ = true;
};

}  // namespace keyway
