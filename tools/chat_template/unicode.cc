// Character classes and case mappings; see unicode.h.
#include "tools/chat_template/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>

#include "grammar/utf8.h"
#include "tools/chat_template/text.h"
#include "tools/chat_template/unicode_special.h"

namespace keyway::chat {
namespace {

utf8proc_category_t category(uint32_t point) { return utf8proc_category(static_cast<utf8proc_int32_t>(point)); }

template <size_t N>
bool in_ranges(const CodeRange (&ranges)[N], uint32_t point) {
  const auto* after = std::upper_bound(std::begin(ranges), std::end(ranges), point,
                                       [](uint32_t value, const CodeRange& range) { return value < range.first; });
  return after != std::begin(ranges) && point <= (after - 1)->last;
}

template <size_t N>
bool append_special(std::string& out, const SpecialCase (&cases)[N], uint32_t point) {
  const auto* found = std::lower_bound(std::begin(cases), std::end(cases), point,
                                       [](const SpecialCase& row, uint32_t value) { return row.point < value; });
  if (found == std::end(cases) || found->point != point) return false;
  for (const uint32_t mapped : found->mapped) {
    if (mapped != 0) append_utf8(out, mapped);
  }
  return true;
}

void append_upper(std::string& out, uint32_t point) {
  if (point < 0x80) {
    out.push_back(static_cast<char>(point >= 'a' && point <= 'z' ? point - 32 : point));
  } else if (!append_special(out, kUpperSpecial, point)) {
    append_utf8(out, static_cast<uint32_t>(utf8proc_toupper(static_cast<utf8proc_int32_t>(point))));
  }
}

void append_title(std::string& out, uint32_t point) {
  if (point < 0x80) {
    append_upper(out, point);
  } else if (!append_special(out, kTitleSpecial, point)) {
    append_utf8(out, static_cast<uint32_t>(utf8proc_totitle(static_cast<utf8proc_int32_t>(point))));
  }
}

bool is_cased(uint32_t point) { return is_upper(point) || is_lower(point) || is_title(point); }

// Characters that a word's case looks through: marks, modifiers, a few signs (Case_Ignorable).
bool is_case_ignorable(uint32_t point) {
  if (point == '\'' || point == '.' || point == ':' || point == 0xB7 || point == 0x2019) return true;
  switch (category(point)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_SK: return true;
    default: return false;
  }
}

// A capital sigma is final when a cased character stands before it and none after it.
bool is_final_sigma(std::string_view text, size_t start, size_t end) {
  bool before = false;
  for (size_t at = start; at > 0;) {
    const uint32_t point = previous_point(text, at);
    if (is_case_ignorable(point)) continue;
    before = is_cased(point);
    break;
  }
  if (!before) return false;
  for (size_t at = end; at < text.size();) {
    const uint32_t point = next_point(text, at);
    if (!is_case_ignorable(point)) return !is_cased(point);
  }
  return true;
}

// Lower case of the character between `start` and `end` in its context.
void append_lower(std::string& out, std::string_view text, size_t start, size_t end, uint32_t point) {
  if (point < 0x80) {
    out.push_back(static_cast<char>(point >= 'A' && point <= 'Z' ? point + 32 : point));
  } else if (point == 0x130) {
    append_utf8(out, 'i');
    append_utf8(out, 0x307);
  } else if (point == 0x3A3) {
    append_utf8(out, is_final_sigma(text, start, end) ? 0x3C2 : 0x3C3);
  } else {
    append_utf8(out, static_cast<uint32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(point))));
  }
}

// Moves the letters between `low` and `high` of an ASCII text; false, and `out` empty, where it is not ASCII.
bool map_ascii(std::string_view text, char low, char high, int shift, std::string& out) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) return false;
  out.assign(text);
  for (char& c : out) c = static_cast<char>(c >= low && c <= high ? c + shift : c);
  return true;
}

}  // namespace

bool is_printable(uint32_t point) {
  if (point < 0x7F) return point >= 0x20;
  switch (category(point)) {
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_ZS: return false;
    default: return true;
  }
}

bool is_letter(uint32_t point) {
  const auto found = category(point);
  return found >= UTF8PROC_CATEGORY_LU && found <= UTF8PROC_CATEGORY_LO;
}

bool is_decimal(uint32_t point) { return category(point) == UTF8PROC_CATEGORY_ND; }

// Decimal digits stand in runs of ten; only the mathematical ones have five runs in a row.
uint32_t decimal_value(uint32_t point) {
  constexpr uint32_t kFirstMathematical = 0x1D7CE;
  if (point >= kFirstMathematical && point < kFirstMathematical + 50) return (point - kFirstMathematical) % 10;
  uint32_t before = 0;
  while (before < point && is_decimal(point - before - 1)) ++before;
  return before % 10;
}

bool is_digit(uint32_t point) { return is_decimal(point) || in_ranges(kDigitsPastDecimal, point); }

bool is_numeric(uint32_t point) {
  const auto found = category(point);
  return found >= UTF8PROC_CATEGORY_ND && found <= UTF8PROC_CATEGORY_NO;
}

bool is_upper(uint32_t point) {
  return category(point) == UTF8PROC_CATEGORY_LU || in_ranges(kUpperPastLetters, point);
}

bool is_lower(uint32_t point) {
  return category(point) == UTF8PROC_CATEGORY_LL || in_ranges(kLowerPastLetters, point);
}

bool is_title(uint32_t point) { return category(point) == UTF8PROC_CATEGORY_LT; }

bool is_alphanumeric(uint32_t point) { return is_letter(point) || is_numeric(point) || is_digit(point); }

std::string upper_case(std::string_view text) {
  std::string out;
  if (map_ascii(text, 'a', 'z', -32, out)) return out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) append_upper(out, next_point(text, at));
  return out;
}

std::string lower_case(std::string_view text) {
  std::string out;
  if (map_ascii(text, 'A', 'Z', 32, out)) return out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const uint32_t point = next_point(text, at);
    append_lower(out, text, start, at, point);
  }
  return out;
}

std::string capital_case(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const uint32_t point = next_point(text, at);
    if (start == 0) {
      append_title(out, point);
    } else {
      append_lower(out, text, start, at, point);
    }
  }
  return out;
}

std::string title_case(std::string_view text) {
  std::string out;
  bool inside_word = false;
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const uint32_t point = next_point(text, at);
    if (inside_word) {
      append_lower(out, text, start, at, point);
    } else {
      append_title(out, point);
    }
    inside_word = is_cased(point);
  }
  return out;
}

std::string fold_case(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    utf8proc_int32_t folded[8];
    int boundary = 0;
    const auto point = static_cast<utf8proc_int32_t>(next_point(text, at));
    const utf8proc_ssize_t count = utf8proc_decompose_char(point, folded, 8, UTF8PROC_CASEFOLD, &boundary);
    for (utf8proc_ssize_t i = 0; i < count; ++i) append_utf8(out, static_cast<uint32_t>(folded[i]));
  }
  return out;
}

std::string swap_case(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const uint32_t point = next_point(text, at);
    if (is_upper(point)) {
      append_lower(out, text, start, at, point);
    } else if (is_lower(point)) {
      append_upper(out, point);
    } else {
      append_utf8(out, point);
    }
  }
  return out;
}

}  // namespace keyway::chat
