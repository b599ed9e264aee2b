// The text of an answer, token by token: what the decode loop asks of a tokenizer.
//
// Entry points: TextDecoder. Invariant: what push() returned so far, and finish(), is the text of the tokens pushed;
// push() never returns half a code point.
// Thread safety: one thread at a time. Tested by tests/runtime/decode_test.cc.
#pragma once

#include <string>

#include "grammar/ids.h"

namespace keyway {

class TextDecoder {
 public:
  virtual ~TextDecoder() = default;
  // The text that became certain by this token, possibly empty.
  virtual std::string push(TokenId token) = 0;
  // What was held back; called once, after the last token.
  virtual std::string finish() = 0;
};

}  // namespace keyway
