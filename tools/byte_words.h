// What an error shows of one byte. Tested by tests/tools/call_parser_test.cc.
#pragma once

#include <string>
#include <string_view>

namespace keyway {

inline std::string byte_words(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  if (value >= 0x20 && value < 0x7F) return std::string(1, byte);
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return std::string("byte 0x") + kDigits[value >> 4] + kDigits[value & 15];
}

}  // namespace keyway
