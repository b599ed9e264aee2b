// Escapes, character classes and Unicode properties of patterns; see regex_reader.h.
#include <algorithm>

#include "grammar/regex_reader.h"
#include "grammar/unicode/properties.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

const CodePointSet kAsciiDigits{{'0', '9'}};
const CodePointSet kAsciiWord{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};

struct PosixClass {
  std::string_view name;
  CodePointSet set;
};

const std::vector<PosixClass>& posix_classes() {
  static const std::vector<PosixClass> classes = {
      {"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}}, {"alpha", {{'A', 'Z'}, {'a', 'z'}}},
      {"ascii", {{0, 0x7F}}}, {"blank", {{'\t', '\t'}, {' ', ' '}}}, {"cntrl", {{0, 0x1F}, {0x7F, 0x7F}}},
      {"digit", {{'0', '9'}}}, {"graph", {{'!', '~'}}}, {"lower", {{'a', 'z'}}}, {"print", {{' ', '~'}}},
      {"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}}, {"space", {{'\t', '\r'}, {' ', ' '}}},
      {"upper", {{'A', 'Z'}}}, {"word", kAsciiWord}, {"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}}};
  return classes;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_scalar(uint32_t c) { return c <= kMaxCodePoint && (c < 0xD800 || c > 0xDFFF); }

uint32_t control(char letter) {
  switch (letter) {
    case 'a': return 7;
    case 't': return '\t';
    case 'n': return '\n';
    case 'v': return 11;
    case 'f': return 12;
    default: return '\r';
  }
}

}  // namespace

const CodePointSet& word_characters(bool unicode) {
  static const CodePointSet every = [] {
    CodePointSet set = *unicode_binary("Alphabetic", NameMatch::kExact);
    for (const char* name : {"M", "Nd", "Pc"}) set = set.unite(*unicode_category(name, NameMatch::kExact));
    return set.unite(*unicode_binary("Join_Control", NameMatch::kExact));
  }();
  return unicode ? every : kAsciiWord;
}

CodePointSet PatternReader::folded(CodePointSet set) const {
  if (!flags_.fold) return set;
  if (flags_.unicode) return fold_case(set);
  std::vector<CodePointRange> more;
  for (uint32_t c = 'a'; c <= 'z'; ++c) {
    const uint32_t upper = c - 'a' + 'A';
    if (set.contains(c) || set.contains(upper)) more.insert(more.end(), {{c, c}, {upper, upper}});
  }
  return set.unite(CodePointSet(std::move(more)));
}

// \d \D \s \S \w \W by their letter; nullopt for any other.
std::optional<CodePointSet> PatternReader::shorthand(char letter) {
  CodePointSet set;
  const bool unicode = rust() && flags_.unicode;
  switch (letter) {
    case 'd': case 'D':
      set = unicode ? *unicode_category("Nd", NameMatch::kExact) : kAsciiDigits;
      break;
    case 'w': case 'W':
      set = word_characters(unicode);
      break;
    case 's': case 'S':
      if (ecma()) {
        set = unicode_category("Zs", NameMatch::kExact)->unite({{'\t', '\r'}, {0x2028, 0x2029}, {0xFEFF, 0xFEFF}});
      } else if (unicode) {
        set = *unicode_binary("White_Space", NameMatch::kExact);
      } else {
        set = re2() ? CodePointSet{{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}} : CodePointSet{{'\t', '\r'}, {' ', ' '}};
      }
      break;
    default: return std::nullopt;
  }
  const bool negative = letter < 'a';
  set = folded(std::move(set));  // before it is negated
  if (negative && !flags_.unicode) {
    refuse(ErrorCode::kUnsupported, "a negated class without the flag u matches bytes");
  }
  return negative ? set.complement() : set;
}

// The cursor stands after \p or \P.
std::optional<CodePointSet> PatternReader::property(bool negative) {
  std::string_view body;
  if (at(0) == '{') {
    const size_t end = text_.find('}', position_);
    if (end == std::string_view::npos) return syntax("a property is not closed"), std::nullopt;
    body = text_.substr(position_ + 1, end - position_ - 1);
    position_ = end + 1;
  } else {
    if (ecma() || done()) return syntax("a property has no name"), std::nullopt;
    body = text_.substr(position_, utf8_length(text_.substr(position_)));
    position_ += body.size();
  }
  if (!ecma() && body.substr(0, 1) == "^") {
    negative = !negative;
    body.remove_prefix(1);
  }
  needs_unicode_ = needs_unicode_ || ecma();
  if (!flags_.unicode) return refuse(ErrorCode::kUnsupported, "a property without the flag u"), std::nullopt;
  std::optional<CodePointSet> set = property_by_name(body);
  if (!set.has_value()) return syntax("no such Unicode property"), std::nullopt;
  // RE2 and Rust fold the set before they negate it.
  return negative ? folded(*set).complement() : set;
}

std::optional<CodePointSet> PatternReader::property_by_name(std::string_view body) {
  if (re2()) {
    if (body == "Any") return CodePointSet::all();
    const bool category = body.size() <= 2;
    return category ? unicode_category(body, NameMatch::kExact) : unicode_script(body, NameMatch::kExact);
  }
  const NameMatch match = ecma() ? NameMatch::kExact : NameMatch::kLoose;
  bool negative = false;
  size_t separator = body.find('=');
  if (rust() && separator == std::string_view::npos) separator = body.find(':');
  if (separator == std::string_view::npos) {
    if (std::optional<CodePointSet> set = unicode_category(body, match)) return set;
    if (std::optional<CodePointSet> set = unicode_binary(body, match)) return set;
    return ecma() ? std::nullopt : unicode_script(body, match);
  }
  std::string_view name = body.substr(0, separator);
  const std::string_view value = body.substr(separator + 1);
  if (rust() && !name.empty() && name.back() == '!') {
    negative = true;
    name.remove_suffix(1);
  }
  std::optional<CodePointSet> set;
  if (name == "gc" || name == "General_Category") set = unicode_category(value, match);
  else if (name == "sc" || name == "Script") set = unicode_script(value, match);
  else if (name == "scx" || name == "Script_Extensions") set = unicode_script_extensions(value, match);
  return set.has_value() && negative ? set->complement() : set;
}

// \x, \u, \U of RE2 and Rust: the given number of digits, or any number in braces.
std::optional<uint32_t> PatternReader::braced_hex(size_t digits_without_braces, bool braces) {
  uint32_t value = 0;
  size_t digits = 0;
  const bool braced = braces && take("{");
  while (hex_value(at(0)) >= 0 && (braced || digits < digits_without_braces)) {
    value = std::min<uint32_t>(value * 16 + static_cast<uint32_t>(hex_value(at(0))), 0x110000);
    ++position_;
    ++digits;
  }
  const bool complete = braced ? digits > 0 && take("}") : digits == digits_without_braces;
  if (!complete) return syntax("a number in hexadecimal digits is not complete"), std::nullopt;
  if (!is_scalar(value)) return syntax("no such code point"), std::nullopt;
  if (!flags_.unicode && value >= 0x80) {
    return refuse(ErrorCode::kUnsupported, "a number without the flag u is a byte"), std::nullopt;
  }
  return value;
}

// \u of ECMA: four digits, a surrogate pair of two such, or braces.
std::optional<uint32_t> PatternReader::ecma_unit_escape() {
  if (at(0) == '{') {
    needs_unicode_ = true;
    return braced_hex(0, true);
  }
  const auto unit = [&](size_t from) -> std::optional<uint32_t> {
    uint32_t value = 0;
    for (size_t i = 0; i < 4; ++i) {
      if (hex_value(at(from + i)) < 0) return std::nullopt;
      value = value * 16 + static_cast<uint32_t>(hex_value(at(from + i)));
    }
    return value;
  };
  const std::optional<uint32_t> high = unit(0);
  if (!high.has_value()) return syntax("a number in hexadecimal digits is not complete"), std::nullopt;
  position_ += 4;
  if (is_scalar(*high)) return high;
  if (*high < 0xDC00 && at(0) == '\\' && at(1) == 'u') {
    const std::optional<uint32_t> low = unit(2);
    if (low.has_value() && *low >= 0xDC00 && *low <= 0xDFFF) {
      position_ += 6;
      needs_unicode_ = true;
      return 0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00);
    }
  }
  return refuse(ErrorCode::kUnsupported, "a lone surrogate is in no text"), std::nullopt;
}

// Octal digits of RE2: \0, or two digits and more that begin with 1 to 7. The cursor stands at the first digit.
std::optional<uint32_t> PatternReader::octal() {
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  if (at(0) != '0' && !is_octal(at(1))) {
    return refuse(ErrorCode::kUnsupported, "backreferences are not regular"), std::nullopt;
  }
  uint32_t value = 0;
  for (int i = 0; i < 3 && is_octal(at(0)); ++i, ++position_) value = value * 8 + static_cast<uint32_t>(at(0) - '0');
  return value;
}

// The cursor stands after the backslash. Reads an escape that stands for one code point.
std::optional<uint32_t> PatternReader::escaped_code_point(bool in_class) {
  const char c = at(0);
  if (done()) return syntax("a backslash ends the pattern"), std::nullopt;
  switch (c) {
    case 't': case 'n': case 'v': case 'f': case 'r':
      ++position_;
      return control(c);
    case 'a':
      if (ecma()) break;
      ++position_;
      return control(c);
    case 'x':
      ++position_;
      return braced_hex(2, !ecma());
    case 'u':
      if (re2()) break;
      ++position_;
      return ecma() ? ecma_unit_escape() : braced_hex(4, true);
    case 'U':
      if (!rust()) break;
      ++position_;
      return braced_hex(8, true);
    default: break;
  }
  if (is_digit(c)) {
    if (re2() && c < '8') return octal();
    if (ecma() && c == '0' && !is_digit(at(1))) {
      ++position_;
      return 0u;
    }
    return refuse(ErrorCode::kUnsupported, "backreferences are not regular"), std::nullopt;
  }
  if (ecma() && c == 'c' && is_letter(at(1))) {
    position_ += 2;
    return static_cast<uint32_t>(text_[position_ - 1] & 0x1F);
  }
  if (ecma() && c == 'k' && !in_class) {
    return refuse(ErrorCode::kUnsupported, "backreferences are not regular"), std::nullopt;
  }
  if (is_letter(c)) {
    // Without the flag u, other letters stand for themselves; those that elsewhere are places, classes or quotes are
    // refused rather than taken for letters.
    if (!ecma() || std::string_view("AzZGQEhHRXKNckpPuUx").find(c) != std::string_view::npos) {
      return syntax("no such escape"), std::nullopt;
    }
    needs_annex_ = true;
    return next_code_point();
  }
  const bool ascii = static_cast<unsigned char>(c) < 0x80;
  if (ecma()) {
    const bool identity = std::string_view("^$\\.*+?()[]{}|/").find(c) != std::string_view::npos || (in_class && c == '-');
    needs_annex_ = needs_annex_ || !identity;
  } else if (!ascii || (rust() && (c == '<' || c == '>'))) {
    return syntax("no such escape"), std::nullopt;
  }
  return next_code_point();
}

bool PatternReader::read_escape() {
  ++position_;
  const char c = at(0);
  if (c == 'p' || c == 'P') {
    ++position_;
    std::optional<CodePointSet> set = property(c == 'P');
    if (set.has_value()) push_set(folded(std::move(*set)));
    return set.has_value();
  }
  if (std::optional<CodePointSet> set = shorthand(c)) {
    ++position_;
    push_set(folded(std::move(*set)));
    return !error_.has_value();
  }
  if (c == 'b' || c == 'B') {
    ++position_;
    if (rust() && c == 'b' && at(0) == '{') return read_word_bound();
    push_place(c == 'b' ? Place::kWordBoundary : Place::kNotWordBoundary, ecma() ? Repeatable::kNo : Repeatable::kYes);
    return true;
  }
  if (!ecma() && (c == 'A' || c == 'z')) {
    ++position_;
    push_place(c == 'A' ? Place::kTextStart : Place::kTextEnd, Repeatable::kYes);
    return true;
  }
  if (rust() && (c == '<' || c == '>')) {
    ++position_;
    push_place(c == '<' ? Place::kWordStart : Place::kWordEnd, Repeatable::kYes);
    return true;
  }
  if (re2() && take("Q")) return read_quoted();
  if (re2() && take("E")) return true;  // an end of nothing quoted
  if (re2() && c == 'C') return refuse(ErrorCode::kUnsupported, "\\C matches a byte");
  const std::optional<uint32_t> code_point = escaped_code_point(false);
  if (code_point.has_value()) push_code_point(*code_point);
  return code_point.has_value();
}

// \b{start} and its kin of Rust, or \b with a repetition.
bool PatternReader::read_word_bound() {
  static constexpr std::pair<std::string_view, Place> kBounds[] = {{"{start}", Place::kWordStart},
                                                                   {"{end}", Place::kWordEnd},
                                                                   {"{start-half}", Place::kWordStartHalf},
                                                                   {"{end-half}", Place::kWordEndHalf}};
  for (const auto& [name, place] : kBounds) {
    if (take(name)) {
      push_place(place, Repeatable::kYes);
      return true;
    }
  }
  push_place(Place::kWordBoundary, Repeatable::kYes);
  return true;
}

bool PatternReader::read_class() {
  std::optional<CodePointSet> set = read_set(0);
  if (set.has_value()) push_set(std::move(*set));
  return set.has_value();
}

// A class from its opening bracket to its closing one. Recursive only in Rust's nested classes, whose depth is counted.
std::optional<CodePointSet> PatternReader::read_set(uint32_t depth) {
  if (depth > limits_.regex_depth) {
    refuse(ErrorCode::kLimit, "classes are nested too deep", "regex_depth " + std::to_string(limits_.regex_depth));
    return std::nullopt;
  }
  ++position_;
  const bool negative = take("^");
  std::optional<CodePointSet> result;  // what stands left of the last operator
  char operation = '|';
  bool first = true;
  for (;;) {
    std::vector<CodePointRange> ranges;
    if (!read_set_items(ranges, depth, first)) return std::nullopt;
    const CodePointSet operand = folded(CodePointSet(std::move(ranges)));
    if (!result.has_value()) result = operand;
    else if (operation == '&') result = result->intersect(operand);
    else if (operation == '-') result = result->minus(operand);
    else result = result->minus(operand).unite(operand.minus(*result));
    first = false;
    if (take("]")) break;
    operation = at(0);
    position_ += 2;  // && -- ~~
  }
  if (negative && !flags_.unicode) {
    refuse(ErrorCode::kUnsupported, "a negated class without the flag u matches bytes");
    return std::nullopt;
  }
  return negative ? result->complement() : *result;
}

// Items up to the closing bracket or an operator of Rust, which stay unread.
bool PatternReader::read_set_items(std::vector<CodePointRange>& ranges, uint32_t depth, bool first) {
  while (first && rust() && at(0) == '-') {  // hyphens that open a class of Rust are hyphens
    ranges.push_back({'-', '-'});
    ++position_;
    if (at(0) == ']') first = false;
  }
  for (;; first = false) {
    skip_verbose();
    if (done()) return syntax("a class is not closed");
    const bool literal_bracket = first && !ecma();
    if (at(0) == ']' && !literal_bracket) return true;
    if (rust() && at(1) == at(0) && (at(0) == '&' || at(0) == '-' || at(0) == '~')) return true;
    std::optional<uint32_t> low;
    CodePointSet set;
    if (!read_set_item(low, set, depth)) return false;
    skip_verbose();
    const bool range = at(0) == '-' && at(1) != ']' && !done() && !(rust() && at(1) == '-');
    if (!range) {
      if (low.has_value()) ranges.push_back({*low, *low});
      else ranges.insert(ranges.end(), set.ranges().begin(), set.ranges().end());
      continue;
    }
    if (!low.has_value()) {
      // [\w-x]: RE2 begins a new item at the hyphen; ECMA without the flag u takes class, hyphen and x as three items.
      if (rust()) return syntax("a range begins with a class");
      ranges.insert(ranges.end(), set.ranges().begin(), set.ranges().end());
      if (re2()) continue;
      needs_annex_ = true;
      ++position_;
      ranges.push_back({'-', '-'});
      if (!read_set_item(low, set, depth)) return false;
      if (low.has_value()) ranges.push_back({*low, *low});
      else ranges.insert(ranges.end(), set.ranges().begin(), set.ranges().end());
      continue;
    }
    ++position_;
    skip_verbose();
    if (done()) return syntax("a class is not closed");
    std::optional<uint32_t> high;
    if (!read_set_item(high, set, depth)) return false;
    if (!high.has_value()) return syntax("a range ends in a class");
    if (*low > *high) return syntax("a range has its ends the wrong way round");
    ranges.push_back({*low, *high});
  }
}

bool PatternReader::read_set_item(std::optional<uint32_t>& code_point, CodePointSet& set, uint32_t depth) {
  if (at(0) == '[' && !ecma()) {
    if (at(1) == ':' && read_posix_class(set)) return !error_.has_value();
    if (rust()) {
      std::optional<CodePointSet> nested = read_set(depth + 1);
      if (nested.has_value()) set = std::move(*nested);
      return nested.has_value();
    }
  }
  if (at(0) != '\\') {
    code_point = next_code_point();
    needs_unicode_ = needs_unicode_ || (ecma() && *code_point > 0xFFFF);  // two units without the flag u
    return true;
  }
  ++position_;
  const char c = at(0);
  if (c == 'p' || c == 'P') {
    ++position_;
    std::optional<CodePointSet> named = property(c == 'P');
    if (named.has_value()) set = std::move(*named);
    return named.has_value();
  }
  if (std::optional<CodePointSet> known = shorthand(c)) {
    ++position_;
    set = std::move(*known);
    return !error_.has_value();
  }
  if (ecma() && c == 'b') {
    ++position_;
    code_point = 8;
    return true;
  }
  code_point = escaped_code_point(true);
  return code_point.has_value();
}

// [:name:] or [:^name:] at the cursor. Returns false, with nothing read, where it is none.
bool PatternReader::read_posix_class(CodePointSet& set) {
  const size_t end = text_.find(":]", position_ + 2);
  if (end == std::string_view::npos) return false;
  std::string_view name = text_.substr(position_ + 2, end - position_ - 2);
  const bool negative = name.substr(0, 1) == "^";
  if (negative) name.remove_prefix(1);
  for (const PosixClass& known : posix_classes()) {
    if (known.name != name) continue;
    if (negative && !flags_.unicode) {
      refuse(ErrorCode::kUnsupported, "a negated class without the flag u matches bytes");
    }
    set = negative ? folded(known.set).complement() : known.set;
    position_ = end + 2;
    return true;
  }
  if (re2()) return syntax("no such class"), true;
  return false;
}

}  // namespace keyway
