// The oracle of every mask: each token is tried on its own, byte by byte, by the definitional derivative.
//
// Entry points: NaiveMatcher. No rows, no trie, no cache: what it says is what the terms say. It stays for good.
// Thread safety: one thread at a time. Tested by tests/grammar/matcher_test.cc (against enumerated languages).
#pragma once

#include <span>
#include <vector>

#include "grammar/derivative.h"
#include "grammar/token_count.h"
#include "grammar/token_mask.h"
#include "grammar/vocabulary.h"

namespace keyway {

class NaiveMatcher {
 public:
  // Both outlive the matcher. `fits`: of parts that are bounded in tokens, see token_count.h.
  NaiveMatcher(TermArena& arena, const Vocabulary& vocabulary, TermId root, FitsInTokens fits = {})
      : arena_(arena), vocabulary_(vocabulary), term_(root), fits_(std::move(fits)) {}

  // Requires: words.size() >= mask_words(vocabulary size). Complexity: every byte of every token.
  void mask(std::span<uint32_t> words) const;
  // False: not allowed, state unchanged.
  bool accept(TokenId token);
  bool can_end() const { return !finished_ && arena_.nullable(term_); }
  bool is_finished() const { return finished_; }
  TermId term() const { return term_; }

 private:
  TermId after(TokenId token) const;  // never() where the token is not allowed

  TermArena& arena_;
  const Vocabulary& vocabulary_;
  TermId term_;
  FitsInTokens fits_;
  bool finished_ = false;
};

}  // namespace keyway
