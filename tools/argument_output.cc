// Escapes; see argument_output.h.
#include "tools/argument_output.h"

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

size_t plain_run(std::string_view text, char other) {
  size_t at = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x20 || byte >= 0x80 || byte == '"' || byte == '\\' || text[at] == other) break;
    ++at;
  }
  return at;
}

}  // namespace keyway
