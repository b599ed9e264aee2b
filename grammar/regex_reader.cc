// Structure of patterns: groups, branches, quantifiers, flags; see regex_reader.h.
#include "grammar/regex_reader.h"

#include <algorithm>

#include "grammar/utf8.h"

namespace keyway {
namespace {

constexpr size_t kMostOpenGroups = 1u << 17;  // some 100 bytes each
constexpr uint32_t kMostRe2Repeats = 1000;  // RE2's own bound
constexpr uint32_t kMostWritten = 0x3FFFFFFF;  // no text has so many characters: an upper bound above says nothing
constexpr std::string_view kDigits = "0123456789";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c) || static_cast<unsigned char>(c) >= 0x80;
}

// White space that Rust's x flag passes over.
bool is_pattern_space(uint32_t c) {
  return (c >= 9 && c <= 13) || c == ' ' || c == 0x85 || c == 0x200E || c == 0x200F || c == 0x2028 || c == 0x2029;
}

}  // namespace

PatternReader::PatternReader(std::string_view text, RegexDialect dialect, const Limits& limits)
    : text_(text), dialect_(dialect), limits_(limits) {}

bool PatternReader::take(std::string_view expected) {
  if (text_.substr(position_, expected.size()) != expected) return false;
  position_ += expected.size();
  return true;
}

// Requires: !done(); the text is UTF-8.
uint32_t PatternReader::next_code_point() {
  const std::string_view rest = text_.substr(position_);
  const size_t length = utf8_length(rest);
  position_ += length;
  return utf8_code_point(rest.substr(0, length));
}

bool PatternReader::refuse(ErrorCode code, std::string message, std::string allowed) {
  if (error_.has_value()) return false;
  std::string given(text_.substr(item_offset_, 40));
  while (!given.empty() && !is_utf8(given)) given.pop_back();
  error_ = fail(code, std::move(message), "offset " + std::to_string(item_offset_), std::move(given), std::move(allowed));
  return false;
}

Result<Pattern> PatternReader::read() {
  if (!is_utf8(text_)) {
    syntax("the pattern is not UTF-8");
    return *error_;
  }
  groups_.push_back({});
  groups_.back().outer = flags_;
  while (!error_.has_value()) {
    skip_verbose();
    if (done()) break;
    item_offset_ = position_;
    if (!read_item()) break;
  }
  if (!error_.has_value() && groups_.size() > 1) {
    item_offset_ = groups_.back().offset;
    syntax("a group is not closed");
  }
  if (!error_.has_value() && needs_annex_ && needs_unicode_) {
    item_offset_ = 0;
    refuse(ErrorCode::kUnsupported, "the pattern is read in two ways, with the flag u and without it");
  }
  if (error_.has_value()) return *error_;
  pattern_.root = finish_branches(groups_.back());
  return std::move(pattern_);
}

void PatternReader::skip_verbose() {
  while (flags_.verbose && !done()) {
    const size_t before = position_;
    const uint32_t c = next_code_point();
    if (c == '#') {
      while (!done() && at(0) != '\n') ++position_;
    } else if (!is_pattern_space(c)) {
      position_ = before;
      return;
    }
  }
}

bool PatternReader::read_item() {
  switch (at(0)) {
    case '(': return open_group();
    case ')': return close_group();
    case '|':
      ++position_;
      groups_.back().branches.push_back(add_list(PatternKind::kSequence, groups_.back().items));
      groups_.back().items.clear();
      repeatable_ = Repeatable::kNo;
      open_text_ = false;
      return true;
    case '*':
    case '+':
    case '?':
    case '{': return read_quantifier();
    case '.': {
      ++position_;
      if (!flags_.unicode) return refuse(ErrorCode::kUnsupported, ". without the flag u matches bytes");
      CodePointSet none;
      if (ecma()) none = {{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}};
      else if (!flags_.dot_all) none = flags_.crlf ? CodePointSet{{'\n', '\n'}, {'\r', '\r'}} : CodePointSet{{'\n', '\n'}};
      push_set(none.complement());
      return true;
    }
    case '^':
      ++position_;
      push_place(!flags_.multi_line ? Place::kTextStart : flags_.crlf ? Place::kCrlfLineStart : Place::kLineStart,
                 ecma() ? Repeatable::kNo : Repeatable::kYes);
      return true;
    case '$':
      ++position_;
      push_place(!flags_.multi_line ? Place::kTextEnd : flags_.crlf ? Place::kCrlfLineEnd : Place::kLineEnd,
                 ecma() ? Repeatable::kNo : Repeatable::kYes);
      return true;
    case '[': return read_class();
    case '\\': return read_escape();
    case ']':
    case '}':
      needs_annex_ = needs_annex_ || ecma();
      [[fallthrough]];
    default:
      push_code_point(next_code_point());
      return true;
  }
}

bool PatternReader::push_group(PatternKind kind, bool negative, bool behind, const Flags& outer) {
  if (groups_.size() > kMostOpenGroups) {
    return refuse(ErrorCode::kLimit, "too many groups are open", "open groups " + std::to_string(kMostOpenGroups));
  }
  Group group;
  group.outer = outer;
  group.offset = item_offset_;
  group.kind = kind;
  group.negative = negative;
  group.behind = behind;
  groups_.push_back(std::move(group));
  repeatable_ = Repeatable::kNo;
  open_text_ = false;
  return true;
}

bool PatternReader::open_group() {
  ++position_;
  if (at(0) != '?') return push_group(PatternKind::kSequence, false, false, flags_);
  ++position_;
  if (take(":")) return push_group(PatternKind::kSequence, false, false, flags_);
  if (ecma()) {
    if (take("=")) return push_group(PatternKind::kLook, false, false, flags_);
    if (take("!")) return push_group(PatternKind::kLook, true, false, flags_);
    if (take("<=")) return push_group(PatternKind::kLook, false, true, flags_);
    if (take("<!")) return push_group(PatternKind::kLook, true, true, flags_);
    if (take("<")) return open_named_group();
    return syntax("no such group in ECMA-262");
  }
  if (take("P<") || (at(0) == '<' && at(1) != '=' && at(1) != '!' && take("<"))) return open_named_group();
  if (at(0) == '=' || at(0) == '!' || at(0) == '<') return syntax("lookaround is not of this dialect");
  return read_flags();
}

bool PatternReader::open_named_group() {
  const size_t end = text_.find('>', position_);
  if (end == std::string_view::npos) return syntax("the name of a group is not closed");
  const std::string_view name = text_.substr(position_, end - position_);
  // Beyond ASCII any code point is taken: a name has no meaning for the language.
  bool good = !name.empty() && (!is_digit(name[0]) || re2());
  for (char c : name) {
    const bool extra = ecma() ? c == '$' : rust() && (c == '.' || c == '[' || c == ']');
    good = good && (is_name_character(c) || extra);
  }
  if (!good) return syntax("the name of a group is not one");
  if (!names_.insert(std::string(name)).second) return syntax("two groups have the same name");
  position_ = end + 1;
  return push_group(PatternKind::kSequence, false, false, flags_);
}

// (?flags) or (?flags:, after "(?".
bool PatternReader::read_flags() {
  const Flags outer = flags_;
  bool on = true, any = false, dangling = false;
  for (;; ++position_) {
    const char c = at(0);
    if (c == ':' || c == ')') break;
    if (c == '-') {
      if (!on) return syntax("the flags of a group are negated twice");
      on = false;
      dangling = true;
      continue;
    }
    any = true;
    dangling = false;
    if (c == 'i') flags_.fold = on;
    else if (c == 'm') flags_.multi_line = on;
    else if (c == 's') flags_.dot_all = on;
    else if (c == 'U') continue;  // greedy or lazy: the same language
    else if (rust() && c == 'x') flags_.verbose = on;
    else if (rust() && c == 'R') flags_.crlf = on;
    else if (rust() && c == 'u') flags_.unicode = on;
    else return syntax("no such group or flag");
  }
  if (dangling || !any) return syntax("a group has no flags");
  if (take(":")) return push_group(PatternKind::kSequence, false, false, outer);
  ++position_;
  repeatable_ = Repeatable::kNo;
  open_text_ = false;
  return true;
}

bool PatternReader::close_group() {
  if (groups_.size() == 1) return syntax("a parenthesis closes nothing");
  ++position_;
  Group group = std::move(groups_.back());
  groups_.pop_back();
  uint32_t node = finish_branches(group);
  flags_ = group.outer;
  if (group.kind == PatternKind::kLook) {
    PatternNode look;
    look.kind = PatternKind::kLook;
    look.negative = group.negative;
    look.behind = group.behind;
    look.conditional = true;
    look.first = static_cast<uint32_t>(pattern_.children.size());
    look.count = 1;
    pattern_.children.push_back(node);
    look.depth = pattern_.nodes[node].depth + 1;
    node = add(look);
  }
  // A lookaround cannot be repeated under the flag u; without it a lookahead can, which no pattern needs.
  push(node, group.kind == PatternKind::kLook ? Repeatable::kNo : Repeatable::kYes);
  return !error_.has_value();
}

bool PatternReader::read_counts(uint32_t& min, uint32_t& max, bool& is_quantifier) {
  const size_t first_end = std::min(text_.find_first_not_of(kDigits, position_ + 1), text_.size());
  size_t second = first_end, second_end = first_end;
  if (first_end < text_.size() && text_[first_end] == ',') {
    second = first_end + 1;
    second_end = std::min(text_.find_first_not_of(kDigits, second), text_.size());
  }
  is_quantifier = first_end > position_ + 1 && second_end < text_.size() && text_[second_end] == '}';
  if (!is_quantifier) return true;
  const auto value = [](std::string_view digits) {
    uint64_t n = 0;
    for (char c : digits) n = std::min<uint64_t>(n * 10 + static_cast<uint64_t>(c - '0'), kUnbounded);
    return static_cast<uint32_t>(n);
  };
  min = value(text_.substr(position_ + 1, first_end - position_ - 1));
  max = second == first_end ? min : second == second_end ? kUnbounded : value(text_.substr(second, second_end - second));
  // A text has to reach the lower bound, and the upper one is a counter that costs nothing until it is reached.
  const uint32_t largest = !re2() || (max == kUnbounded && second == second_end) ? min : std::max(min, max);
  const uint32_t most = re2() ? std::min(kMostRe2Repeats, limits_.repeat_count) : limits_.repeat_count;
  if (min > max) return syntax("a repetition has its bounds the wrong way round");
  if (largest > most) {
    return refuse(ErrorCode::kLimit, "the bound of a repetition is too large", "repeat_count " + std::to_string(most));
  }
  if (max > kMostWritten) max = kUnbounded;
  position_ = second_end + 1;
  return true;
}

bool PatternReader::read_quantifier() {
  uint32_t min = 0, max = kUnbounded;
  const char c = at(0);
  if (c == '{') {
    bool is_quantifier = false;
    if (!read_counts(min, max, is_quantifier)) return false;
    if (!is_quantifier) {
      if (rust()) return syntax("a repetition is not complete");
      needs_annex_ = needs_annex_ || ecma();
      push_code_point(next_code_point());
      return true;
    }
  } else {
    ++position_;
    if (c == '+') min = 1;
    if (c == '?') max = 1;
  }
  if (repeatable_ == Repeatable::kNo) return syntax("nothing stands before a quantifier");
  if (repeatable_ == Repeatable::kRepeated && !rust()) return syntax("a quantifier follows a quantifier");
  skip_verbose();
  take("?");  // lazy: the same language
  repeat_last(min, max);
  return !error_.has_value();
}

void PatternReader::repeat_last(uint32_t min, uint32_t max) {
  std::vector<uint32_t>& items = groups_.back().items;
  uint32_t part = items.back();
  if (open_text_ && pattern_.nodes[part].count > 1) {
    PatternNode last = pattern_.nodes[part];
    --pattern_.nodes[part].count;
    last.first += last.count - 1;
    last.count = 1;
    part = add(last);
  } else {
    items.pop_back();
  }
  const PatternNode& inner = pattern_.nodes[part];
  if (inner.kind == PatternKind::kRepeat && !inner.conditional && inner.min == 0 && inner.max == kUnbounded && max > 0) {
    return push(part, Repeatable::kRepeated);  // (r*)* and its like
  }
  PatternNode repeat;
  repeat.kind = PatternKind::kRepeat;
  repeat.conditional = inner.conditional;
  repeat.depth = inner.depth + 1;
  repeat.first = static_cast<uint32_t>(pattern_.children.size());
  repeat.count = 1;
  repeat.min = min;
  repeat.max = max;
  pattern_.children.push_back(part);
  push(add(repeat), Repeatable::kRepeated);
}

// \Q...\E of RE2.
bool PatternReader::read_quoted() {
  while (!done() && !take("\\E")) push_code_point(next_code_point());
  return true;
}

// Depth counts what remains in the tree, so that parentheses around one thing cost nothing however many they are.
uint32_t PatternReader::add(const PatternNode& node) {
  if (node.depth > limits_.regex_depth) {
    refuse(ErrorCode::kLimit, "groups are nested too deep", "regex_depth " + std::to_string(limits_.regex_depth));
  }
  pattern_.nodes.push_back(node);
  return static_cast<uint32_t>(pattern_.nodes.size() - 1);
}

uint32_t PatternReader::add_list(PatternKind kind, const std::vector<uint32_t>& list) {
  if (list.empty()) return add({});
  if (list.size() == 1) return list[0];
  PatternNode node;
  node.kind = kind;
  node.first = static_cast<uint32_t>(pattern_.children.size());
  node.count = static_cast<uint32_t>(list.size());
  for (uint32_t child : list) {
    node.conditional = node.conditional || pattern_.nodes[child].conditional;
    node.depth = std::max(node.depth, pattern_.nodes[child].depth + 1);
  }
  pattern_.children.insert(pattern_.children.end(), list.begin(), list.end());
  return add(node);
}

uint32_t PatternReader::finish_branches(Group& group) {
  group.branches.push_back(add_list(PatternKind::kSequence, group.items));
  return add_list(PatternKind::kAlternative, group.branches);
}

void PatternReader::push(uint32_t node, Repeatable repeatable) {
  groups_.back().items.push_back(node);
  repeatable_ = repeatable;
  open_text_ = false;
}

void PatternReader::push_code_point(uint32_t code_point) {
  needs_unicode_ = needs_unicode_ || (ecma() && code_point > 0xFFFF);  // two units without the flag u
  if (flags_.fold) {
    CodePointSet set = folded({{code_point, code_point}});
    if (set.size() > 1) return push_set(std::move(set));
  }
  if (open_text_) {
    ++pattern_.nodes[groups_.back().items.back()].count;
  } else {
    PatternNode text;
    text.kind = PatternKind::kText;
    text.first = static_cast<uint32_t>(pattern_.texts.size());
    text.count = 1;
    push(add(text), Repeatable::kYes);
  }
  pattern_.texts.push_back(code_point);
  open_text_ = true;
  repeatable_ = Repeatable::kYes;
}

void PatternReader::push_set(CodePointSet set) {
  PatternNode node;
  node.kind = PatternKind::kSet;
  node.first = static_cast<uint32_t>(pattern_.sets.size());
  pattern_.sets.push_back(std::move(set));
  push(add(node), Repeatable::kYes);
}

void PatternReader::push_place(Place place, Repeatable repeatable) {
  PatternNode node;
  node.kind = PatternKind::kPlace;
  node.place = place;
  node.unicode_words = rust() && flags_.unicode;
  node.conditional = true;
  push(add(node), repeatable);
}

}  // namespace keyway
