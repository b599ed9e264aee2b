// Operators; see operators.h.
#include "tools/chat_template/operators.h"

#include <algorithm>
#include <cmath>

#include "tools/chat_template/compare.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/integers.h"
#include "tools/chat_template/iterate.h"
#include "tools/chat_template/numbers.h"
#include "tools/chat_template/percent_format.h"
#include "tools/chat_template/represent.h"
#include "tools/chat_template/text.h"

namespace keyway::chat {
namespace {

std::string shown(char operation) {
  return operation == 'f' ? "//" : operation == 'p' ? "**" : std::string(1, operation);
}

[[noreturn]] void unsupported_operands(char operation, const Value& left, const Value& right) {
  raise_invalid("unsupported operand types for " + shown(operation) + ": '" + std::string(type_name(left)) +
                "' and '" + std::string(type_name(right)) + "'");
}


double floor_mod(double left, double right) {
  double rest = std::fmod(left, right);
  if (rest == 0) return std::copysign(0.0, right);
  return (rest < 0) != (right < 0) ? rest + right : rest;
}

double floor_divide(double left, double right) {
  double rest = std::fmod(left, right);
  double quotient = (left - rest) / right;
  if (rest != 0 && (rest < 0) != (right < 0)) quotient -= 1;
  if (quotient == 0) return std::copysign(0.0, left / right);
  const double floored = std::floor(quotient);
  return quotient - floored > 0.5 ? floored + 1 : floored;
}

Value real_power(double left, double right) {
  if (left == 0 && right < 0) raise_invalid("0.0 cannot be raised to a negative power");
  const double result = std::pow(left, right);
  if (std::isnan(result) && !std::isnan(left) && !std::isnan(right)) {
    raise(ErrorCode::kUnsupported, "complex numbers are not supported");
  }
  if (std::isinf(result) && !std::isinf(left) && !std::isinf(right)) raise_invalid("result too large");
  return Value::real(result);
}

Value real_arithmetic(char operation, double left, double right) {
  if (right == 0 && (operation == '/' || operation == 'f' || operation == '%')) raise_invalid("division by zero");
  switch (operation) {
    case '+': return Value::real(left + right);
    case '-': return Value::real(left - right);
    case '*': return Value::real(left * right);
    case '/': return Value::real(left / right);
    case 'f': return Value::real(floor_divide(left, right));
    case '%': return Value::real(floor_mod(left, right));
    default: return real_power(left, right);
  }
}

Value number_arithmetic(Heap& heap, char operation, const Value& left, const Value& right) {
  if (left.is(Kind::kFloat) || right.is(Kind::kFloat)) {
    return real_arithmetic(operation, to_real(left), to_real(right));
  }
  return integer_arithmetic(heap, operation, left, right);
}

// Text and sequences times a number.
Value repeat(Heap& heap, const Value& value, int64_t count) {
  const auto times = static_cast<uint64_t>(std::max<int64_t>(count, 0));
  if (value.is_string()) {
    const std::string_view text = value.text();
    heap.require(times, text.size());
    std::string out;
    out.reserve(text.size() * times);
    if (text.size() == 1) {
      out.assign(times, text[0]);
    } else if (!text.empty()) {
      for (uint64_t i = 0; i < times; ++i) out += text;
    }
    heap.step_moved(out.size());
    Value result = heap.string(std::move(out));
    return value.is_markup() ? Value::markup(std::move(result)) : result;
  }
  const auto values = value.as<ListObject>().items();
  heap.require(times, values.size() * sizeof(Value));
  heap.step(values.size() * times / 4);
  std::vector<Value> out;
  out.reserve(values.size() * times);
  for (uint64_t i = 0; i < times && !values.empty(); ++i) out.insert(out.end(), values.begin(), values.end());
  return heap.sequence(value.kind(), std::move(out));
}

Value add_texts(Heap& heap, const Value& left, const Value& right) {
  const bool markup = left.is_markup() || right.is_markup();
  const Value a = markup ? escape_markup(heap, left) : left;
  const Value b = markup ? escape_markup(heap, right) : right;
  Value result;
  char* out = heap.fresh(a.text().size() + b.text().size(), result);
  std::copy(b.text().begin(), b.text().end(), std::copy(a.text().begin(), a.text().end(), out));
  return markup ? Value::markup(std::move(result)) : result;
}

Value add(Heap& heap, const Value& left, const Value& right) {
  if (left.is_string() && right.is_string()) return add_texts(heap, left, right);
  if (left.is_sequence() && left.kind() == right.kind()) {
    const auto a = left.as<ListObject>().items();
    const auto b = right.as<ListObject>().items();
    heap.require(a.size() + b.size(), sizeof(Value));
    heap.step((a.size() + b.size()) / 4);
    std::vector<Value> out;
    out.reserve(a.size() + b.size());
    out.insert(out.end(), a.begin(), a.end());
    out.insert(out.end(), b.begin(), b.end());
    return heap.sequence(left.kind(), std::move(out));
  }
  if (left.is_string()) {
    raise_invalid("can only concatenate str (not \"" + std::string(type_name(right)) + "\") to str");
  }
  unsupported_operands('+', left, right);
}

bool in_text(Heap& heap, const Value& container, const Value& item) {
  if (!item.is_string()) {
    raise_invalid("'in <string>' requires string as left operand, not " + std::string(type_name(item)));
  }
  heap.step_search(container.text(), item.text());
  return container.text().find(item.text()) != std::string_view::npos;
}

bool in_range(const RangeObject& range, const Value& item) {
  if (!item.is_integer() && !(item.is(Kind::kFloat) && item.as_real() == std::floor(item.as_real()))) return false;
  const double value = to_real(item);
  if (range.size == 0 || std::fabs(value) > 9e18) return false;
  const auto whole = static_cast<int64_t>(value);
  const int64_t last = range.start + (range.size - 1) * range.step;
  if (whole < std::min(range.start, last) || whole > std::max(range.start, last)) return false;
  return (whole - range.start) % range.step == 0;
}

}  // namespace

Value arithmetic(Heap& heap, char operation, const Value& left, const Value& right) {
  if (left.is_undefined()) raise_undefined(left);
  if (operation == '%' && left.is_string()) return percent_format(heap, left, right);
  if (right.is_undefined()) raise_undefined(right);
  if (left.is_any_number() && right.is_any_number()) return number_arithmetic(heap, operation, left, right);
  if (operation == '+') return add(heap, left, right);
  if (operation == '*') {
    const bool text_left = left.is_string() || left.is_sequence();
    const bool text_right = right.is_string() || right.is_sequence();
    if (text_left && right.is_integer()) return repeat(heap, left, right.as_integer());
    if (text_right && left.is_integer()) return repeat(heap, right, left.as_integer());
  }
  unsupported_operands(operation, left, right);
}

Value negate(Heap& heap, const Value& value) {
  if (value.is_undefined()) raise_undefined(value);
  if (value.is(Kind::kFloat)) return Value::real(-value.as_real());
  if (!value.is_any_number()) raise_invalid("bad operand type for unary -: '" + std::string(type_name(value)) + "'");
  return integer_arithmetic(heap, '-', Value::integer(0), value);
}

Value positive(const Value& value) {
  if (value.is_undefined()) raise_undefined(value);
  if (!value.is_any_number()) raise_invalid("bad operand type for unary +: '" + std::string(type_name(value)) + "'");
  return value.is(Kind::kBool) ? Value::integer(value.as_integer()) : value;
}

bool contains(Heap& heap, const Value& container, const Value& item) {
  switch (container.kind()) {
    case Kind::kString: return in_text(heap, container, item);
    case Kind::kDict: return container.as<DictObject>().find(item) != nullptr;
    case Kind::kRange: return in_range(container.as<RangeObject>(), item);
    case Kind::kDictView:
      if (container.as<DictViewObject>().part == DictPart::kKeys) {
        return contains(heap, container.as<DictViewObject>().dict, item);
      }
      break;
    default: break;
  }
  if (!is_iterable(container)) {
    raise_invalid("argument of type '" + std::string(type_name(container)) + "' is not iterable");
  }
  Iterator items(heap, container);
  Value other;
  while (items.next(other)) {
    if (equal(other, item)) return true;
  }
  return false;
}

Value escape_markup(Heap& heap, const Value& value) {
  if (value.is_markup()) return value;
  const Value text = to_text(heap, value);
  heap.step_bytes(text.text().size());
  std::string out;
  for (const char c : text.text()) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '\'': out += "&#39;"; break;
      case '"': out += "&#34;"; break;
      default: out += c;
    }
  }
  return Value::markup(heap.string(std::move(out)));
}

}  // namespace keyway::chat
