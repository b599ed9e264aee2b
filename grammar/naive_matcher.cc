// See naive_matcher.h.
#include "grammar/naive_matcher.h"

#include <algorithm>

namespace keyway {

TermId NaiveMatcher::after(TokenId token) const {
  switch (vocabulary_.kind(token)) {
    case TokenKind::kAbsent: return TermArena::never();
    case TokenKind::kAdded:
    case TokenKind::kSpecial: return after_token(arena_, token_derivative(arena_, term_, token), fits_);
    case TokenKind::kText: break;
  }
  TermId term = vocabulary_.bytes(token).empty() ? TermArena::never() : term_;
  for (char c : vocabulary_.bytes(token)) term = derivative(arena_, term, static_cast<uint8_t>(c));
  return after_token(arena_, term, fits_);
}

void NaiveMatcher::mask(std::span<uint32_t> words) const {
  std::fill(words.begin(), words.end(), 0);
  if (finished_) return;
  for (TokenId token = 0; token < vocabulary_.size(); ++token) {
    const bool ends = vocabulary_.is_end(token) && can_end();
    if (ends || after(token) != TermArena::never()) mask_set(words.data(), token);
  }
}

bool NaiveMatcher::accept(TokenId token) {
  if (finished_ || token >= vocabulary_.size()) return false;
  const TermId next = after(token);
  if (next != TermArena::never()) {
    term_ = next;
    return true;
  }
  finished_ = vocabulary_.is_end(token) && can_end();
  return finished_;
}

}  // namespace keyway
