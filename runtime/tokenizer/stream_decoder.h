// Decoding token by token, never half a character.
//
// Entry points: StreamDecoder::push, StreamDecoder::finish.
// Invariant: what push and finish give, one after the other, is Tokenizer::decode of all the tokens (which is written
// with this class); each of them is well-formed UTF-8.
// What is held back: the bytes of an unfinished character; a run of byte tokens (<0x0A>), which is decoded as a whole
// and is text only if all of it is; blanks that a final Strip may take.
// Tested by tests/runtime/tokenizer_decode_test.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "grammar/ids.h"

namespace keyway {

class Tokenizer;

// Requires: the tokenizer outlives it. Thread safety: one thread.
class StreamDecoder {
 public:
  explicit StreamDecoder(const Tokenizer& tokenizer, bool skip_special_tokens = false);

  // Text that is complete now; may be empty. An id that is no token is left out.
  std::string push(TokenId id);
  // The rest. Ensures: afterwards the decoder is as new.
  std::string finish();

 private:
  void end_run(std::string& out);
  void emit(std::string_view piece, std::string& out);
  void emit_characters(std::string& out, bool at_end);
  void emit_text(std::string_view text, std::string& out);

  const Tokenizer& tokenizer_;
  bool skip_special_tokens_;
  bool first_ = true;
  std::string run_;          // byte tokens not decoded yet
  bool run_is_first_ = false;
  std::string unfinished_;   // bytes of a character that is not complete
  uint64_t strip_left_ = 0;  // how many the final Strip may still take at the start
  std::string held_;         // what it may take at the end
};

}  // namespace keyway
