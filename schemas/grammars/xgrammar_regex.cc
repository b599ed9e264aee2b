// See xgrammar_regex.h.
#include "schemas/grammars/xgrammar_regex.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace keyway::grammars {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
char other_case(char c) { return is_lower(c) ? static_cast<char>(c - 32) : static_cast<char>(c + 32); }

class Rewriter {
 public:
  Rewriter(std::string_view pattern, const XGrammarRegexOptions& options) : pattern_(pattern), options_(options) {
    while (options_.fold_ascii || pattern_.starts_with("(?i)")) {
      fold_ = true;
      if (!pattern_.starts_with("(?i)")) break;
      pattern_.remove_prefix(4);
    }
    loose_ = fold_ || options_.macro;
  }

  std::string rewrite() {
    while (at_ < pattern_.size()) {
      const char c = pattern_[at_];
      if (in_class_) {
        rewrite_in_class();
      } else if (c == '\\') {
        rewrite_escape();
      } else if (c == '^' || c == '$') {
        out_ += "(?:)";
        ++at_;
      } else if (loose_ && (pattern_.substr(at_).starts_with("(?=") || pattern_.substr(at_).starts_with("(?!"))) {
        skip_group();
        out_ += "(?:)";
      } else if (const size_t head = loose_ ? named_head() : 0; head > 0) {
        at_ += head;
        out_ += "(?:";
      } else if (c == '.') {
        out_ += options_.dot_takes_line_ends ? "[^]" : "[^\\n]";
        ++at_;
      } else if (fold_ && (is_lower(c) || is_upper(c))) {
        out_ += {'[', c, other_case(c), ']'};
        ++at_;
      } else {
        in_class_ = c == '[';
        out_ += c;
        ++at_;
        if (in_class_ && at_ < pattern_.size() && pattern_[at_] == '^') out_ += pattern_[at_++];
      }
    }
    return out_;
  }

 private:
  // Bytes of the beginning of a group with a name; 0 where there is none.
  size_t named_head() const {
    const std::string_view rest = pattern_.substr(at_);
    const size_t open = rest.starts_with("(?<") ? 3 : rest.starts_with("(?P<") ? 4 : 0;
    if (open == 0 || open >= rest.size() || rest[open] == '=' || rest[open] == '!' || rest[open] == '>') return 0;
    const size_t close = rest.find('>', open);
    return close == std::string_view::npos ? 0 : close + 1;
  }

  // A group from its bracket to the one that closes it, or to the end.
  void skip_group() {
    size_t open = 0;
    bool in_class = false;
    for (; at_ < pattern_.size(); ++at_) {
      const char c = pattern_[at_];
      if (c == '\\') {
        ++at_;
      } else if (in_class || c == '[') {
        in_class = c != ']';
      } else if (c == '(') {
        ++open;
      } else if (c == ')' && --open == 0) {
        ++at_;
        return;
      }
    }
    at_ = pattern_.size();
  }

  // Bytes of the escape at a place, at least one.
  size_t escape_bytes(size_t at) const {
    const char letter = at + 1 < pattern_.size() ? pattern_[at + 1] : '\0';
    size_t bytes = 2 + (letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'c' ? 1 : 0);
    if ((letter == 'u' || letter == 'p' || letter == 'P') && at + 2 < pattern_.size() && pattern_[at + 2] == '{') {
      const size_t close = pattern_.find('}', at);
      bytes = close == std::string_view::npos ? 2 : close + 1 - at;
    }
    return std::min(bytes, pattern_.size() - at);
  }

  // The ASCII character that an escape stands for by its number; 0 for every other.
  char numbered(std::string_view escape) const {
    if (escape.size() < 3 || (escape[1] != 'x' && escape[1] != 'u')) return 0;
    const bool braces = escape[2] == '{';
    const std::string_view digits = braces ? escape.substr(3, escape.size() - 4) : escape.substr(2);
    uint32_t value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    const bool whole = code == std::errc() && end == digits.data() + digits.size();
    return whole && value < 0x80 ? static_cast<char>(value) : '\0';
  }

  void rewrite_escape() {
    const std::string_view escape = pattern_.substr(at_, escape_bytes(at_));
    const char c = fold_ ? numbered(escape) : '\0';
    if (is_lower(c) || is_upper(c)) {
      out_ += {'[', c, other_case(c), ']'};
    } else {
      out_ += escape;
    }
    at_ += escape.size();
  }

  // A character of a class as it is written, and in `c` what it is; 0 where it is none of ASCII.
  std::string_view class_item(size_t at, char& c) const {
    const bool escaped = pattern_[at] == '\\';
    const std::string_view item = pattern_.substr(at, escaped ? escape_bytes(at) : 1);
    const bool sign = escaped && item.size() == 2 && !is_lower(item[1]) && !is_upper(item[1]) && (item[1] < '0' || item[1] > '9');
    c = sign ? item[1] : escaped ? numbered(item) : item[0];
    if (c < 0) c = 0;
    return item;
  }

  void rewrite_in_class() {
    char first = 0, last = 0;
    std::string_view item = class_item(at_, first);
    in_class_ = item != "]";
    out_ += item;
    at_ += item.size();
    last = first;
    const bool one = first != 0 || item[0] != '\\';  // no class such as \d
    const bool range = in_class_ && one && at_ + 1 < pattern_.size() && pattern_[at_] == '-' && pattern_[at_ + 1] != ']';
    if (range) {
      item = class_item(at_ + 1, last);
      out_ += '-';
      out_ += item;
      at_ += 1 + item.size();
    }
    if (fold_ && in_class_ && first != 0 && last != 0) add_folded(first, last);
  }

  void add_folded(char first, char last) {
    for (const char low : {'a', 'A'}) {
      const char from = std::max(first, low), to = std::min(last, static_cast<char>(low + 25));
      if (first < 0 || last < 0 || from > to) continue;
      out_ += {other_case(from), '-', other_case(to)};
    }
  }

  std::string_view pattern_;
  XGrammarRegexOptions options_;
  bool fold_ = false, in_class_ = false;
  bool loose_ = false;  // lookahead and names of groups mean nothing
  size_t at_ = 0;
  std::string out_;
};

}  // namespace

Result<RegexId> parse_xgrammar_regex(RegexArena& regexes, std::string_view pattern, const XGrammarRegexOptions& options) {
  const std::string rewritten = Rewriter(pattern, options).rewrite();
  Result<RegexId> regex = parse_regex(regexes, rewritten, {.dialect = RegexDialect::kEcma});
  if (!regex || !options.json_string) return regex;
  const CodePointSet plain = CodePointSet({{0, 0x1F}, {'"', '"'}, {'\\', '\\'}}).complement();
  const RegexId parts[] = {*regex, regexes.repeat(regexes.one_of(plain), 0, kUnbounded)};
  return regexes.intersection(parts);
}

}  // namespace keyway::grammars
