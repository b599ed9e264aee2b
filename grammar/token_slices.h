// The text tokens of a vocabulary, cut into slices by the alphabet they are written in.
//
// Entry points: TokenSlices::create. Where the language of a state contains every text of a slice (the body of a
// string contains nearly the whole vocabulary), the slice's row is OR-ed in and none of its tokens is looked at; what
// a slice contains is stated here as an alphabet, so that containment is proved from the language (coverage.h).
//
//   slice     alphabet                                        slice     alphabet
//   digits    [0-9]                                           spaced    [A-Za-z ]
//   lower     [a-z]                                           ascii     printable ASCII without " and \ (backslash)
//   letters   [A-Za-z]                                        past      the space and every code point past ASCII
//   words     [A-Za-z0-9_-]                                   text      ascii and past
//
// A token is in the first slice whose alphabet it fits. What fits none, with a quote, a backslash, a control character
// or a part of a code point, is `rest`. Of it, tokens that are whole code points up to a first quote, backslash or
// control character are grouped by what follows: in a state that a body leads back to itself, one walk of `suffixes`
// decides all of them. `fragments` are the others.
// Tokens of more than kShortBytes bytes (one in a hundred) are kept apart from the others all through, so that a bound
// on the length of a text that only they can meet does not hide the rest; `body` lists the tokens of all slices by
// their number of code points, for texts that are bounded by nothing else.
// Invariant: the slices and rest of both lengths partition the trie's tokens; suffixes and fragments partition rest.
// Thread safety: immutable. Tested by tests/grammar/token_slices_test.cc.
#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <vector>

#include "grammar/byte_rows.h"
#include "grammar/byte_set.h"
#include "grammar/quote_crossings.h"
#include "grammar/vocabulary.h"

namespace keyway {

struct TokenSlice {
  uint32_t number = 0;         // index in TokenLength::slices
  ByteSet ascii;               // the ASCII bytes of the alphabet
  bool past_ascii = false;     // whether it holds every code point past ASCII too
  bool inferred = false;       // proved with a larger alphabet or not at all: a walk of it is short (NumberedStates::safe)
  TokenTrie trie;
  std::vector<uint32_t> words;  // the mask of its tokens, (mask_words(vocabulary size))
};

// The tokens of at most kShortBytes bytes, or those of more.
struct TokenLength {
  uint32_t most_bytes = 0;             // of a token
  std::vector<TokenSlice> slices;
  TokenTrie rest, suffixes, fragments;
  struct Body {
    uint32_t points;  // code points of the token
    TokenId token;
  };
  std::vector<Body> body;              // the tokens of all slices, by rising number of code points
};

class SharedHeads;

class TokenSlices {
 public:
  static constexpr uint32_t kShortBytes = 16;

  // Complexity: O(bytes of the vocabulary * log). Errors: as TokenTrie::create.
  static Result<std::shared_ptr<const TokenSlices>> create(const Vocabulary& vocabulary);

  const TokenLength& short_tokens() const { return lengths_[0]; }
  const TokenLength& long_tokens() const { return lengths_[1]; }
  // The mask of the short body tokens of at most that many code points, (mask_words(vocabulary size)).
  // Requires: points <= kShortBytes.
  const std::vector<uint32_t>& short_body(uint32_t points) const { return short_body_[points]; }
  const QuoteCrossings& crossings() const { return crossings_; }
  // Tokens cut at another byte, made at the first call for it; null where there are too many.
  // Requires: may_be_quote(byte); the vocabulary that this was created for. Thread safety: any number of threads.
  const QuoteCrossings* crossings_at(const Vocabulary& vocabulary, uint8_t byte) const;
  // The bytes that tokens are cut at: ASCII marks and the line break, which few tokens hold.
  static bool may_be_quote(uint8_t byte);
  // Thread safety: any number of threads. Requires: the vocabulary that this was created for.
  const ByteRows& byte_rows(const Vocabulary& vocabulary) const;
  // The masks of heads that grammars of this vocabulary share (head_masks.h). Thread safety: its own.
  SharedHeads& shared_heads() const { return *shared_heads_; }

 private:
  Status add(const Vocabulary& vocabulary, uint32_t length);
  void sum_bodies(const Vocabulary& vocabulary);

  TokenLength lengths_[2];
  QuoteCrossings crossings_;
  struct OtherCrossings {
    std::once_flag once;
    std::unique_ptr<const QuoteCrossings> made;
  };
  mutable std::array<OtherCrossings, 0x80> other_crossings_;  // by byte
  std::shared_ptr<SharedHeads> shared_heads_;
  mutable std::once_flag byte_rows_once_;
  mutable ByteRows byte_rows_;
  std::vector<std::vector<uint32_t>> short_body_;  // by number of code points, from 0 to kShortBytes
};

// The bytes that end a plain body: the quote, the backslash and control characters.
ByteSet body_ends();

}  // namespace keyway
