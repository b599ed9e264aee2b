// Numbers as Python reads and writes them.
//
// Entry points: number_from_json, float_repr, parse_integer, parse_float, integer_from_real.
// Invariant: integers of any size keep their digits; floats are written in the shortest form that reads back equal.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/chat_template/value.h"

namespace keyway::chat {

// The value of a JSON number: an integer where its text has neither point nor exponent.
Value number_from_json(Heap& heap, std::string_view text);

// repr() of a float: "1.0", "1e+16", "inf".
std::string float_repr(double value);

// An integer of decimal digits with an optional sign, of any size.
Value integer_from_digits(Heap& heap, std::string_view digits);

// int(text, base) of Python: surrounding space, sign, underscores, prefixes. Empty where Python raises ValueError.
std::optional<Value> parse_integer(Heap& heap, std::string_view text, int64_t base);

// float(text) of Python. Empty where Python raises ValueError.
std::optional<double> parse_float(std::string_view text);

// int(real) of Python. Empty for nan and infinity.
std::optional<Value> integer_from_real(Heap& heap, double value);

// The double nearest to an integer, bool, float or big integer. Requires: one of these.
double to_real(const Value& value);

}  // namespace keyway::chat
