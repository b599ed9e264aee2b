// The literals of template expressions: numbers and string escapes, as Python writes them.
//
// Entry points: float_length, integer_length, unescape. Used by the lexer only.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace keyway::chat {

// Bytes of the float that `text` starts with; 0 where there is none ("1" and "1." are none, "1.0" and "1e5" are).
size_t float_length(std::string_view text);

// Bytes of the integer that `text` starts with: decimal, 0x, 0o, 0b, with single underscores.
// Requires: a decimal digit first.
size_t integer_length(std::string_view text);

// Appends the value of a literal's inside to `out`. Returns npos, or where a malformed escape stands.
size_t unescape(std::string_view text, std::string& out);

}  // namespace keyway::chat
