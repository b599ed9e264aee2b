// Exact integers; see integers.h. Limbs hold nine decimal digits each, the lowest first, without leading zeros.
#include "tools/chat_template/integers.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "tools/chat_template/failure.h"
#include "tools/chat_template/numbers.h"

namespace keyway::chat {
namespace {

using Limbs = std::vector<uint32_t>;

constexpr uint32_t kBase = 1'000'000'000;
constexpr size_t kDigitsPerLimb = 9;
constexpr size_t kMostLimbs = 480;  // 4,320 digits

struct Big {
  bool negative = false;
  Limbs limbs;  // empty for zero
};

void trim(Limbs& limbs) {
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
}

Big read(const Value& value) {
  std::string digits = integer_digits(value);
  Big big;
  big.negative = digits[0] == '-';
  const size_t first = big.negative ? 1 : 0;
  for (size_t end = digits.size(); end > first;) {
    const size_t begin = end - first > kDigitsPerLimb ? end - kDigitsPerLimb : first;
    big.limbs.push_back(static_cast<uint32_t>(std::stoul(digits.substr(begin, end - begin))));
    end = begin;
  }
  trim(big.limbs);
  return big;
}

Value write(Heap& heap, const Big& big) {
  if (big.limbs.empty()) return Value::integer(0);
  std::string digits = big.negative ? "-" : "";
  digits += std::to_string(big.limbs.back());
  for (size_t i = big.limbs.size() - 1; i-- > 0;) {
    const std::string limb = std::to_string(big.limbs[i]);
    digits += std::string(kDigitsPerLimb - limb.size(), '0') + limb;
  }
  return integer_from_digits(heap, digits);
}

int order_limbs(const Limbs& a, const Limbs& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (size_t i = a.size(); i-- > 0;) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

Limbs add_limbs(const Limbs& a, const Limbs& b) {
  Limbs out;
  uint32_t carry = 0;
  for (size_t i = 0; i < std::max(a.size(), b.size()) || carry != 0; ++i) {
    const uint32_t sum = (i < a.size() ? a[i] : 0) + (i < b.size() ? b[i] : 0) + carry;
    out.push_back(sum % kBase);
    carry = sum / kBase;
  }
  return out;
}

// Requires: a >= b.
Limbs subtract_limbs(const Limbs& a, const Limbs& b) {
  Limbs out;
  uint32_t borrow = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const uint32_t take = (i < b.size() ? b[i] : 0) + borrow;
    borrow = a[i] < take ? 1 : 0;
    out.push_back(a[i] + borrow * kBase - take);
  }
  trim(out);
  return out;
}

Limbs multiply_limbs(const Limbs& a, const Limbs& b) {
  if (a.size() + b.size() > kMostLimbs) raise_limit("digits of an integer", 4'300);
  std::vector<uint64_t> sums(a.size() + b.size() + 1, 0);
  for (size_t i = 0; i < a.size(); ++i) {
    uint64_t carry = 0;
    for (size_t k = 0; k < b.size() || carry != 0; ++k) {
      const uint64_t sum = sums[i + k] + carry + (k < b.size() ? uint64_t{a[i]} * b[k] : 0);
      sums[i + k] = sum % kBase;
      carry = sum / kBase;
    }
  }
  Limbs out(sums.begin(), sums.end());
  trim(out);
  return out;
}

Limbs times_small(const Limbs& a, uint32_t factor) { return multiply_limbs(a, Limbs{factor}); }

// Quotient of the magnitudes; `rest` becomes the remainder. Requires: b is not zero.
Limbs divide_limbs(const Limbs& a, const Limbs& b, Limbs& rest) {
  Limbs quotient(a.size(), 0);
  rest.clear();
  for (size_t i = a.size(); i-- > 0;) {
    rest.insert(rest.begin(), a[i]);
    trim(rest);
    uint32_t low = 0;
    uint32_t high = kBase - 1;
    while (low < high) {
      const uint32_t middle = low + (high - low + 1) / 2;
      if (order_limbs(times_small(b, middle), rest) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    quotient[i] = low;
    if (low != 0) rest = subtract_limbs(rest, times_small(b, low));
  }
  trim(quotient);
  return quotient;
}

Big add_signed(const Big& a, const Big& b) {
  if (a.negative == b.negative) return {a.negative, add_limbs(a.limbs, b.limbs)};
  const int order = order_limbs(a.limbs, b.limbs);
  if (order == 0) return {};
  return order > 0 ? Big{a.negative, subtract_limbs(a.limbs, b.limbs)}
                   : Big{b.negative, subtract_limbs(b.limbs, a.limbs)};
}

// Floor division; `rest` becomes the remainder with the sign of the divisor.
Big divide_signed(const Big& a, const Big& b, Big& rest) {
  Big quotient;
  quotient.limbs = divide_limbs(a.limbs, b.limbs, rest.limbs);
  quotient.negative = a.negative != b.negative;
  rest.negative = b.negative;
  if (quotient.negative && !rest.limbs.empty()) {
    quotient.limbs = add_limbs(quotient.limbs, Limbs{1});
    rest.limbs = subtract_limbs(b.limbs, rest.limbs);
  }
  return quotient;
}

Value power(Heap& heap, const Value& left, const Value& right) {
  if (right.is(Kind::kBigInt)) raise_limit("digits of an integer", 4'300);
  int64_t exponent = right.as_integer();
  if (exponent < 0) {
    if (to_real(left) == 0) raise_invalid("0.0 cannot be raised to a negative power");
    return Value::real(std::pow(to_real(left), static_cast<double>(exponent)));
  }
  Big base = read(left);
  Big result{false, {1}};
  if (base.limbs.empty()) return Value::integer(exponent == 0 ? 1 : 0);
  if (base.limbs == Limbs{1}) return Value::integer(base.negative && exponent % 2 == 1 ? -1 : 1);
  while (exponent > 0) {
    heap.step(base.limbs.size() * base.limbs.size() / 16 + 1);
    if (exponent % 2 == 1) result = {result.negative != base.negative, multiply_limbs(result.limbs, base.limbs)};
    exponent /= 2;
    if (exponent > 0) base = {false, multiply_limbs(base.limbs, base.limbs)};
  }
  return write(heap, result);
}

// The result where both operands and the result fit 64 bits. False where they do not.
bool short_way(char operation, int64_t a, int64_t b, int64_t& out) {
  switch (operation) {
    case '+': return !__builtin_add_overflow(a, b, &out);
    case '-': return !__builtin_sub_overflow(a, b, &out);
    case '*': return !__builtin_mul_overflow(a, b, &out);
    case 'f':
      if (a == INT64_MIN && b == -1) return false;
      out = a / b - ((a % b != 0) && ((a < 0) != (b < 0)) ? 1 : 0);
      return true;
    case '%':
      if (b == -1) {
        out = 0;
      } else {
        out = a % b;
        if (out != 0 && (out < 0) != (b < 0)) out += b;
      }
      return true;
    default: return false;
  }
}

}  // namespace

std::string integer_digits(const Value& value) {
  return value.is(Kind::kBigInt) ? value.as<BigIntObject>().digits : std::to_string(value.as_integer());
}

Value integer_arithmetic(Heap& heap, char operation, const Value& left, const Value& right) {
  const bool divides = operation == '/' || operation == 'f' || operation == '%';
  if (divides && !right.is(Kind::kBigInt) && right.as_integer() == 0) raise_invalid("division by zero");
  if (operation == '/') {
    const double result = to_real(left) / to_real(right);
    if (std::isnan(result) || std::isinf(result)) raise_invalid("integer division result too large for a float");
    return Value::real(result);
  }
  if (operation == 'p') return power(heap, left, right);
  if (!left.is(Kind::kBigInt) && !right.is(Kind::kBigInt)) {
    int64_t result = 0;
    if (short_way(operation, left.as_integer(), right.as_integer(), result)) return Value::integer(result);
  }
  const Big a = read(left);
  Big b = read(right);
  heap.step(a.limbs.size() * (operation == 'f' || operation == '%' ? b.limbs.size() + 1 : 1));
  Big rest;
  switch (operation) {
    case '+': return write(heap, add_signed(a, b));
    case '-': b.negative = !b.negative; return write(heap, add_signed(a, b));
    case '*': return write(heap, {a.negative != b.negative, multiply_limbs(a.limbs, b.limbs)});
    case 'f': return write(heap, divide_signed(a, b, rest));
    default: divide_signed(a, b, rest); return write(heap, rest);
  }
}

}  // namespace keyway::chat
