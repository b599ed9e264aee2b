// Spellings of numbers; see number_text.h. Comparisons go digit by digit: a spelling is greater than a bound when it has
// more integer digits, or as many and, after an equal prefix, one that is larger; fractions are compared alike. The
// expressions are built from the last digit to the first, so that their size is linear in the digits of the bound.
#include "schemas/json_schema/number_text.h"

#include <string>

namespace keyway::json_schema {

RegexId NumberText::digits(char first, char last) {
  if (first > last) return regexes_.never();
  return regexes_.one_of(CodePointSet{{static_cast<uint32_t>(first), static_cast<uint32_t>(last)}});
}

RegexId NumberText::any_digits(uint32_t min, uint32_t max) { return regexes_.repeat(digits('0', '9'), min, max); }

RegexId NumberText::optional(RegexId part) { return either(part, regexes_.epsilon()); }

RegexId NumberText::one_of(std::string_view ascii) {
  std::vector<CodePointRange> ranges;
  for (char c : ascii) ranges.push_back({static_cast<uint32_t>(c), static_cast<uint32_t>(c)});
  return regexes_.one_of(CodePointSet(std::move(ranges)));
}

RegexId NumberText::either(RegexId a, RegexId b) {
  const RegexId parts[] = {a, b};
  return regexes_.alternative(parts);
}

RegexId NumberText::join(std::initializer_list<RegexId> parts) {
  return regexes_.sequence(std::span<const RegexId>(parts.begin(), parts.size()));
}

RegexId NumberText::with_fraction(RegexId integer) {
  return join({integer, optional(join({one_of("."), any_digits(1, kUnbounded)}))});
}

RegexId NumberText::unsigned_integer() {
  return either(one_of("0"), join({digits('1', '9'), any_digits(0, kUnbounded)}));
}

RegexId NumberText::unsigned_plain() { return with_fraction(unsigned_integer()); }

RegexId NumberText::zero_fraction() {
  return optional(join({one_of("."), regexes_.repeat(one_of("0"), 1, kUnbounded)}));
}

RegexId NumberText::unsigned_zero() { return join({one_of("0"), zero_fraction()}); }

RegexId NumberText::exponent() { return join({one_of("eE"), optional(one_of("+-")), any_digits(1, kUnbounded)}); }

// What may follow the point so that the fraction is greater than 0.digits.
RegexId NumberText::fraction_greater(std::string_view fraction) {
  RegexId rest = join({any_digits(0, kUnbounded), digits('1', '9'), any_digits(0, kUnbounded)});
  for (size_t i = fraction.size(); i-- > 0;) {
    const char digit = fraction[i];
    rest = either(join({digits(static_cast<char>(digit + 1), '9'), any_digits(0, kUnbounded)}),
                  join({digits(digit, digit), rest}));
  }
  return rest;
}

// What may follow the point so that the fraction is less than 0.digits; at least one digit.
// Requires: digits is not empty and ends in another digit than 0.
RegexId NumberText::fraction_less(std::string_view fraction) {
  RegexId rest = regexes_.never();
  for (size_t i = fraction.size(); i-- > 0;) {
    const char digit = fraction[i];
    // A spelling may end inside an equal prefix: what the bound still has is more than nothing.
    const RegexId after = i + 1 < fraction.size() ? optional(rest) : regexes_.never();
    rest = either(join({digits('0', static_cast<char>(digit - 1)), any_digits(0, kUnbounded)}),
                  join({digits(digit, digit), after}));
  }
  return rest;
}

RegexId NumberText::greater(const Decimal& bound) {
  const std::string integer = bound.integer_digits();
  const uint32_t length = static_cast<uint32_t>(integer.size());
  RegexId rest = join({one_of("."), fraction_greater(bound.fraction_digits())});
  for (size_t i = integer.size(); i-- > 0;) {
    const char digit = integer[i];
    const uint32_t after = static_cast<uint32_t>(integer.size() - i - 1);
    rest = either(with_fraction(join({digits(static_cast<char>(digit + 1), '9'), any_digits(after, after)})),
                  join({digits(digit, digit), rest}));
  }
  return either(with_fraction(join({digits('1', '9'), any_digits(length, kUnbounded)})), rest);
}

RegexId NumberText::less(const Decimal& bound) {
  const std::string integer = bound.integer_digits();
  const std::string fraction = bound.fraction_digits();
  // The same integer part: no fraction, or a smaller one; nothing where the bound has none.
  RegexId rest = regexes_.never();
  if (!fraction.empty()) rest = optional(join({one_of("."), fraction_less(fraction)}));
  for (size_t i = integer.size(); i-- > 0;) {
    const char digit = integer[i];
    const char lowest = i == 0 && integer.size() > 1 ? '1' : '0';
    const uint32_t after = static_cast<uint32_t>(integer.size() - i - 1);
    rest = either(with_fraction(join({digits(lowest, static_cast<char>(digit - 1)), any_digits(after, after)})),
                  join({digits(digit, digit), rest}));
  }
  if (integer.size() == 1) return rest;
  const uint32_t shorter = static_cast<uint32_t>(integer.size() - 2);
  return either(with_fraction(either(one_of("0"), join({digits('1', '9'), any_digits(0, shorter)}))), rest);
}

RegexId NumberText::equal(const Decimal& bound) {
  const std::string fraction = bound.fraction_digits();
  const RegexId integer = regexes_.literal(bound.integer_digits());
  if (fraction.empty()) return join({integer, zero_fraction()});
  return join({integer, regexes_.literal("." + fraction), regexes_.repeat(one_of("0"), 0, kUnbounded)});
}

// Digits with any number of leading zeros whose value is >= or <= the bound. Requires: bound >= 0.
RegexId NumberText::compared_integer(int64_t bound, bool at_least) {
  const std::string text = std::to_string(bound);
  RegexId rest = regexes_.epsilon();
  for (size_t i = text.size(); i-- > 0;) {
    const char digit = text[i];
    const uint32_t after = static_cast<uint32_t>(text.size() - i - 1);
    const RegexId other = at_least ? digits(static_cast<char>(digit + 1), '9')
                                   : digits('0', static_cast<char>(digit - 1));
    rest = either(join({other, any_digits(after, after)}), join({digits(digit, digit), rest}));
  }
  const uint32_t length = static_cast<uint32_t>(text.size());
  const RegexId zeros = regexes_.repeat(one_of("0"), 0, kUnbounded);
  // Of another length, zeros in front aside: longer is greater, shorter is less.
  const RegexId longer = join({digits('1', '9'), any_digits(length, kUnbounded)});
  const RegexId shorter = length == 1 ? regexes_.never() : any_digits(1, length - 1);
  return join({zeros, either(rest, at_least ? longer : shorter)});
}

RegexId NumberText::exponent_at_least(int64_t least) {
  const RegexId up = optional(one_of("+"));
  if (least > 0) return join({one_of("eE"), up, compared_integer(least, true)});
  return join({one_of("eE"), either(join({up, any_digits(1, kUnbounded)}),
                                    join({one_of("-"), compared_integer(-least, false)}))});
}

RegexId NumberText::exponent_at_most(int64_t most) {
  if (most < 0) return join({one_of("eE"), one_of("-"), compared_integer(-most, true)});
  return join({one_of("eE"), either(join({one_of("-"), any_digits(1, kUnbounded)}),
                                    join({optional(one_of("+")), compared_integer(most, false)}))});
}

RegexId NumberText::mantissa() {
  return join({digits('1', '9'), optional(join({one_of("."), any_digits(1, kUnbounded)}))});
}

RegexId NumberText::scientific_any() { return join({mantissa(), exponent()}); }

// The spellings with the bound's own exponent whose mantissa compares as asked.
RegexId NumberText::scientific_equal(const Decimal& bound, int comparison, bool or_equal) {
  Decimal one_digit = bound.absolute();
  one_digit.exponent = 1 - static_cast<int64_t>(one_digit.digits.size());
  const int64_t exponent = bound.magnitude() - 1;
  RegexId compared = comparison > 0 ? greater(one_digit) : less(one_digit);
  if (or_equal) compared = either(compared, equal(one_digit));
  const RegexId mantissas[] = {mantissa(), compared};
  const RegexId exponents[] = {exponent_at_least(exponent), exponent_at_most(exponent)};
  return join({regexes_.intersection(mantissas), regexes_.intersection(exponents)});
}

RegexId NumberText::scientific_greater(const Decimal& bound, bool or_equal) {
  return either(join({mantissa(), exponent_at_least(bound.magnitude())}), scientific_equal(bound, 1, or_equal));
}

RegexId NumberText::scientific_less(const Decimal& bound, bool or_equal) {
  return either(join({mantissa(), exponent_at_most(bound.magnitude() - 2)}), scientific_equal(bound, -1, or_equal));
}

RegexId NumberText::scientific_integer(uint32_t digit_count) {
  // From the last digit that may stand after the point to the first: the exponent makes up for those that are there,
  // zeros at the end aside.
  const RegexId zeros = regexes_.repeat(one_of("0"), 0, kUnbounded);
  RegexId rest = join({zeros, exponent_at_least(digit_count)});
  for (uint32_t i = digit_count; i-- > 0;) {
    const RegexId end = i == 0 ? regexes_.repeat(one_of("0"), 1, kUnbounded) : zeros;
    rest = either(join({end, exponent_at_least(i)}), join({any_digits(1, 1), rest}));
  }
  return join({digits('1', '9'), either(exponent_at_least(0), join({one_of("."), rest}))});
}

}  // namespace keyway::json_schema
