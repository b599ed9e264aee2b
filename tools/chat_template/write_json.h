// Python's json.dumps.
//
// Entry points: write_json, JsonFormat.
// Invariant: byte for byte as json.dumps of the value that Python reads from the same JSON: numbers in Python's spelling,
// keys of any scalar type as text, NaN and Infinity spelled as Python does. Values without JSON form are an error.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <string>

#include "tools/chat_template/heap.h"
#include "tools/chat_template/value.h"

namespace keyway::chat {

struct JsonFormat {
  bool ascii = false;
  bool sort_keys = false;
  bool indents = false;
  std::string indent;
  std::string item_separator = ", ";
  std::string key_separator = ": ";
};

// The text as a string value.
Value write_json(Heap& heap, const Value& value, const JsonFormat& format);

}  // namespace keyway::chat
