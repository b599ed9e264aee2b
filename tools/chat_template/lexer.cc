// Jinja2's lexer; see lexer.h.
#include "tools/chat_template/lexer.h"

#include <array>

#include "grammar/utf8.h"
#include "schemas/json.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/literals.h"
#include "tools/chat_template/text.h"
#include "tools/chat_template/unicode.h"

namespace keyway::chat {
namespace {

bool is_decimal_digit(char c) { return c >= '0' && c <= '9'; }

// "\r\n" and "\r" become "\n"; one line end at the end of the template is dropped.
std::string normalise(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out.push_back(text[i]);
      continue;
    }
    out.push_back('\n');
    if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
  }
  if (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

class Lexer {
 public:
  Lexer(TokenList& list, uint64_t max_tokens) : list_(list), source_(list.source), max_tokens_(max_tokens) {}

  void run() {
    while (at_ < source_.size()) read_text();
    add(TokenKind::kEnd, source_.size(), {});
  }

 private:
  [[noreturn]] void refuse(std::string message, size_t offset, std::string given = {}, std::string allowed = {}) {
    raise_syntax(std::move(message), text_place(source_, offset), std::move(given), std::move(allowed));
  }

  void add(TokenKind kind, size_t offset, std::string_view text) {
    if (list_.tokens.size() >= max_tokens_) raise_limit("template_nodes", max_tokens_);
    list_.tokens.push_back({kind, static_cast<uint32_t>(offset), text});
  }

  bool stands(std::string_view what, size_t offset) const { return source_.substr(offset, what.size()) == what; }

  // The next of "{{", "{%", "{#" from `from` on, or the end.
  size_t find_opening(size_t from) const {
    for (size_t i = source_.find('{', from); i != std::string_view::npos; i = source_.find('{', i + 1)) {
      if (i + 1 < source_.size() && (source_[i + 1] == '{' || source_[i + 1] == '%' || source_[i + 1] == '#')) return i;
    }
    return source_.size();
  }

  // Text up to an opening whose sign is `sign`, cut as the sign and lstrip_blocks say.
  std::string_view cut_before(size_t from, size_t to, char sign, bool prints) const {
    const std::string_view text = source_.substr(from, to - from);
    if (sign == '-') return strip_space(text, false, true);
    if (sign == '+' || prints) return text;
    const size_t line_end = text.rfind('\n');
    const size_t line = line_end == std::string_view::npos ? 0 : line_end + 1;
    if (line == 0 && !line_starting_) return text;
    return skip_space(text, line) == text.size() ? text.substr(0, line) : text;
  }

  void add_text(size_t offset, std::string_view text) {
    if (!text.empty()) add(TokenKind::kText, offset, text);
  }

  // Text up to the next opening, and what stands in the opening.
  void read_text() {
    const size_t from = at_;
    const size_t open = find_opening(from);
    if (open == source_.size()) {
      add_text(from, source_.substr(from));
      at_ = open;
      return;
    }
    const char mark = source_[open + 1];
    at_ = open + 2;
    char sign = 0;
    if (at_ < source_.size() && (source_[at_] == '-' || source_[at_] == '+')) sign = source_[at_++];
    add_text(from, cut_before(from, open, sign, mark == '{'));
    line_starting_ = false;
    if (mark == '#') return skip_comment(open);
    if (mark == '%' && read_raw(open)) return;
    add(mark == '{' ? TokenKind::kPrintBegin : TokenKind::kTagBegin, open, source_.substr(open, 2));
    read_code(open, mark == '{');
  }

  // Moves past the end of a tag whose closing sign and "%}", "}}" or "#}" stand at `end`.
  void close(size_t end, char sign, bool trims_line) {
    at_ = end + 2;
    if (sign == '-') {
      at_ = skip_space(source_, at_);
    } else if (sign == 0 && trims_line && at_ < source_.size() && source_[at_] == '\n') {
      ++at_;
    }
    line_starting_ = source_[at_ - 1] == '\n';
  }

  void skip_comment(size_t open) {
    const size_t end = source_.find("#}", at_);
    if (end == std::string_view::npos) refuse("missing end of comment tag", open, {}, "#}");
    const char before = end > at_ ? source_[end - 1] : 0;
    close(end, before == '-' || before == '+' ? before : 0, true);
  }

  // Reads "{% raw %}...{% endraw %}" whose opening ends at at_. False, and nothing read, where it is another tag.
  bool read_raw(size_t open) {
    size_t i = skip_space(source_, at_);
    if (!stands("raw", i)) return false;
    i = skip_space(source_, i + 3);
    const bool minus = stands("-%}", i);
    if (!minus && !stands("%}", i)) return false;
    at_ = i + (minus ? 3 : 2);
    if (minus) at_ = skip_space(source_, at_);
    line_starting_ = source_[at_ - 1] == '\n';
    const size_t body = at_;
    for (size_t tag = source_.find("{%", body); tag != std::string_view::npos; tag = source_.find("{%", tag + 1)) {
      if (close_raw(body, tag)) return true;
    }
    refuse("missing end of raw directive", open, {}, "{% endraw %}");
  }

  bool close_raw(size_t body, size_t tag) {
    size_t i = tag + 2;
    char sign = 0;
    if (i < source_.size() && (source_[i] == '-' || source_[i] == '+')) sign = source_[i++];
    i = skip_space(source_, i);
    if (!stands("endraw", i)) return false;
    i = skip_space(source_, i + 6);
    char end_sign = 0;
    if (i < source_.size() && (source_[i] == '-' || source_[i] == '+')) end_sign = source_[i++];
    if (!stands("%}", i)) return false;
    add_text(body, cut_before(body, tag, sign, false));
    close(i, end_sign, true);
    return true;
  }

  // Tokens up to the end of the tag that begins at `open`.
  void read_code(size_t open, bool prints) {
    brackets_.clear();
    while (true) {
      at_ = skip_space(source_, at_);
      if (at_ >= source_.size()) refuse("unexpected end of template in a tag", open, {}, prints ? "}}" : "%}");
      if (brackets_.empty() && read_close(prints)) return;
      read_token();
    }
  }

  bool read_close(bool prints) {
    const std::string_view closing = prints ? "}}" : "%}";
    const char first = source_[at_];
    const char sign = first == '-' || (!prints && first == '+') ? first : 0;
    const size_t end = at_ + (sign != 0 ? 1 : 0);
    if (!stands(closing, end)) return false;
    add(prints ? TokenKind::kPrintEnd : TokenKind::kTagEnd, at_, closing);
    close(end, sign, !prints);
    return true;
  }

  void read_token() {
    const char c = source_[at_];
    if (is_decimal_digit(c)) return read_number();
    if (c == '\'' || c == '"') return read_string(c);
    size_t end = at_;
    while (end < source_.size() && name_goes_on(end)) end += width_at(source_, end);
    if (end > at_) {
      add(TokenKind::kName, at_, source_.substr(at_, end - at_));
      at_ = end;
      return;
    }
    read_operator();
  }

  bool name_goes_on(size_t offset) const {
    const char c = source_[offset];
    if (static_cast<unsigned char>(c) < 0x80) {
      return c == '_' || is_decimal_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
    size_t next = offset;
    return is_alphanumeric(next_point(source_, next));
  }

  void read_number() {
    const bool after_point = at_ > 0 && source_[at_ - 1] == '.';
    const size_t real = after_point ? 0 : float_length(source_.substr(at_));
    const size_t length = real != 0 ? real : integer_length(source_.substr(at_));
    std::string digits;
    for (const char c : source_.substr(at_, length)) {
      if (c != '_') digits.push_back(c);
    }
    list_.strings.push_back(std::move(digits));
    add(real != 0 ? TokenKind::kFloat : TokenKind::kInteger, at_, list_.strings.back());
    at_ += length;
  }

  void read_string(char quote) {
    size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote) end += source_[end] == '\\' ? 2 : 1;
    if (end >= source_.size()) refuse("a string that does not end", at_, std::string(source_.substr(at_, 20)));
    std::string value;
    const size_t bad = unescape(source_.substr(at_ + 1, end - at_ - 1), value);
    if (bad != std::string_view::npos) {
      refuse("a malformed escape in a string", at_ + 1 + bad, std::string(source_.substr(at_ + 1 + bad, 10)));
    }
    list_.strings.push_back(std::move(value));
    add(TokenKind::kString, at_, list_.strings.back());
    at_ = end + 1;
  }

  void read_operator() {
    static constexpr std::array<std::string_view, 26> kOperators = {
        "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[",
        "]",  "(",  ")",  "{",  "}",  ">",  "<", "=", ".", ":", "|", ",", ";"};
    for (const std::string_view text : kOperators) {
      if (!stands(text, at_)) continue;
      balance(text[0], text.size());
      add(TokenKind::kOperator, at_, text);
      at_ += text.size();
      return;
    }
    refuse("unexpected character", at_, std::string(source_.substr(at_, width_at(source_, at_))));
  }

  void balance(char c, size_t length) {
    if (length != 1) return;
    if (c == '(') brackets_.push_back(')');
    if (c == '[') brackets_.push_back(']');
    if (c == '{') brackets_.push_back('}');
    if (c != ')' && c != ']' && c != '}') return;
    if (brackets_.empty()) refuse("unexpected closing bracket", at_, std::string(1, c));
    if (brackets_.back() != c) {
      refuse("unexpected closing bracket", at_, std::string(1, c), std::string(1, brackets_.back()));
    }
    brackets_.pop_back();
  }

  TokenList& list_;
  std::string_view source_;
  uint64_t max_tokens_;
  size_t at_ = 0;
  bool line_starting_ = true;  // whether what was read last ended a line
  std::string brackets_;       // the closing brackets still to come
};

}  // namespace

std::unique_ptr<TokenList> tokenize(std::string_view text, uint64_t max_tokens) {
  auto list = std::make_unique<TokenList>();
  list->source = normalise(text);
  Lexer(*list, max_tokens).run();
  return list;
}

}  // namespace keyway::chat
