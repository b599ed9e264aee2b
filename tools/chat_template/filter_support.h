// What several filters share: attribute paths and lazy results.
//
// Entry points: attribute_path, follow, lazily, ignore_case.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <vector>

#include "tools/chat_template/evaluator.h"
#include "tools/chat_template/failure.h"

namespace keyway::chat {

// "a.b.0" as the keys to follow one after the other.
using AttributePath = std::vector<Value>;

AttributePath attribute_path(Heap& heap, const Value& attribute);

// The value at the end of the path; `otherwise`, where given, stands for what is undefined on the way.
Value follow(Evaluator& run, Value item, const AttributePath& path, const Value* otherwise = nullptr);

// Text in lower case, anything else as it is.
Value ignore_case(Heap& heap, const Value& value);

// A generator of what `fill` puts out. Jinja2 runs it when the first item is taken, so its error is raised then.
template <typename Fill>
Value lazily(Heap& heap, Fill fill) {
  std::vector<Value> values;
  std::optional<Error> error;
  try {
    fill(values);
  } catch (const Failure& failure) {
    if (failure.error.code == ErrorCode::kLimit) throw;
    error = failure.error;
    values.clear();
  }
  Value result = heap.generator(std::move(values));
  result.as<GeneratorObject>().error = std::move(error);
  return result;
}

}  // namespace keyway::chat
