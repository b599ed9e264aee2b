// Runaway answers: white space, digits and repeated runs of tokens without end.
//
// Entry points: RunawayLimits, RunawayGuard::push. What each limit counts is said there; 0 switches it off.
// Invariant: the verdict depends on the tokens and their text alone, so an answer ends at the same place every time.
// Thread safety: one thread at a time. Tested by tests/runtime/runaway_test.cc.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "grammar/ids.h"

namespace keyway {

struct RunawayLimits {
  uint32_t white_space = 0;     // bytes of blanks, tabs and line ends side by side
  uint32_t digits = 0;          // bytes of digits side by side
  uint32_t repeats = 0;         // times that a run of 1 to 32 tokens follows itself, at least `repeat_tokens` in all
  uint32_t repeat_tokens = 96;

  bool any() const { return white_space != 0 || digits != 0 || repeats != 0; }
  // Far above what answers hold that mean it: 256 bytes of white space, 128 digits, 12 repeats.
  static RunawayLimits usual() { return {256, 128, 12, 96}; }
};

class RunawayGuard {
 public:
  explicit RunawayGuard(const RunawayLimits& limits) : limits_(limits) {}

  // True from the token on with which a limit is passed. Complexity: O(32 + bytes).
  bool push(TokenId token, std::string_view bytes);

 private:
  static constexpr size_t kLongestRun = 32;  // tokens
  bool repeats(TokenId token);

  RunawayLimits limits_;
  uint32_t white_space_ = 0;
  uint32_t digits_ = 0;
  std::vector<TokenId> tokens_;
  std::array<uint32_t, kLongestRun + 1> same_{};  // by period: tokens at the end that equal the one a period before
  bool passed_ = false;
};

}  // namespace keyway
