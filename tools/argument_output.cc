// Escapes; see argument_output.h.
#include "tools/argument_output.h"

#include <bit>
#include <cstring>

#include "grammar/utf8.h"

namespace keyway {

bool ArgumentOutput::put_text(char byte) {
  switch (byte) {
    case '"': return put("\\\"");
    case '\\': return put("\\\\");
    case '\n': return put("\\n");
    case '\r': return put("\\r");
    case '\t': return put("\\t");
    case '\b': return put("\\b");
    case '\f': return put("\\f");
    default: break;
  }
  const auto value = static_cast<unsigned char>(byte);
  if (value >= 0x20) return put_byte(byte);
  constexpr std::string_view kDigits = "0123456789abcdef";
  const char escape[] = {'\\', 'u', '0', '0', kDigits[value >> 4], kDigits[value & 15]};
  return put(std::string_view(escape, sizeof(escape)));
}

bool ArgumentOutput::put_code_point(uint32_t value) {
  if (value < 0x80) return put_text(static_cast<char>(value));
  std::string text;
  append_utf8(text, value);
  return put(text);
}

// Eight bytes at once; a byte is told by its high bit, exactly where it is the first one that is told.
size_t plain_run(std::string_view text, char other) {
  constexpr uint64_t kOnes = 0x0101010101010101, kHigh = kOnes * 0x80;
  const auto is_zero = [](uint64_t bytes) { return (bytes - kOnes) & ~bytes; };
  const uint64_t others = kOnes * static_cast<unsigned char>(other);
  size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + at, 8);
    const uint64_t control = (bytes - kOnes * 0x20) & ~bytes;
    const uint64_t ends = (control | bytes | is_zero(bytes ^ kOnes * '"') | is_zero(bytes ^ kOnes * '\\') | is_zero(bytes ^ others)) & kHigh;
    if (ends == 0) continue;
    if constexpr (std::endian::native == std::endian::little) return at + static_cast<size_t>(std::countr_zero(ends)) / 8;
    break;
  }
  for (; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\' || text[at] == other) break;
  }
  return at;
}

}  // namespace keyway
