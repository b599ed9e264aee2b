// See byte_level.h.
#include "runtime/tokenizer/byte_level.h"

#include <array>

#include "grammar/utf8.h"
#include "runtime/tokenizer/code_point_table.h"

namespace keyway {
namespace {

constexpr uint32_t kAlphabetEnd = 0x144;

constexpr bool stands_for_itself(uint32_t byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

struct Alphabet {
  std::array<uint16_t, 256> characters{};
  std::array<int16_t, kAlphabetEnd> bytes{};

  constexpr Alphabet() {
    for (int16_t& byte : bytes) byte = -1;  // no byte
    uint16_t next = 0x100;
    for (uint32_t byte = 0; byte < 256; ++byte) {
      characters[byte] = stands_for_itself(byte) ? static_cast<uint16_t>(byte) : next++;
      bytes[characters[byte]] = static_cast<int16_t>(byte);
    }
  }
};
constexpr Alphabet kAlphabet;

}  // namespace

uint32_t byte_level_code_point(uint8_t byte) { return kAlphabet.characters[byte]; }

std::string byte_level_encode(std::string_view bytes) {
  std::string text;
  for (char byte : bytes) append_utf8(text, byte_level_code_point(static_cast<uint8_t>(byte)));
  return text;
}

std::optional<std::string> byte_level_decode(std::string_view text) {
  std::string bytes;
  for (size_t at = 0; at < text.size();) {
    const DecodedCodePoint point = decode_utf8(text.data() + at);
    if (point.value >= kAlphabetEnd || kAlphabet.bytes[point.value] < 0) return std::nullopt;
    bytes += static_cast<char>(kAlphabet.bytes[point.value]);
    at += point.length;
  }
  return bytes;
}

}  // namespace keyway
