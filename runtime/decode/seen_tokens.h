// The set of tokens that occurred, as a list without duplicates: what the penalties of sampling read.
//
// Entry points: SeenTokens::add, SeenTokens::ids. Invariant: ids() holds each added token once, in order of first use.
// Thread safety: one thread at a time. Tested by tests/runtime/decode_test.cc.
#pragma once

#include <cstdint>
#include <vector>

#include "grammar/ids.h"

namespace keyway {

class SeenTokens {
 public:
  explicit SeenTokens(size_t vocab_size) : seen_(vocab_size) {}

  // Tokens outside the vocabulary are left out. Complexity: O(1).
  void add(TokenId token) {
    if (token >= seen_.size() || seen_[token]) return;
    seen_[token] = true;
    ids_.push_back(token);
  }
  const std::vector<uint32_t>& ids() const { return ids_; }

 private:
  std::vector<bool> seen_;
  std::vector<uint32_t> ids_;
};

}  // namespace keyway
