// iter() of Python over the values a template can loop over.
//
// Entry points: Iterator, is_iterable, length_of, to_vector.
// Invariant: an iterator holds its value; a generator is read through, so that two iterators share its place.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tools/chat_template/heap.h"
#include "tools/chat_template/value.h"

namespace keyway::chat {

class Iterator {
 public:
  Iterator() = default;
  // An error for what cannot be iterated.
  Iterator(Heap& heap, Value source);

  // The next item; false at the end. Each item is one step.
  bool next(Value& item);

 private:
  Heap* heap_ = nullptr;
  Value source_;
  size_t at_ = 0;  // index, or byte of a string
};

bool is_iterable(const Value& value);
// len(); empty where Python's len() fails.
std::optional<int64_t> length_of(const Value& value);
// list(value).
std::vector<Value> to_vector(Heap& heap, const Value& value);

}  // namespace keyway::chat
