// See xgrammar_regex.h.
#include "schemas/grammars/xgrammar_regex.h"

#include <algorithm>
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
  }

  std::string rewrite() {
    while (at_ < pattern_.size()) {
      const char c = pattern_[at_];
      if (c == '\\') {
        copy_escape();
      } else if (in_class_) {
        rewrite_in_class();
      } else if (c == '^' || c == '$') {
        out_ += "(?:)";
        ++at_;
      } else if (fold_ && (pattern_.substr(at_).starts_with("(?=") || pattern_.substr(at_).starts_with("(?!"))) {
        skip_group();
        out_ += "(?:)";
      } else if (c == '.') {
        out_ += options_.dot_takes_line_ends ? "[^]" : "[^\\n]";
        ++at_;
      } else if (fold_ && (is_lower(c) || is_upper(c)) && !in_group_head()) {
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
  // The letters of (?: and of a group's name are no text.
  bool in_group_head() const {
    const size_t open = pattern_.rfind("(?<", at_);
    return open != std::string_view::npos && pattern_.find('>', open) > at_;
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

  void copy_escape() {
    const size_t start = at_;
    at_ += 2;
    const char letter = start + 1 < pattern_.size() ? pattern_[start + 1] : '\0';
    size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'c' ? 1 : 0;
    if ((letter == 'u' || letter == 'p' || letter == 'P') && at_ < pattern_.size() && pattern_[at_] == '{') {
      const size_t close = pattern_.find('}', at_);
      digits = close == std::string_view::npos ? 0 : close + 1 - at_;
    }
    at_ = std::min(pattern_.size(), at_ + digits);
    out_ += pattern_.substr(start, at_ - start);
  }

  void rewrite_in_class() {
    const char c = pattern_[at_];
    if (c == ']') in_class_ = false;
    const bool range = at_ + 2 < pattern_.size() && pattern_[at_ + 1] == '-' && pattern_[at_ + 2] != ']' &&
                       pattern_[at_ + 2] != '\\';
    const char last = range ? pattern_[at_ + 2] : c;
    out_ += pattern_.substr(at_, range ? 3 : 1);
    at_ += range ? 3 : 1;
    if (fold_) add_folded(c, last);
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
