// Texts, classes and escapes of both BNF dialects; see bnf_reader.h.
#include "grammar/utf8.h"
#include "schemas/grammars/bnf/bnf_reader.h"

namespace keyway::grammars {

// A quoted text; the cursor is at its quote.
bool BnfReader::read_text(std::string& text) {
  const size_t start = cursor_.position();
  cursor_.skip(1);
  while (!cursor_.done() && cursor_.at() != '"') {
    if (!gbnf() && (cursor_.at() == '\n' || cursor_.at() == '\r')) break;
    uint32_t code_point = 0;
    if (cursor_.at() == '\\') {
      if (!read_escape(code_point, false)) return false;
    } else {
      code_point = cursor_.next_code_point();
    }
    append_utf8(text, code_point);
  }
  if (cursor_.take("\"")) return true;
  return cursor_.refuse(ErrorCode::kSyntax, "a text that is not closed", start, "\"");
}

bool BnfReader::read_literal() {
  std::string text;
  if (!read_text(text)) return false;
  push(graph_.text(text));
  return true;
}

bool BnfReader::read_class() {
  const size_t start = cursor_.position();
  cursor_.skip(1);
  const bool negative = cursor_.take("^");
  std::vector<CodePointRange> ranges;
  while (!cursor_.done() && cursor_.at() != ']') {
    const size_t offset = cursor_.position();
    CodePointRange range;
    if (!read_class_item(range.first)) return false;
    range.last = range.first;
    if (cursor_.at() == '-' && cursor_.at(1) != ']' && cursor_.position() + 1 < cursor_.text().size()) {
      cursor_.skip(1);
      if (!read_class_item(range.last)) return false;
      if (range.first > range.last) {
        if (!gbnf()) return cursor_.refuse(ErrorCode::kInvalid, "a range whose ends are in the wrong order", offset);
        continue;  // llama.cpp reads it as a range of nothing
      }
    }
    ranges.push_back(range);
  }
  if (!cursor_.take("]")) return cursor_.refuse(ErrorCode::kSyntax, "a class that is not closed", start, "]");
  CodePointSet set(std::move(ranges));
  push(graph_.one_of(negative ? set.complement() : set));
  return true;
}

bool BnfReader::read_class_item(uint32_t& code_point) {
  if (!gbnf() && (cursor_.at() == '\n' || cursor_.at() == '\r')) return cursor_.syntax("a line end in a class", "\\n");
  if (cursor_.at() == '\\') return read_escape(code_point, true);
  code_point = cursor_.next_code_point();
  return true;
}

bool BnfReader::read_escape(uint32_t& code_point, bool in_class) {
  const size_t start = cursor_.position();
  cursor_.skip(1);
  const char letter = cursor_.at();
  if (letter != 'x' && letter != 'u' && letter != 'U') {
    if (named_escape(code_point, in_class)) return true;
    return cursor_.refuse(ErrorCode::kSyntax, "an escape that the dialect does not have", start);
  }
  cursor_.skip(1);
  size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
  if (letter == 'x' && !gbnf()) {
    TextCursor probe(cursor_.text());
    for (digits = 0; digits < 8; ++digits) {
      probe.move_to(cursor_.position() + digits);
      if (!probe.hex(1).has_value()) break;
    }
    if (digits == 0) digits = 1;
  }
  const std::optional<uint32_t> value = cursor_.hex(digits);
  if (!value.has_value()) {
    return cursor_.refuse(ErrorCode::kSyntax, "an escape that needs " + std::to_string(digits) + " hexadecimal digits", start);
  }
  if (*value > kMaxCodePoint || (*value >= 0xD800 && *value < 0xE000)) {
    return cursor_.refuse(ErrorCode::kSyntax, "an escape that is no character", start, "U+0000..U+D7FF, U+E000..U+10FFFF");
  }
  code_point = *value;
  return true;
}

// The escapes of one letter; the cursor is at the letter.
bool BnfReader::named_escape(uint32_t& code_point, bool in_class) {
  const char letter = cursor_.at();
  constexpr std::string_view kLetters = "nrt", kControls = "\n\r\t";
  constexpr std::string_view kMoreLetters = "bfave0", kMoreControls("\b\f\a\v\x1b\0", 6);
  std::string_view same = gbnf() ? "\\\"[]-" : "\"\\/'?";
  if (!gbnf() && in_class) same = "\"\\/'?^$.*+()[]{}|-";
  if (cursor_.done() || letter == '\0') return false;
  if (const size_t at = kLetters.find(letter); at != std::string_view::npos) {
    code_point = static_cast<unsigned char>(kControls[at]);
  } else if (const size_t more = kMoreLetters.find(letter); !gbnf() && more != std::string_view::npos) {
    code_point = static_cast<unsigned char>(kMoreControls[more]);
  } else if (same.find(letter) != std::string_view::npos) {
    code_point = static_cast<unsigned char>(letter);
  } else {
    return false;
  }
  cursor_.skip(1);
  return true;
}

}  // namespace keyway::grammars
