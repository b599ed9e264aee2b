// Exact decimals; see decimal.h.
#include "schemas/json_schema/decimal.h"

#include <algorithm>

namespace keyway {
namespace {

constexpr int64_t kMaxExponent = int64_t{1} << 48;

// The exponent after 'e', saturated one past the limit.
int64_t read_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int64_t value = 0;
  for (char c : text) value = std::min(kMaxExponent + 1, value * 10 + (c - '0'));
  return negative ? -value : value;
}

std::strong_ordering compare_magnitudes(const Decimal& a, const Decimal& b) {
  if (a.is_zero() || b.is_zero()) return !a.is_zero() <=> !b.is_zero();
  if (a.magnitude() != b.magnitude()) return a.magnitude() <=> b.magnitude();
  return a.digits.compare(b.digits) <=> 0;
}

}  // namespace

int64_t Decimal::plain_length() const {
  if (exponent >= 0) return magnitude();
  return std::max<int64_t>(magnitude(), 1) - exponent;
}

std::string Decimal::integer_digits() const {
  const int64_t count = magnitude();
  if (count <= 0) return "0";
  std::string out = digits.substr(0, static_cast<size_t>(count));
  out.resize(static_cast<size_t>(count), '0');
  return out;
}

std::string Decimal::fraction_digits() const {
  if (exponent >= 0) return "";
  const size_t length = static_cast<size_t>(-exponent);
  if (digits.size() >= length) return digits.substr(digits.size() - length);
  return std::string(length - digits.size(), '0') + digits;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (negative != other.negative) return negative ? std::strong_ordering::less : std::strong_ordering::greater;
  return negative ? compare_magnitudes(other, *this) : compare_magnitudes(*this, other);
}

std::optional<Decimal> parse_decimal(std::string_view number) {
  Decimal out;
  out.negative = number.starts_with('-');
  if (out.negative) number.remove_prefix(1);
  const size_t e = number.find_first_of("eE");
  if (e != std::string_view::npos) {
    out.exponent = read_exponent(number.substr(e + 1));
    number = number.substr(0, e);
  }
  const size_t point = number.find('.');
  out.digits = number.substr(0, point);
  if (point != std::string_view::npos) {
    const std::string_view fraction = number.substr(point + 1);
    out.digits += fraction;
    out.exponent -= static_cast<int64_t>(fraction.size());
  }
  out.digits.erase(0, std::min(out.digits.find_first_not_of('0'), out.digits.size()));
  while (out.digits.ends_with('0')) {
    out.digits.pop_back();
    ++out.exponent;
  }
  if (out.digits.empty()) return Decimal{};
  if (out.exponent > kMaxExponent || out.exponent < -kMaxExponent) return std::nullopt;
  return out;
}

}  // namespace keyway
