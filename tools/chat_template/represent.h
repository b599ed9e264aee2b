// str() and repr() of values.
//
// Entry points: append_str, append_repr, to_text.
// Invariant: the text grows only as far as the heap has room for it.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <string>
#include <string_view>

#include "tools/chat_template/heap.h"
#include "tools/chat_template/value.h"

namespace keyway::chat {

void append_str(Heap& heap, std::string& out, const Value& value);
void append_repr(Heap& heap, std::string& out, const Value& value);

// str(value) as a value: strings stay as they are, Markup too.
Value to_text(Heap& heap, const Value& value);

}  // namespace keyway::chat
