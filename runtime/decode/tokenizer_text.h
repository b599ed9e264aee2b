// The decode loop's view of a tokenizer.
//
// Entry points: TokenizerText. Added tokens are shown by their spelling, as call parsers expect them; so are control
// tokens, of which a finished answer has none. Tested by tests/runtime/cli_test.py.
#pragma once

#include "runtime/decode/text_decoder.h"
#include "runtime/tokenizer/stream_decoder.h"
#include "runtime/tokenizer/tokenizer.h"

namespace keyway {

// Requires: the tokenizer outlives it.
class TokenizerText : public TextDecoder {
 public:
  explicit TokenizerText(const Tokenizer& tokenizer) : decoder_(tokenizer) {}
  std::string push(TokenId token) override { return decoder_.push(token); }
  std::string finish() override { return decoder_.finish(); }

 private:
  StreamDecoder decoder_;
};

}  // namespace keyway
