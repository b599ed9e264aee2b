// See split_class.h.
#include "runtime/tokenizer/split_class.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <memory>
#include <optional>
#include <string>

#include "grammar/utf8.h"

namespace keyway {
namespace {

constexpr int kMaxClassDepth = 20;

// Scripts and binary properties: PCRE2 knows them, so it is asked about every code point. `property` as it writes it.
std::optional<CodePointSet> ask_library(const std::string& property) {
  const std::string pattern = "[\\p{" + property + "}]+";
  int error_code = 0;
  PCRE2_SIZE error_offset = 0;
  const std::unique_ptr<pcre2_code, decltype(&pcre2_code_free)> code(
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), PCRE2_UTF | PCRE2_UCP, &error_code,
                    &error_offset, nullptr),
      pcre2_code_free);
  if (!code) return std::nullopt;
  const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> found(
      pcre2_match_data_create_from_pattern(code.get(), nullptr), pcre2_match_data_free);
  if (!found) return std::nullopt;
  CodePointSet set;
  std::string all;
  for (uint32_t plane = 0; plane <= kMaxCodePoint; plane += 0x10000) {
    all.clear();
    for (uint32_t point = plane; point < plane + 0x10000; ++point) {
      if (point < 0xD800 || point > 0xDFFF) append_utf8(all, point);
    }
    PCRE2_SIZE from = 0;
    while (pcre2_match(code.get(), reinterpret_cast<PCRE2_SPTR>(all.data()), all.size(), from, PCRE2_NO_UTF_CHECK,
                       found.get(), nullptr) > 0) {
      const PCRE2_SIZE* place = pcre2_get_ovector_pointer(found.get());
      from = place[1];
      size_t last = place[1] - 1;
      while (is_utf8_continuation(all[last])) --last;
      set = set.unite(code_points(decode_utf8(&all[place[0]]).value, decode_utf8(&all[last]).value));
    }
  }
  return set;
}

// \p{Name}, \P{Name}, \p{^Name}; `at` is past the letter p.
bool read_property(std::string_view pattern, size_t& at, bool negative, CodePointSet& set) {
  const size_t close = pattern.find('}', at);
  if (at >= pattern.size() || pattern[at] != '{' || close == std::string_view::npos || close - at > 40) return false;
  std::string_view name = pattern.substr(at + 1, close - at - 1);
  if (!name.empty() && name[0] == '^') {
    negative = !negative;
    name.remove_prefix(1);
  }
  std::optional<CodePointSet> found = unicode_category(name);
  for (char c : name) {
    if (!(c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) return false;
  }
  // A script alone, not its extensions, is what a script's name means to Oniguruma.
  if (!found && !name.empty()) found = ask_library("sc:" + std::string(name));
  if (!found && !name.empty()) found = ask_library(std::string(name));
  if (!found) return false;
  set = negative ? found->complement() : *found;
  at = close + 1;
  return true;
}

// \x41, \x{1F600}, \u00E9; `at` is past the letter. Two hexadecimal digits after x, four after u.
bool read_number(std::string_view pattern, size_t& at, size_t digits, CodePointSet& set) {
  const bool braced = digits == 2 && at < pattern.size() && pattern[at] == '{';
  size_t end = at + digits;
  if (braced) {
    end = pattern.find('}', ++at);
    if (end == std::string_view::npos) return false;
  }
  if (end > pattern.size() || end == at || end - at > 6) return false;
  uint32_t value = 0;
  for (; at < end; ++at) {
    const char c = pattern[at];
    const bool number = c >= '0' && c <= '9';
    const char lower = static_cast<char>(c | 0x20);
    if (!number && (lower < 'a' || lower > 'f')) return false;
    value = value * 16 + static_cast<uint32_t>(number ? c - '0' : lower - 'a' + 10);
  }
  at += braced;
  // \x80 to \xFF are bytes to Oniguruma, and not characters.
  const bool is_byte = digits == 2 && !braced && value >= 0x80;
  if (is_byte || value > kMaxCodePoint || (value >= 0xD800 && value <= 0xDFFF)) return false;
  set = code_points(value, value);
  return true;
}

// \w of Oniguruma: no joiners, but outside a class the superscript digits and the fractions of Latin-1.
CodePointSet pattern_word(bool in_class) {
  const CodePointSet numbers{{0xB2, 0xB3}, {0xB9, 0xB9}, {0xBC, 0xBE}};
  const CodePointSet word = unicode_word().minus(code_points(0x200C, 0x200D));
  return in_class ? word : word.unite(numbers);
}

// [:alpha:] and the like; `at` is at the bracket. Names that this table lacks are outside the subset.
bool read_posix_class(std::string_view pattern, size_t& at, CodePointSet& set) {
  const size_t close = pattern.find(":]", at);
  if (close == std::string_view::npos || close - at > 12) return false;
  std::string_view name = pattern.substr(at + 2, close - at - 2);
  const bool negative = !name.empty() && name[0] == '^';
  name.remove_prefix(negative);
  std::optional<CodePointSet> found;
  if (name == "alpha") found = ask_library("Alphabetic");
  if (name == "upper") found = ask_library("Uppercase");
  if (name == "lower") found = ask_library("Lowercase");
  if (name == "digit") found = unicode_category("Nd");
  if (name == "space") found = unicode_white_space();
  if (!found) return false;
  set = negative ? found->complement() : *found;
  at = close + 2;
  return true;
}

std::optional<CodePointSet> shorthand(char letter, bool in_class) {
  static const CodePointSet kHexDigits{{'0', '9'}, {'a', 'f'}, {'A', 'F'}};
  switch (letter) {
    case 's': return unicode_white_space();
    case 'S': return unicode_white_space().complement();
    case 'd': return unicode_category("Nd");
    case 'D': return unicode_category("Nd")->complement();
    case 'w': return pattern_word(in_class);
    case 'W': return pattern_word(in_class).complement();
    case 'h': return kHexDigits;
    case 'H': return kHexDigits.complement();
    case 'n': return code_points('\n', '\n');
    case 'r': return code_points('\r', '\r');
    case 't': return code_points('\t', '\t');
    case 'f': return code_points('\f', '\f');
    case 'v': return code_points('\v', '\v');
    case 'a': return code_points(7, 7);
    case 'e': return code_points(27, 27);
    default: return std::nullopt;
  }
}

std::optional<uint32_t> single(const CodePointSet& set) {
  const auto& ranges = set.ranges();
  if (ranges.size() != 1 || ranges[0].first != ranges[0].last) return std::nullopt;
  return ranges[0].first;
}

bool read_member(std::string_view pattern, size_t& at, CodePointSet& set) {
  if (pattern[at] == '\\') return read_split_escape(pattern, at, true, set);
  const DecodedCodePoint point = decode_utf8(pattern.data() + at);
  at += point.length;
  set = code_points(point.value, point.value);
  return true;
}

bool read_class(std::string_view pattern, size_t& at, CodePointSet& set, int depth) {
  if (depth > kMaxClassDepth) return false;
  ++at;
  const bool negative = at < pattern.size() && pattern[at] == '^';
  at += negative;
  CodePointSet sum;
  std::optional<CodePointSet> product;  // of what stands before each &&
  const size_t first = at;
  while (at < pattern.size() && pattern[at] != ']') {
    if (pattern.substr(at, 2) == "&&") {
      product = product ? product->intersect(sum) : sum;
      sum = {};
      at += 2;
      continue;
    }
    CodePointSet member;
    if (pattern[at] == '[') {
      const bool posix = pattern.substr(at, 2) == "[:";
      if (!(posix ? read_posix_class(pattern, at, member) : read_class(pattern, at, member, depth + 1))) return false;
      sum = sum.unite(member);
      continue;
    }
    if (!read_member(pattern, at, member)) return false;
    const bool is_range = at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']';
    if (is_range) {
      CodePointSet upper;
      ++at;
      if (pattern[at] == '[' || !read_member(pattern, at, upper)) return false;
      const std::optional<uint32_t> from = single(member), to = single(upper);
      if (!from || !to || *to < *from) return false;
      member = code_points(*from, *to);
    }
    sum = sum.unite(member);
  }
  if (at >= pattern.size() || at == first) return false;
  ++at;
  if (product) sum = product->intersect(sum);
  set = negative ? sum.complement() : sum;
  return true;
}

}  // namespace

bool read_split_class(std::string_view pattern, size_t& at, CodePointSet& set) {
  return read_class(pattern, at, set, 0);
}

bool read_split_escape(std::string_view pattern, size_t& at, bool in_class, CodePointSet& set) {
  if (at + 1 >= pattern.size()) return false;
  const char letter = pattern[at + 1];
  at += 2;
  if (letter == 'p' || letter == 'P') return read_property(pattern, at, letter == 'P', set);
  if (letter == 'x') return read_number(pattern, at, 2, set);
  if (letter == 'u') return read_number(pattern, at, 4, set);
  if (std::optional<CodePointSet> known = shorthand(letter, in_class)) {
    set = *known;
    return true;
  }
  const bool is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
  const bool is_digit = letter >= '0' && letter <= '9';
  if (is_letter || is_digit || static_cast<uint8_t>(letter) >= 0x80) return false;
  set = code_points(static_cast<uint8_t>(letter), static_cast<uint8_t>(letter));
  return true;
}

}  // namespace keyway
