// Exact decimals of any size: sign, digits and a power of ten, read from the text of a JSON number.
//
// Entry points: Decimal, parse_decimal. Why not doubles: 0.1 + 0.2, 2^53 + 1 and 1e400 must compare as they are written.
// Invariant: digits have neither leading nor trailing zeros, zero has no digits and is not negative; equal values are
// equal objects.
// Thread safety: a value. Tested by tests/schemas/json_schema/decimal_test.cc.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keyway {

struct Decimal {
  bool negative = false;
  std::string digits;    // '0'..'9'; the value is digits * 10^exponent
  int64_t exponent = 0;  // 0 for zero

  bool is_zero() const { return digits.empty(); }
  bool is_integer() const { return exponent >= 0; }
  // How many digits stand before the decimal point of the plain spelling of a value >= 1; <= 0 for smaller ones.
  int64_t magnitude() const { return static_cast<int64_t>(digits.size()) + exponent; }
  // Digits of the plain spelling, both sides of the point together.
  int64_t plain_length() const;
  Decimal absolute() const { return Decimal{false, digits, exponent}; }
  // The plain spelling split at the point: "0" where there are no integer digits, "" where there is no fraction.
  // Requires: plain_length() is small enough to be written out.
  std::string integer_digits() const;
  std::string fraction_digits() const;

  friend bool operator==(const Decimal&, const Decimal&) = default;
  std::strong_ordering operator<=>(const Decimal& other) const;
};

// Requires: `number` is a JSON number. Empty where the exponent does not fit in 48 bits.
std::optional<Decimal> parse_decimal(std::string_view number);

}  // namespace keyway
