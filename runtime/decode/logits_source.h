// Where logits come from: a model with its cache, or somebody else's engine.
//
// Entry points: LogitsSource. Invariant: one source is one sequence; what was forwarded stays.
// Thread safety: one thread at a time. Tested by tests/runtime/decode_test.cc.
#pragma once

#include <span>

#include "grammar/error.h"
#include "grammar/ids.h"

namespace keyway {

class LogitsSource {
 public:
  virtual ~LogitsSource() = default;
  virtual size_t vocab_size() const = 0;
  // How many tokens forward() still takes before the context is full.
  virtual size_t context_left() const = 0;
  // Appends the tokens to the sequence and returns the logits after the last: (vocab_size), fp32, valid until the next
  // call. Requires: 1 <= tokens.size() <= context_left(). An error leaves the sequence as it was.
  virtual Result<std::span<const float>> forward(std::span<const TokenId> tokens) = 0;
};

}  // namespace keyway
