// The operators of expressions on values.
//
// Entry points: arithmetic, negate, positive, contains, slice_value, item_at.
// Invariant: results are sized before they are made; integers past 64 bits are an error, never wrong.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>

#include "tools/chat_template/heap.h"
#include "tools/chat_template/value.h"

namespace keyway::chat {

// `operation`: '+', '-', '*', '/', '%', 'f' for //, 'p' for **.
Value arithmetic(Heap& heap, char operation, const Value& left, const Value& right);
Value negate(Heap& heap, const Value& value);
Value positive(const Value& value);
// `item in container`.
bool contains(Heap& heap, const Value& container, const Value& item);
// value[start:stop:step]; missing bounds are kMissing or None.
Value slice_value(Heap& heap, const Value& value, const Value& start, const Value& stop, const Value& step);
// value[key] for strings, lists, tuples, ranges and dictionaries; null where Python raises TypeError or LookupError.
bool item_at(Heap& heap, const Value& value, const Value& key, Value& item);
// Escapes &, <, >, ' and " as Markup does.
Value escape_markup(Heap& heap, const Value& value);

}  // namespace keyway::chat
