// Python's comparisons; see compare.h.
#include "tools/chat_template/compare.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "tools/chat_template/failure.h"
#include "tools/chat_template/heap.h"
#include "tools/chat_template/numbers.h"

namespace keyway::chat {
namespace {

uint64_t mix(uint64_t value) {
  value ^= value >> 33;
  value *= 0xff51afd7ed558ccdULL;
  value ^= value >> 33;
  return value;
}

bool is_whole(double value) { return value == std::floor(value) && std::fabs(value) < 9.2e18; }


// Long texts are paid for by their bytes. Constants of a template have no heap.
void pay_for_texts(const Value& left, const Value& right, uint64_t bytes) {
  if (bytes < 64) return;
  Heap* heap = left.as<StringObject>().heap;
  if (heap == nullptr) heap = right.as<StringObject>().heap;
  if (heap != nullptr) heap->step_bytes(bytes);
}

bool equal_texts(const Value& left, const Value& right) {
  const std::string_view a = left.text(), b = right.text();
  if (a.size() != b.size()) return false;
  if (a.data() == b.data()) return true;
  pay_for_texts(left, right, a.size());
  return a == b;
}

int sign_of(bool less, bool greater) { return less ? -1 : greater ? 1 : 0; }

// Digits of two integers, one of them past 64 bits.
int order_digits(const Value& left, const Value& right) {
  auto digits = [](const Value& value) {
    return value.is(Kind::kBigInt) ? value.as<BigIntObject>().digits : std::to_string(value.as_integer());
  };
  const std::string a = digits(left);
  const std::string b = digits(right);
  const bool a_negative = a[0] == '-';
  const bool b_negative = b[0] == '-';
  if (a_negative != b_negative) return a_negative ? -1 : 1;
  const int magnitude = a.size() != b.size() ? sign_of(a.size() < b.size(), true) : sign_of(a < b, a > b);
  return a_negative ? -magnitude : magnitude;
}

// Requires: both numeric. 2 where one is not a number.
int order_numbers(const Value& left, const Value& right) {
  if (left.is_integer() && right.is_integer()) {
    return sign_of(left.as_integer() < right.as_integer(), left.as_integer() > right.as_integer());
  }
  if (!left.is(Kind::kFloat) && !right.is(Kind::kFloat)) return order_digits(left, right);
  const double a = to_real(left);
  const double b = to_real(right);
  if (std::isnan(a) || std::isnan(b)) return 2;
  return sign_of(a < b, a > b);
}

bool equal_lists(ListObject& left, ListObject& right) {
  if (&left == &right) return true;
  if (left.size() != right.size()) return false;
  left.heap->step(left.size());
  const auto a = left.items();
  const auto b = right.items();
  for (size_t i = 0; i < a.size(); ++i) {
    if (!equal(a[i], b[i])) return false;
  }
  return true;
}

bool equal_dicts(DictObject& left, DictObject& right) {
  if (&left == &right) return true;
  if (left.size() != right.size()) return false;
  left.heap->step(left.size());
  for (const auto& entry : left.entries()) {
    const Value* other = right.find(entry.key);
    if (other == nullptr || !equal(entry.value, *other)) return false;
  }
  return true;
}

bool equal_ranges(const RangeObject& left, const RangeObject& right) {
  if (left.size != right.size) return false;
  if (left.size == 0) return true;
  return left.start == right.start && (left.size == 1 || left.step == right.step);
}

int order_lists(ListObject& left, ListObject& right, std::string_view sign) {
  const auto a = left.items();
  const auto b = right.items();
  left.heap->step(std::min(a.size(), b.size()));
  for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (!equal(a[i], b[i])) return order(a[i], b[i], sign);
  }
  return sign_of(a.size() < b.size(), a.size() > b.size());
}

}  // namespace

bool container_truthy(const Value& value) {
  switch (value.kind()) {
    case Kind::kMissing:
    case Kind::kUndefined:
    case Kind::kNone: return false;
    case Kind::kBool:
    case Kind::kInt: return value.as_integer() != 0;
    case Kind::kFloat: return value.as_real() != 0;
    case Kind::kString: return !value.text().empty();
    case Kind::kList:
    case Kind::kTuple: return value.as<ListObject>().size() != 0;
    case Kind::kDict: return value.as<DictObject>().size() != 0;
    case Kind::kDictView: return truthy(value.as<DictViewObject>().dict);
    case Kind::kRange: return value.as<RangeObject>().size != 0;
    default: return true;
  }
}

bool equal(const Value& left, const Value& right) {
  if (left.is_any_number() && right.is_any_number()) return order_numbers(left, right) == 0;
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::kMissing:
    case Kind::kUndefined:
    case Kind::kNone: return true;
    case Kind::kBuiltin: return left.as_integer() == right.as_integer();
    case Kind::kString: return equal_texts(left, right);
    case Kind::kList:
    case Kind::kTuple: return equal_lists(left.as<ListObject>(), right.as<ListObject>());
    case Kind::kDict: return equal_dicts(left.as<DictObject>(), right.as<DictObject>());
    case Kind::kRange: return equal_ranges(left.as<RangeObject>(), right.as<RangeObject>());
    default: return left.pointer() == right.pointer();
  }
}

int order(const Value& left, const Value& right, std::string_view sign) {
  if (left.is_undefined()) raise_undefined(left);
  if (right.is_undefined()) raise_undefined(right);
  if (left.is_any_number() && right.is_any_number()) return order_numbers(left, right);
  if (left.is_string() && right.is_string()) {
    pay_for_texts(left, right, std::min(left.text().size(), right.text().size()));
    const int result = left.text().compare(right.text());
    return sign_of(result < 0, result > 0);
  }
  if (left.is_sequence() && left.kind() == right.kind()) {
    return order_lists(left.as<ListObject>(), right.as<ListObject>(), sign);
  }
  raise_invalid("'" + std::string(sign) + "' not supported between instances of '" + std::string(type_name(left)) +
                "' and '" + std::string(type_name(right)) + "'");
}

bool same_object(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::kUndefined: return false;
    case Kind::kString: return left.pointer() == right.pointer() || equal_texts(left, right);
    case Kind::kFloat: return left.as_real() == right.as_real();
    default: return left.has_object() ? left.pointer() == right.pointer() : equal(left, right);
  }
}

uint64_t hash_text(std::string_view text) {
  uint64_t hash = 1469598103934665603ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return mix(hash);
}

uint64_t hash_value(const Value& value) {
  switch (value.kind()) {
    case Kind::kNone:
    case Kind::kUndefined: return 7;
    case Kind::kBool:
    case Kind::kInt: return mix(static_cast<uint64_t>(value.as_integer()));
    case Kind::kFloat:
      if (is_whole(value.as_real())) return mix(static_cast<uint64_t>(static_cast<int64_t>(value.as_real())));
      return std::hash<double>{}(value.as_real());
    case Kind::kString: pay_for_texts(value, value, value.text().size()); return hash_text(value.text());
    case Kind::kBigInt: return hash_text(value.as<BigIntObject>().digits);
    case Kind::kTuple: {
      uint64_t hash = 17;
      ListObject& list = value.as<ListObject>();
      list.heap->step(list.size());  // parts that are shared are hashed again in every place
      for (const Value& item : list.items()) hash = mix(hash * 31 + hash_value(item));
      return hash;
    }
    case Kind::kList:
    case Kind::kDict: raise_invalid("unhashable type: '" + std::string(type_name(value)) + "'");
    default: return mix(static_cast<uint64_t>(value.kind()));
  }
}

std::string_view type_name(const Value& value) {
  switch (value.kind()) {
    case Kind::kMissing:
    case Kind::kUndefined: return "Undefined";
    case Kind::kNone: return "NoneType";
    case Kind::kBool: return "bool";
    case Kind::kInt:
    case Kind::kBigInt: return "int";
    case Kind::kFloat: return "float";
    case Kind::kBuiltin: return "function";
    case Kind::kString: return value.is_markup() ? "Markup" : "str";
    case Kind::kList: return "list";
    case Kind::kTuple: return "tuple";
    case Kind::kDict: return "dict";
    case Kind::kDictView: {
      const DictPart part = value.as<DictViewObject>().part;
      return part == DictPart::kKeys ? "dict_keys" : part == DictPart::kValues ? "dict_values" : "dict_items";
    }
    case Kind::kRange: return "range";
    case Kind::kGenerator: return "generator";
    case Kind::kNamespace: return "Namespace";
    case Kind::kMacro: return "Macro";
    case Kind::kMethod: return "builtin_function_or_method";
    case Kind::kLoop: return "LoopContext";
    case Kind::kCycler: return "Cycler";
    case Kind::kJoiner: return "Joiner";
  }
  return "object";
}

void raise_undefined(const Value& value) {
  const std::string name = value.absent_name() != nullptr ? "'" + *value.absent_name() + "'" : "the value";
  switch (value.absence()) {
    case Absence::kName: raise_invalid(name + " is undefined");
    case Absence::kAttribute: raise_invalid("the object has no attribute " + name);
    case Absence::kUnsafe: raise_invalid("access to attribute " + name + " is unsafe: the sandbox is immutable");
    case Absence::kEmpty: raise_invalid("there is no such item, the sequence was empty");
    case Absence::kElse: raise_invalid("the inline if-expression was false and has no else");
    case Absence::kItem: raise_invalid("the object has no such element");
  }
  raise_invalid("the value is undefined");
}

}  // namespace keyway::chat
