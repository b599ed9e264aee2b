// See text_cursor.h.
#include "schemas/grammars/text_cursor.h"

#include <algorithm>

#include "grammar/utf8.h"
#include "schemas/json.h"

namespace keyway::grammars {
namespace {

constexpr size_t kShown = 40;  // bytes of the text that an error shows

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Status check_grammar_text(std::string_view text, const Limits& limits) {
  if (text.size() > limits.document_bytes) {
    return fail(ErrorCode::kLimit, "the grammar is too long", "line 1, column 1", std::to_string(text.size()) + " bytes",
                "document_bytes " + std::to_string(limits.document_bytes));
  }
  for (size_t at = 0; at < text.size();) {
    const size_t length = text[at] == '\0' ? 0 : utf8_length(text.substr(at));
    if (length == 0) {
      return fail(ErrorCode::kSyntax, text[at] == '\0' ? "NUL in a grammar" : "not UTF-8", text_place(text, at));
    }
    at += length;
  }
  return {};
}

bool TextCursor::take(std::string_view expected) {
  if (!starts_with(expected)) return false;
  position_ += expected.size();
  return true;
}

uint32_t TextCursor::next_code_point() {
  const size_t length = utf8_length(text_.substr(position_));
  const uint32_t code_point = utf8_code_point(text_.substr(position_, length));
  position_ += length;
  return code_point;
}

std::optional<uint32_t> TextCursor::hex(size_t digits) {
  uint32_t value = 0;
  for (size_t i = 0; i < digits; ++i) {
    const int digit = hex_digit(at(i));
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<uint32_t>(digit);
  }
  position_ += digits;
  return value;
}

std::optional<uint64_t> TextCursor::decimal() {
  if (at() < '0' || at() > '9') return std::nullopt;
  uint64_t value = 0;
  constexpr uint64_t kMost = 1'000'000'000'000'000;
  for (; at() >= '0' && at() <= '9'; ++position_) {
    if (value < kMost) value = value * 10 + static_cast<uint64_t>(at() - '0');
  }
  return value;
}

bool TextCursor::refuse(ErrorCode code, std::string message, size_t offset, std::string allowed) {
  if (error_.has_value()) return false;
  const std::string_view rest = text_.substr(std::min(offset, text_.size()));
  size_t shown = std::min({rest.find('\n'), kShown, rest.size()});
  while (shown > 0 && shown < rest.size() && (rest[shown] & 0xC0) == 0x80) --shown;
  error_ = fail(code, std::move(message), place(offset), std::string(rest.substr(0, shown)), std::move(allowed));
  return false;
}

bool TextCursor::refuse(Error error, size_t offset) {
  if (error_.has_value()) return false;
  if (!error.pointer.empty()) error.message += " (" + error.pointer + ")";
  error.pointer = place(offset);
  error_ = std::move(error);
  return false;
}

std::string TextCursor::place(size_t offset) const { return text_place(text_, std::min(offset, text_.size())); }

}  // namespace keyway::grammars
