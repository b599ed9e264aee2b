// Reading and writing numbers as Python does; see numbers.h.
#include "tools/chat_template/numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include "tools/chat_template/failure.h"
#include "tools/chat_template/heap.h"
#include "tools/chat_template/text.h"
#include "tools/chat_template/unicode.h"

namespace keyway::chat {
namespace {

// Python refuses to convert longer integers from and to text.
constexpr size_t kMostDigits = 4'300;

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 36;
}

// The text with decimal digits of any script as those of ASCII, as Python reads numbers.
std::string with_ascii_digits(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const uint32_t point = next_point(text, at);
    if (point < 0x80 || !is_decimal(point)) {
      out += text.substr(start, at - start);
    } else {
      out += static_cast<char>('0' + decimal_value(point));
    }
  }
  return out;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Takes "0x", "0o", "0b" off where the base allows it and says which base holds; 0 where there is none.
int64_t take_prefix(std::string_view& text, int64_t base) {
  if (text.size() > 1 && text[0] == '0') {
    const char mark = static_cast<char>(text[1] | 0x20);
    const int64_t marked = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
    if (marked != 0 && (base == 0 || base == marked)) {
      text.remove_prefix(2);
      if (!text.empty() && text[0] == '_') text.remove_prefix(1);
      return marked;
    }
    if (base == 0 && text.find_first_not_of("0_") != std::string_view::npos) return -1;
  }
  return base == 0 ? 10 : base;
}

// The digits without underscores; empty where they are not digits of the base with single underscores between.
std::string clean_digits(std::string_view text, int64_t base) {
  std::string digits;
  bool after_digit = false;
  for (const char c : text) {
    if (c == '_') {
      if (!after_digit) return {};
      after_digit = false;
      continue;
    }
    if (digit_of(c) >= base) return {};
    digits.push_back(c);
    after_digit = true;
  }
  return after_digit ? digits : std::string();
}

// Decimal digits of a float's shortest form and its exponent: value = 0.DIGITS * 10^point.
struct Shortest {
  std::string digits;
  int point = 0;
};

Shortest shortest_form(double magnitude) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, magnitude, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<size_t>(end - buffer));
  const size_t e = text.find('e');
  Shortest result;
  for (const char c : text.substr(0, e)) {
    if (c != '.') result.digits.push_back(c);
  }
  int exponent = 0;
  const size_t sign = text[e + 1] == '+' ? e + 2 : e + 1;  // from_chars takes '-' only
  std::from_chars(text.data() + sign, text.data() + text.size(), exponent);
  result.point = exponent + 1;
  return result;
}

}  // namespace

Value integer_from_digits(Heap& heap, std::string_view digits) {
  const bool negative = !digits.empty() && digits[0] == '-';
  std::string_view magnitude = digits.substr(negative || (!digits.empty() && digits[0] == '+') ? 1 : 0);
  while (magnitude.size() > 1 && magnitude[0] == '0') magnitude.remove_prefix(1);
  if (magnitude.size() > kMostDigits) raise_limit("digits of an integer", kMostDigits);
  std::string text(negative ? "-" : "");
  text += magnitude;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return Value::integer(value);
  return heap.big_integer(std::move(text));
}

Value number_from_json(Heap& heap, std::string_view text) {
  if (text.find_first_of(".eE") == std::string_view::npos) return integer_from_digits(heap, text);
  return Value::real(std::strtod(std::string(text).c_str(), nullptr));
}

std::string float_repr(double value) {
  if (std::isnan(value)) return "nan";
  std::string out(std::signbit(value) ? "-" : "");
  if (std::isinf(value)) return out + "inf";
  if (value == 0) return out + "0.0";
  const Shortest form = shortest_form(std::fabs(value));
  const int count = static_cast<int>(form.digits.size());
  if (form.point > 16 || form.point < -3) {
    out += form.digits.substr(0, 1);
    if (count > 1) out += "." + form.digits.substr(1);
    const int exponent = form.point - 1;
    out += exponent < 0 ? "e-" : "e+";
    if (std::abs(exponent) < 10) out += "0";
    return out + std::to_string(std::abs(exponent));
  }
  if (form.point <= 0) return out + "0." + std::string(static_cast<size_t>(-form.point), '0') + form.digits;
  if (form.point >= count) return out + form.digits + std::string(static_cast<size_t>(form.point - count), '0') + ".0";
  return out + form.digits.substr(0, static_cast<size_t>(form.point)) + "." +
         form.digits.substr(static_cast<size_t>(form.point));
}

std::optional<Value> parse_integer(Heap& heap, std::string_view text, int64_t base) {
  if (base != 0 && (base < 2 || base > 36)) return std::nullopt;
  std::string converted;
  if (!is_ascii(text)) text = converted = with_ascii_digits(text);
  text = strip_space(text);
  const bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  base = take_prefix(text, base);
  if (base < 0) return std::nullopt;
  const std::string digits = clean_digits(text, base);
  if (digits.empty()) return std::nullopt;
  if (base == 10) return integer_from_digits(heap, (negative ? "-" : "") + digits);
  uint64_t value = 0;
  for (const char c : digits) {
    const auto digit = static_cast<uint64_t>(digit_of(c));
    if (value > (static_cast<uint64_t>(INT64_MAX) - digit) / static_cast<uint64_t>(base)) {
      raise(ErrorCode::kUnsupported, "an integer of this base past 64 bits", digits.substr(0, 80));
    }
    value = value * static_cast<uint64_t>(base) + digit;
  }
  return Value::integer(negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value));
}

std::optional<double> parse_float(std::string_view text) {
  std::string converted;
  if (!is_ascii(text)) text = converted = with_ascii_digits(text);
  text = strip_space(text);
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      plain.push_back(text[i]);
      continue;
    }
    const bool between = i > 0 && i + 1 < text.size() && digit_of(text[i - 1]) < 10 && digit_of(text[i + 1]) < 10;
    if (!between) return std::nullopt;
  }
  std::string lower = plain;
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  const size_t sign = !lower.empty() && (lower[0] == '-' || lower[0] == '+') ? 1 : 0;
  const std::string_view word = std::string_view(lower).substr(sign);
  const bool negative = sign == 1 && lower[0] == '-';
  if (word == "inf" || word == "infinity") {
    const double infinity = std::numeric_limits<double>::infinity();
    return negative ? -infinity : infinity;
  }
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (word.empty() || word.find_first_not_of("0123456789.e+-") != std::string_view::npos) return std::nullopt;
  if (digit_of(word[0]) >= 10 && word[0] != '.') return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(lower.c_str(), &end);
  if (end != lower.c_str() + lower.size()) return std::nullopt;
  return value;
}

std::optional<Value> integer_from_real(Heap& heap, double value) {
  if (std::isnan(value) || std::isinf(value)) return std::nullopt;
  if (std::fabs(value) < 9.2e18) return Value::integer(static_cast<int64_t>(value));
  char buffer[400];
  const int length = std::snprintf(buffer, sizeof buffer, "%.0f", value);
  return integer_from_digits(heap, std::string_view(buffer, static_cast<size_t>(length)));
}

double to_real(const Value& value) {
  if (value.is(Kind::kFloat)) return value.as_real();
  if (value.is(Kind::kBigInt)) return std::strtod(value.as<BigIntObject>().digits.c_str(), nullptr);
  return static_cast<double>(value.as_integer());
}

}  // namespace keyway::chat
