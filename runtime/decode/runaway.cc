// See runaway.h.
#include "runtime/decode/runaway.h"

#include <algorithm>

namespace keyway {

bool RunawayGuard::push(TokenId token, std::string_view bytes) {
  if (passed_ || !limits_.any()) return passed_;
  for (const char c : bytes) {
    white_space_ = c == ' ' || c == '\t' || c == '\n' || c == '\r' ? white_space_ + 1 : 0;
    digits_ = c >= '0' && c <= '9' ? digits_ + 1 : 0;
    passed_ = passed_ || (limits_.white_space != 0 && white_space_ > limits_.white_space) ||
              (limits_.digits != 0 && digits_ > limits_.digits);
  }
  passed_ = repeats(token) || passed_;
  return passed_;
}

bool RunawayGuard::repeats(TokenId token) {
  if (limits_.repeats == 0) return false;
  tokens_.push_back(token);
  const size_t count = tokens_.size();
  bool found = false;
  for (size_t period = 1; period <= std::min(kLongestRun, count - 1); ++period) {
    same_[period] = tokens_[count - 1 - period] == token ? same_[period] + 1 : 0;
    // `same` tokens repeat what was there: with the first run they are same + period tokens.
    const size_t covered = same_[period] + period;
    found = found || (covered >= period * (size_t{limits_.repeats} + 1) && covered >= limits_.repeat_tokens);
  }
  return found;
}

}  // namespace keyway
