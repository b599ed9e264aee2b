// Literals of expressions; see literals.h.
#include "tools/chat_template/literals.h"

#include <cstdint>
#include <cstdio>

#include "grammar/utf8.h"
#include "tools/chat_template/text.h"

namespace keyway::chat {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

// Digits of `base` from `at` on, with single underscores between them (and before them where `leading`).
size_t digits_end(std::string_view text, size_t at, int base, bool leading) {
  size_t end = at;
  while (at < text.size()) {
    const bool underscore = text[at] == '_' && leading && at + 1 < text.size();
    const size_t digit = underscore ? at + 1 : at;
    if (digit_value(text[digit]) >= base) break;
    at = end = digit + 1;
    leading = true;
  }
  return end;
}

// The code point of `count` hexadecimal digits at `at`; UINT32_MAX where they are not there.
uint32_t read_hex(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return UINT32_MAX;
  uint32_t value = 0;
  for (size_t i = at; i < at + count; ++i) {
    const int digit = digit_value(text[i]);
    if (digit > 15) return UINT32_MAX;
    value = value * 16 + static_cast<uint32_t>(digit);
  }
  return value;
}

char simple_escape(char c) {
  switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'v': return '\v';
    case 'a': return '\a';
    case '\\':
    case '\'':
    case '"': return c;
    default: return 0;
  }
}

// A backslash before a character past ASCII: Jinja2 escapes the character first, so its escape stays as text.
void append_doubled(std::string& out, uint32_t point) {
  char buffer[12];
  const char* form = point <= 0xFF ? "\\x%02x" : point <= 0xFFFF ? "\\u%04x" : "\\U%08x";
  std::snprintf(buffer, sizeof buffer, form, point);
  out += buffer;
}

// Reads the escape whose letter stands at `at`, which is moved past it. False where it is malformed.
bool read_escape(std::string_view text, size_t& at, std::string& out) {
  const char c = text[at];
  if (const char plain = simple_escape(c)) {
    out.push_back(plain);
    ++at;
    return true;
  }
  if (c == '\n') {
    ++at;
    return true;
  }
  if (c >= '0' && c <= '7') {
    uint32_t value = 0;
    for (size_t i = 0; i < 3 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++i) {
      value = value * 8 + static_cast<uint32_t>(text[at++] - '0');
    }
    append_utf8(out, value);
    return true;
  }
  const size_t count = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (count != 0) {
    const uint32_t value = read_hex(text, at + 1, count);
    if (value > kMaxCodePoint || (value >= 0xD800 && value <= 0xDFFF)) return false;
    append_utf8(out, value);
    at += 1 + count;
    return true;
  }
  if (c == 'N') return false;
  if (static_cast<unsigned char>(c) >= 0x80) {
    append_doubled(out, next_point(text, at));
    return true;
  }
  out.push_back('\\');
  out.push_back(c);
  ++at;
  return true;
}

}  // namespace

size_t float_length(std::string_view text) {
  size_t at = digits_end(text, 0, 10, false);
  if (at == 0) return 0;
  bool real = false;
  if (at + 1 < text.size() && text[at] == '.' && digit_value(text[at + 1]) < 10) {
    at = digits_end(text, at + 1, 10, false);
    real = true;
  }
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    if (exponent < text.size() && digit_value(text[exponent]) < 10) {
      at = digits_end(text, exponent, 10, false);
      real = true;
    }
  }
  return real ? at : 0;
}

size_t integer_length(std::string_view text) {
  if (text[0] == '0') {
    const char mark = text.size() > 1 ? static_cast<char>(text[1] | 0x20) : ' ';
    const int base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
    if (base != 0) {
      const size_t end = digits_end(text, 2, base, true);
      if (end > 2) return end;
    }
    return digits_end(text, 0, 1, false);  // zeros only
  }
  return digits_end(text, 0, 10, false);
}

size_t unescape(std::string_view text, std::string& out) {
  for (size_t at = 0; at < text.size();) {
    const size_t slash = text.find('\\', at);
    out += text.substr(at, slash - at);
    if (slash == std::string_view::npos) break;
    at = slash + 1;
    if (at >= text.size() || !read_escape(text, at, out)) return slash;
  }
  return std::string_view::npos;
}

}  // namespace keyway::chat
