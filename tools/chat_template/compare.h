// Equality, order, truth and hashes of values, as Python defines them.
//
// Entry points: equal, less, truthy, hash_value, contains, same_object.
// Invariant: values that are equal have the same hash (1, 1.0 and true); comparing what Python cannot compare, hashing
// what cannot be hashed, and any order with an undefined value are errors.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>
#include <string_view>

#include "tools/chat_template/value.h"

namespace keyway::chat {

bool container_truthy(const Value& value);
inline bool truthy(const Value& value) {
  if (value.is(Kind::kBool)) return value.as_integer() != 0;
  if (value.is_undefined() || value.is_none()) return false;
  return value.is_string() ? !value.text().empty() : container_truthy(value);
}
bool equal(const Value& left, const Value& right);
// -1, 0 or 1 of values that have an order; `sign` is the operator for the message.
int order(const Value& left, const Value& right, std::string_view sign);
// `is` of Python, as far as a template can rely on it.
bool same_object(const Value& left, const Value& right);
uint64_t hash_value(const Value& value);
uint64_t hash_text(std::string_view text);
// Python's name of the type, for messages: "str", "dict", ...
std::string_view type_name(const Value& value);
// The error of an operation on an undefined value: "'x' is undefined".
[[noreturn]] void raise_undefined(const Value& value);

}  // namespace keyway::chat
