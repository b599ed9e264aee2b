// How many first bytes two texts share.
//
// Entry points: common_prefix. Tested through the tries that use it (tests/grammar/vocabulary_test.cc, term_test.cc).
#pragma once

#include <algorithm>
#include <string_view>

namespace keyway {

inline size_t common_prefix(std::string_view a, std::string_view b) {
  const size_t most = std::min(a.size(), b.size());
  size_t length = 0;
  while (length < most && a[length] == b[length]) ++length;
  return length;
}

}  // namespace keyway
