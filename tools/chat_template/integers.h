// Integers of any size: Python's arithmetic, exact.
//
// Entry points: integer_arithmetic, integer_digits.
// Invariant: 64-bit operands whose result fits take the short way; others are computed on decimal limbs and bounded
// (4,300 digits, Python's own bound on texts of integers). Past that is an error.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <string>

#include "tools/chat_template/heap.h"
#include "tools/chat_template/value.h"

namespace keyway::chat {

// `operation`: '+', '-', '*', '/', '%', 'f' for //, 'p' for **. Requires: both are bool, int or big integers.
Value integer_arithmetic(Heap& heap, char operation, const Value& left, const Value& right);

// Decimal text of a bool, int or big integer.
std::string integer_digits(const Value& value);

}  // namespace keyway::chat
