// Regular expressions over spellings of numbers, built from the digits of exact decimals.
//
// Entry points: NumberText. "Unsigned" spellings have no sign; all of them are JSON: no leading zeros, and a point
// stands between digits. Tested by tests/schemas/json_schema/number_set_test.cc.
#pragma once

#include "grammar/regex.h"
#include "schemas/json_schema/decimal.h"

namespace keyway::json_schema {

class NumberText {
 public:
  explicit NumberText(RegexArena& regexes) : regexes_(regexes) {}

  RegexId digits(char first, char last);       // one digit; never() where first > last
  RegexId any_digits(uint32_t min, uint32_t max);
  RegexId optional(RegexId part);
  RegexId one_of(std::string_view ascii);
  RegexId either(RegexId a, RegexId b);
  RegexId join(std::initializer_list<RegexId> parts);

  RegexId unsigned_integer();   // 0|[1-9][0-9]*
  RegexId unsigned_plain();     // and an optional fraction
  RegexId zero_fraction();      // (\.0+)?
  RegexId unsigned_zero();      // 0(\.0+)?
  RegexId exponent();           // [eE][+-]?[0-9]+
  RegexId exponent_at_least(int64_t least);
  RegexId exponent_at_most(int64_t most);

  // Unsigned plain spellings whose value is greater than, less than, or equal to the bound.
  // Requires: bound is not negative, bound.plain_length() <= kMostPlainDigits.
  RegexId greater(const Decimal& bound);
  RegexId less(const Decimal& bound);
  RegexId equal(const Decimal& bound);

  // Unsigned scientific spellings with one digit before the point, not 0 (as most programs write them), whose value is
  // greater than, less than, or equal to the bound; zero has none. Requires: bound is positive.
  RegexId scientific_greater(const Decimal& bound, bool or_equal);
  RegexId scientific_less(const Decimal& bound, bool or_equal);
  // The same spellings of whole numbers, with at most `digits` digits after the point.
  RegexId scientific_integer(uint32_t digits);
  RegexId scientific_any();

 private:
  RegexId with_fraction(RegexId integer);
  RegexId fraction_greater(std::string_view digits);
  RegexId fraction_less(std::string_view digits);
  RegexId mantissa();  // [1-9](\.[0-9]+)?
  RegexId compared_integer(int64_t bound, bool at_least);  // leading zeros allowed
  RegexId scientific_equal(const Decimal& bound, int comparison, bool or_equal);

  RegexArena& regexes_;
};

}  // namespace keyway::json_schema
