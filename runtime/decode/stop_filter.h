// Stop strings over streamed text: text is held back while it may still be the beginning of a stop string.
//
// Entry points: StopFilter::push, StopFilter::finish. Invariant: what was returned so far is the text pushed up to,
// and without, the first stop string that ends in it; of several that end at one place, the one that begins first.
// Thread safety: one thread at a time. Tested by tests/runtime/stop_filter_test.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace keyway {

inline constexpr size_t kMostStopStrings = 64;
inline constexpr size_t kMostStopBytes = 1'024;  // of one stop string

class StopFilter {
 public:
  // Requires: no stop string is empty; counts and lengths are within the limits above.
  explicit StopFilter(std::vector<std::string> stops);

  // The text that may be shown now. Requires: !stopped(). Complexity: O(bytes * stop strings).
  std::string push(std::string_view text);
  // What was held back. Empty after a stop.
  std::string finish();
  bool stopped() const { return stopped_; }

 private:
  // A stop string and how many of its bytes the text ends with (Knuth, Morris and Pratt).
  struct Pattern {
    std::string text;
    std::vector<size_t> fallback;  // (text.size() + 1): the longest proper border of each prefix
    size_t matched = 0;
  };
  // Advances all patterns by a byte; the length of the longest stop string that ends here, or 0.
  size_t step(char byte);

  std::vector<Pattern> patterns_;
  std::string held_;
  bool stopped_ = false;
};

}  // namespace keyway
