// Stop strings by the automata of Knuth, Morris and Pratt, one a string.
//
// Entry points: StopFilter (stop_filter.h). Invariant: held_ is the longest text end that begins a stop string.
// Tested by tests/runtime/stop_filter_test.cc.
#include "runtime/decode/stop_filter.h"

#include <algorithm>

namespace keyway {

StopFilter::StopFilter(std::vector<std::string> stops) {
  for (std::string& text : stops) {
    Pattern pattern;
    pattern.fallback.assign(text.size() + 1, 0);
    for (size_t i = 1, border = 0; i < text.size(); ++i) {
      while (border > 0 && text[i] != text[border]) border = pattern.fallback[border];
      if (text[i] == text[border]) ++border;
      pattern.fallback[i + 1] = border;
    }
    pattern.text = std::move(text);
    patterns_.push_back(std::move(pattern));
  }
}

size_t StopFilter::step(char byte) {
  size_t longest = 0;
  for (Pattern& pattern : patterns_) {
    size_t& matched = pattern.matched;
    while (matched > 0 && pattern.text[matched] != byte) matched = pattern.fallback[matched];
    if (pattern.text[matched] == byte) ++matched;
    if (matched == pattern.text.size()) longest = std::max(longest, matched);
  }
  return longest;
}

std::string StopFilter::push(std::string_view text) {
  for (char byte : text) {
    held_ += byte;
    if (const size_t length = step(byte); length > 0) {
      stopped_ = true;
      held_.resize(held_.size() - length);
      return std::move(held_);
    }
  }
  size_t keep = 0;
  for (const Pattern& pattern : patterns_) keep = std::max(keep, pattern.matched);
  std::string shown = held_.substr(0, held_.size() - keep);
  held_.erase(0, shown.size());
  return shown;
}

std::string StopFilter::finish() {
  if (stopped_) return {};
  std::string rest = std::move(held_);
  held_.clear();
  return rest;
}

}  // namespace keyway
