// Python's text functions over UTF-8; see text.h.
#include "tools/chat_template/text.h"

#include <cstdio>

#include "grammar/utf8.h"
#include "tools/chat_template/unicode.h"

namespace keyway::chat {
namespace {

bool is_line_end(uint32_t point) {
  return (point >= 0x0A && point <= 0x0D) || (point >= 0x1C && point <= 0x1E) || point == 0x85 || point == 0x2028 ||
         point == 0x2029;
}

bool set_holds(std::string_view characters, std::string_view character) {
  for (size_t at = 0; at < characters.size();) {
    const size_t width = width_at(characters, at);
    if (characters.substr(at, width) == character) return true;
    at += width;
  }
  return false;
}

void append_escape(std::string& out, uint32_t point) {
  char buffer[12];
  const char* form = point <= 0xFF ? "\\x%02x" : point <= 0xFFFF ? "\\u%04x" : "\\U%08x";
  std::snprintf(buffer, sizeof buffer, form, point);
  out += buffer;
}

}  // namespace

uint32_t next_point(std::string_view text, size_t& at) {
  const size_t width = width_at(text, at);
  const uint32_t point = width == 1 ? static_cast<unsigned char>(text[at]) : utf8_code_point(text.substr(at, width));
  at += width;
  return point;
}

uint32_t previous_point(std::string_view text, size_t& at) {
  do {
    --at;
  } while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  size_t end = at;
  return next_point(text, end);
}

size_t count_points(std::string_view text) {
  size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

size_t byte_offset(std::string_view text, size_t point) {
  size_t at = 0;
  while (point > 0 && at < text.size()) {
    at += width_at(text, at);
    --point;
  }
  return at;
}

bool is_space(uint32_t point) {
  if (point < 0x80) return (point >= 0x09 && point <= 0x0D) || (point >= 0x1C && point <= 0x20);
  return point == 0x85 || point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) ||
         point == 0x2028 || point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}

size_t skip_space(std::string_view text, size_t from) {
  while (from < text.size()) {
    size_t next = from;
    if (!is_space(next_point(text, next))) break;
    from = next;
  }
  return from;
}

std::string_view strip_space(std::string_view text, bool left, bool right) {
  if (left) text.remove_prefix(skip_space(text, 0));
  while (right && !text.empty()) {
    size_t at = text.size();
    if (!is_space(previous_point(text, at))) break;
    text = text.substr(0, at);
  }
  return text;
}

std::string_view strip_set(std::string_view text, std::string_view characters, bool left, bool right) {
  while (left && !text.empty()) {
    const size_t width = width_at(text, 0);
    if (!set_holds(characters, text.substr(0, width))) break;
    text.remove_prefix(width);
  }
  while (right && !text.empty()) {
    size_t at = text.size();
    previous_point(text, at);
    if (!set_holds(characters, text.substr(at))) break;
    text = text.substr(0, at);
  }
  return text;
}

std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends) {
  std::vector<std::string_view> lines;
  size_t start = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = at;
    const uint32_t point = next_point(text, at);
    if (!is_line_end(point)) continue;
    if (point == '\r' && at < text.size() && text[at] == '\n') ++at;
    lines.push_back(text.substr(start, (keep_ends ? at : end) - start));
    start = at;
  }
  if (start < text.size()) lines.push_back(text.substr(start));
  return lines;
}

size_t count_text(std::string_view text, std::string_view needle) {
  if (needle.empty()) return count_points(text) + 1;
  size_t count = 0;
  for (size_t at = text.find(needle); at != std::string_view::npos; at = text.find(needle, at + needle.size())) ++count;
  return count;
}

std::string replace_text(std::string_view text, std::string_view old_text, std::string_view new_text, int64_t count) {
  std::string out;
  size_t from = 0;
  if (old_text.empty()) {
    // Before every character and at the end, as far as `count` goes.
    for (; from < text.size() && count != 0; --count) {
      const size_t width = width_at(text, from);
      out += new_text;
      out += text.substr(from, width);
      from += width;
    }
    if (count != 0) out += new_text;
    return out += text.substr(from);
  }
  for (; count != 0; --count) {
    const size_t at = text.find(old_text, from);
    if (at == std::string_view::npos) break;
    out += text.substr(from, at - from);
    out += new_text;
    from = at + old_text.size();
  }
  return out += text.substr(from);
}

std::string quote_python(std::string_view text) {
  const bool single = text.find('\'') == std::string_view::npos || text.find('"') != std::string_view::npos;
  const char quote = single ? '\'' : '"';
  std::string out(1, quote);
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const uint32_t point = next_point(text, at);
    if (point == static_cast<uint32_t>(quote) || point == '\\') {
      out += '\\';
      out += static_cast<char>(point);
    } else if (point == '\n') {
      out += "\\n";
    } else if (point == '\r') {
      out += "\\r";
    } else if (point == '\t') {
      out += "\\t";
    } else if (is_printable(point)) {
      out += text.substr(start, at - start);
    } else {
      append_escape(out, point);
    }
  }
  return out += quote;
}

std::string escape_ascii(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const uint32_t point = next_point(text, at);
    if (point < 0x80) {
      out += static_cast<char>(point);
    } else {
      append_escape(out, point);
    }
  }
  return out;
}

}  // namespace keyway::chat
