// A short piece of a long text, for Error::given.
//
// Entry points: excerpt. Tested by tests/tools/tool_list_test.cc.
#pragma once

#include <string>
#include <string_view>

namespace keyway {

// The first `limit_bytes` of a UTF-8 text, cut between code points, with "..." after a cut.
inline std::string excerpt(std::string_view text, size_t limit_bytes = 100) {
  if (text.size() <= limit_bytes) return std::string(text);
  size_t end = limit_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace keyway
