// Text formats: the % operator and str.format with its format specifications.
//
// Entry points: percent_format, format_method, format_value.
// Invariant: widths and precisions are checked before text of that size is made.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <string>
#include <string_view>

#include "tools/chat_template/arguments.h"
#include "tools/chat_template/heap.h"
#include "tools/chat_template/value.h"

namespace keyway::chat {

class Evaluator;

// format % values, where values is a tuple, a dictionary, or one value. Requires: format.is_string().
Value percent_format(Heap& heap, const Value& format, const Value& values);

// text.format(*positional, **named).
// Requires: text.is_string(). Markup escapes what is put into it.
Value format_method(Evaluator& run, const Value& text, const Arguments& arguments);

// The number part of both: digits of `value` by a conversion letter (d, i, u, x, X, o, b, e, E, f, F, g, G, %, n).
// `sign` is '-', '+' or ' '. The sign comes first, then "0x" and the like where `alternate`.
struct NumberStyle {
  char letter = 'd';
  char sign = '-';
  bool alternate = false;
  int64_t precision = -1;  // -1: not given
  char group = 0;          // ',' or '_' between groups of digits
};
// Digits with `mark` between groups, from the right; a fraction or exponent stays as it is.
std::string group_digits(const std::string& digits, char mark, size_t size);
// `prefix` becomes the sign and the base mark; the digits are returned.
std::string format_number(Heap& heap, const Value& value, const NumberStyle& style, std::string& prefix);

}  // namespace keyway::chat
