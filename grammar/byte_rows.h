// Which tokens hold which byte: the mask of a head that most bytes lead back to is that of all body tokens, less those that
// hold a byte which does something else.
//
// Entry points: ByteRows::create. The tokens are the body tokens of a vocabulary, those of all slices (token_slices.h).
// Memory: 97 rows, 1.5 MB for 128,256 tokens; made where a grammar first asks.
// Thread safety: immutable. Tested by tests/grammar/token_slices_test.cc.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "grammar/vocabulary.h"

namespace keyway {

struct TokenLength;

struct ByteRows {
  static constexpr size_t kPastAscii = 0x80;
  using Row = std::vector<uint32_t>;  // (mask_words(vocabulary size))

  Row body;                               // every body token
  std::array<Row, kPastAscii + 1> holds;  // by ASCII byte; the last: any byte past ASCII. Empty where no token does.

  static ByteRows create(const Vocabulary& vocabulary, const TokenLength& short_tokens, const TokenLength& long_tokens);
};

}  // namespace keyway
