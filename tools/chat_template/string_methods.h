// The methods of str.
//
// Entry points: call_string_method.
// Invariant: a Markup string answers with Markup, as markupsafe does; results are sized before they are made.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include "tools/chat_template/arguments.h"
#include "tools/chat_template/methods.h"

namespace keyway::chat {

class Heap;

// Requires: self.is_string(), has_method(kString, method) == kCallable.
Value call_string_method(Evaluator& run, const Value& self, Method method, const Arguments& arguments);

// The groups that string_methods.cc hands on.
Value split_method(Heap& heap, std::string_view text, Method method, const Arguments& arguments);
Value search_method(Heap& heap, const Value& self, Method method, const Arguments& arguments);
bool is_method(std::string_view text, Method method);

// text centred in `width` characters as str.center does.
Value pad_text(Heap& heap, std::string_view text, int64_t width, std::string_view fill, Method method);

// text.replace(old, new, count); a negative count means all.
Value replace_in(Heap& heap, std::string_view text, std::string_view old_text, std::string_view new_text,
                 int64_t count);

}  // namespace keyway::chat
