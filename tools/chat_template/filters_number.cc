// Filters on numbers; see registry.h.
#include <cmath>
#include <cstdio>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/integers.h"
#include "tools/chat_template/numbers.h"
#include "tools/chat_template/operators.h"
#include "tools/chat_template/registry.h"

namespace keyway::chat {
namespace {

double real_of(const Value& value, std::string_view callee) {
  if (value.is_undefined()) raise_undefined(value);
  if (!value.is_any_number()) raise_invalid(std::string(callee) + "() needs a number", std::string(type_name(value)));
  return to_real(value);
}

Value absolute(Evaluator& run, const Value& input, const Arguments& arguments) {
  bind_nothing("abs", arguments);
  real_of(input, "abs");
  if (input.is(Kind::kFloat)) return Value::real(std::fabs(input.as_real()));
  if (order(input, Value::integer(0), "<") == -1) return negate(run.heap(), input);
  return positive(input);
}

Value to_int(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<2>("int", arguments, {"default", "base"});
  Heap& heap = run.heap();
  if (input.is_undefined()) raise_undefined(input);
  const Value otherwise = given[0].is_missing() ? Value::integer(0) : given[0];
  if (input.is_integer() || input.is(Kind::kBigInt)) return positive(input);
  std::optional<double> real;
  if (input.is(Kind::kFloat)) {
    if (std::isinf(input.as_real())) raise_invalid("cannot convert float infinity to integer");
    real = input.as_real();
  }
  if (input.is_string()) {
    heap.step(input.text().size());  // read twice
    if (auto whole = parse_integer(heap, input.text(), integer_or(given[1], 10, "int"))) return *whole;
    real = parse_float(input.text());
  }
  if (!real) return otherwise;
  return integer_from_real(heap, *real).value_or(otherwise);
}

Value to_float(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<1>("float", arguments, {"default"});
  if (input.is_undefined()) raise_undefined(input);
  if (input.is_any_number()) return Value::real(to_real(input));
  std::optional<double> real;
  if (input.is_string()) {
    run.heap().step(input.text().size());
    real = parse_float(input.text());
  }
  if (real) return Value::real(*real);
  return given[0].is_missing() ? Value::real(0) : given[0];
}

// round(value, digits) of Python: correctly rounded decimals, ties to even on what the double really is.
double round_real(double value, int64_t digits) {
  if (std::isnan(value) || std::isinf(value) || digits > 330) return value;
  if (digits < -330) return std::copysign(0.0, value);
  if (digits >= 0) {
    char buffer[700];
    std::snprintf(buffer, sizeof buffer, "%.*f", static_cast<int>(digits), value);
    return std::strtod(buffer, nullptr);
  }
  const double scale = std::pow(10.0, static_cast<double>(-digits));
  return std::nearbyint(value / scale) * scale;
}

// round() of an integer stays an integer; ties to even.
Value round_integer(Heap& heap, const Value& value, int64_t digits) {
  if (digits >= 0) return positive(value);
  if (digits < -400) return Value::integer(0);
  const Value scale = integer_arithmetic(heap, 'p', Value::integer(10), Value::integer(-digits));
  const Value rest = integer_arithmetic(heap, '%', value, scale);
  Value down = integer_arithmetic(heap, '-', value, rest);
  const Value twice = integer_arithmetic(heap, '*', rest, Value::integer(2));
  const int side = order(twice, scale, "<");
  const Value quotient = integer_arithmetic(heap, 'f', value, scale);
  const bool odd = truthy(integer_arithmetic(heap, '%', quotient, Value::integer(2)));
  if (side > 0 || (side == 0 && odd)) return integer_arithmetic(heap, '+', down, scale);
  return down;
}

Value round_filter(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<2>("round", arguments, {"precision", "method"});
  Heap& heap = run.heap();
  const std::string_view method = text_or(given[1], "common", "round");
  if (method != "common" && method != "ceil" && method != "floor") {
    raise_invalid("method must be common, ceil or floor", std::string(method));
  }
  const double value = real_of(input, "round");
  const int64_t digits = integer_or(given[0], 0, "round");
  if (method == "common") {
    return input.is(Kind::kFloat) ? Value::real(round_real(value, digits)) : round_integer(heap, input, digits);
  }
  const Value scale = arithmetic(heap, 'p', Value::integer(10), Value::integer(digits));
  const Value scaled = arithmetic(heap, '*', input, scale);
  Value whole = scaled;
  if (scaled.is(Kind::kFloat)) {
    const double bound = method == "ceil" ? std::ceil(scaled.as_real()) : std::floor(scaled.as_real());
    const std::optional<Value> integer = integer_from_real(heap, bound);
    if (!integer) raise_invalid("cannot convert float infinity or NaN to integer");
    whole = *integer;
  }
  return arithmetic(heap, '/', whole, scale);
}

Value file_size(Evaluator& run, const Value& input, const Arguments& arguments) {
  const auto given = bind<1>("filesizeformat", arguments, {"binary"});
  double bytes = 0;
  if (input.is_string()) {
    run.heap().step(input.text().size());
    const std::optional<double> parsed = parse_float(input.text());
    if (!parsed) raise_invalid("could not convert string to float");
    bytes = *parsed;
  } else {
    bytes = real_of(input, "filesizeformat");
  }
  const bool binary = truth_or(given[0], false);
  const double base = binary ? 1024 : 1000;
  if (bytes == 1) return run.heap().string("1 Byte");
  if (bytes < base) {
    const std::optional<Value> whole = integer_from_real(run.heap(), std::trunc(bytes));
    if (!whole) raise_invalid("cannot convert this number to an integer");
    return run.heap().string(integer_digits(*whole) + " Bytes");
  }
  constexpr std::string_view kPrefixes = "kMGTPEZY";
  double unit = base;
  size_t index = 0;
  do {
    unit *= base;
  } while (bytes >= unit && ++index < kPrefixes.size());
  index = std::min(index, kPrefixes.size() - 1);
  char buffer[400];
  std::snprintf(buffer, sizeof buffer, "%.1f", base * bytes / unit);
  std::string prefix(1, kPrefixes[index]);
  if (binary) prefix = (index == 0 ? std::string("K") : prefix) + "i";
  return run.heap().string(std::string(buffer) + " " + prefix + "B");
}

constexpr NamedFilter kNumberFilters[] = {
    {"abs", absolute}, {"filesizeformat", file_size}, {"float", to_float}, {"int", to_int}, {"round", round_filter},
};

}  // namespace

std::span<const NamedFilter> number_filters() { return kNumberFilters; }

}  // namespace keyway::chat
