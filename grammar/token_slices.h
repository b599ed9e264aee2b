// The text tokens of a vocabulary, cut into slices by the alphabet they are written in.
//
// Entry points: TokenSlices::create. Where the language of a state contains every text of a slice (the body of a
// string contains nearly the whole vocabulary), the slice's row is OR-ed in and none of its tokens is looked at; what
// a slice contains is stated here as an alphabet, so that containment is proved from the language (coverage.h).
//
//   slice     alphabet                                        slice     alphabet
//   digits    [0-9]                                           words     [A-Za-z0-9_-]
//   lower     [a-z]                                           ascii     printable ASCII without " and \ (backslash)
//   letters   [A-Za-z]                                        text      the same and every code point past ASCII
//
// A token is in the first slice whose alphabet it fits; tokens of more than kShortBytes bytes have slices of their own
// (long ascii, long text), so that a bound on length hides only those. What fits none, with a quote, a backslash, a
// control character or a part of a code point, is `rest`. Of it, tokens that are whole code points up to a first
// quote, backslash or control character are grouped by what follows: in a state that a body leads back to itself, one
// walk of `suffixes` decides all of them. `fragments` are the others.
// Invariant: the slices and rest partition the trie's tokens; suffixes and fragments partition rest.
// Thread safety: immutable. Tested by tests/grammar/token_slices_test.cc.
#pragma once

#include <vector>

#include "grammar/byte_set.h"
#include "grammar/vocabulary.h"

namespace keyway {

struct TokenSlice {
  ByteSet ascii;               // the ASCII bytes of the alphabet
  bool past_ascii = false;     // whether it holds every code point past ASCII too
  uint32_t most_bytes = 0;     // of a token of the slice
  TokenTrie trie;
  std::vector<uint32_t> words;  // the mask of its tokens, (mask_words(vocabulary size))
};

class TokenSlices {
 public:
  static constexpr uint32_t kShortBytes = 16;

  // Complexity: O(bytes of the vocabulary * log). Errors: as TokenTrie::create.
  static Result<std::shared_ptr<const TokenSlices>> create(const Vocabulary& vocabulary);

  const std::vector<TokenSlice>& slices() const { return slices_; }
  const TokenTrie& rest() const { return rest_; }
  const TokenTrie& suffixes() const { return suffixes_; }
  const TokenTrie& fragments() const { return fragments_; }

 private:
  std::vector<TokenSlice> slices_;
  TokenTrie rest_, suffixes_, fragments_;
};

// The bytes that end a plain body: the quote, the backslash and control characters.
ByteSet body_ends();

}  // namespace keyway
