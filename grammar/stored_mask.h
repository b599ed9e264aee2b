// Masks as they are kept: a shared row of words and the tokens that differ from it.
//
// Entry points: StoredMask, MaskSink.
// Most masks of structure allow a few hundred tokens of a hundred thousand, and most of the others differ from the mask of
// a plain string body in as few: a row of their own costs 16 KB each and more time to clear than the tokens to list.
// Receipt (README.md, "Masks"): the memory of a grammar and the cost of a cold mask.
// Thread safety: a StoredMask is immutable once made. Tested by tests/grammar/stored_mask_test.cc.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <vector>

#include "grammar/ids.h"
#include "grammar/token_mask.h"

namespace keyway {

// The bits of a word, looked up: on x86-64 a shift by a variable takes three steps, and a mask sets 240 bits on average.
inline constexpr auto kBits = [] {
  std::array<uint32_t, kMaskWordBits> bits{};
  for (uint32_t bit = 0; bit < kMaskWordBits; ++bit) bits[bit] = 1u << bit;
  return bits;
}();

struct StoredMask {
  std::shared_ptr<const std::vector<uint32_t>> base;  // (mask_words(vocabulary size)); null: no token
  std::vector<TokenId> set;    // allowed beside the base
  std::vector<TokenId> clear;  // of the base, not allowed
  uint32_t longest = 0;        // see MaskBuilder::add_short

  // Requires: as many words as the base, or more; those past the mask become 0.
  void write(std::span<uint32_t> words) const {
    const size_t copied = base ? base->size() : 0;
    if (copied > 0) std::copy(base->begin(), base->end(), words.begin());
    std::fill(words.begin() + static_cast<std::ptrdiff_t>(copied), words.end(), 0);
    for (TokenId token : clear) words[token / kMaskWordBits] &= ~kBits[token % kMaskWordBits];
    for (TokenId token : set) words[token / kMaskWordBits] |= kBits[token % kMaskWordBits];
  }
  // Memory held; a base counts where it is owned alone.
  size_t bytes() const {
    const size_t lists = (set.capacity() + clear.capacity()) * sizeof(TokenId);
    return 128 + lists + (base && base.use_count() == 1 ? base->size() * sizeof(uint32_t) : 0);
  }
};

// Gathers a mask: single tokens, and rows of many.
class MaskSink {
 public:
  // `words`: mask_words(vocabulary size).
  explicit MaskSink(size_t words) : words_(words) {}

  void take(TokenId token) {
    tokens_.push_back(token);
    if (tokens_.size() > words_) put_in_row();
  }
  void take_all(const std::vector<uint32_t>& row) {
    if (!row_) {
      row_ = std::make_shared<std::vector<uint32_t>>(row);
      return;
    }
    for (size_t w = 0; w < words_; ++w) (*row_)[w] |= row[w];
  }
  void take_all(const StoredMask& mask) {
    if (mask.base && !mask.clear.empty()) {
      std::vector<uint32_t> left = *mask.base;
      for (TokenId token : mask.clear) mask_clear(left.data(), token);
      take_all(left);
    } else if (mask.base) {
      take_all(*mask.base);
    }
    tokens_.insert(tokens_.end(), mask.set.begin(), mask.set.end());
  }
  // What was taken so far. Complexity: O(tokens), and O(words) where it needs a row.
  StoredMask made() const {
    StoredMask mask;
    if (!row_ && tokens_.size() <= words_ / 2) {
      mask.set = tokens_;
      return mask;
    }
    auto row = row_ ? std::make_shared<std::vector<uint32_t>>(*row_) : std::make_shared<std::vector<uint32_t>>(words_);
    for (TokenId token : tokens_) mask_set(row->data(), token);
    mask.base = std::move(row);
    return mask;
  }

 private:
  // More tokens than a row has words take more room than it.
  void put_in_row() {
    if (!row_) row_ = std::make_shared<std::vector<uint32_t>>(words_);
    for (TokenId token : tokens_) mask_set(row_->data(), token);
    tokens_.clear();
  }

  size_t words_;
  std::shared_ptr<std::vector<uint32_t>> row_;  // null until a row is taken
  std::vector<TokenId> tokens_;
};

}  // namespace keyway
