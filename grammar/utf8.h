// UTF-8 (RFC 3629): shortest forms only, no surrogates, at most U+10FFFF.
//
// Entry points: utf8_length, utf8_code_point, append_utf8. Tested by tests/grammar/utf8_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace keyway {

inline constexpr uint32_t kMaxCodePoint = 0x10FFFF;

// Bytes (1 to 4) of the well-formed sequence that `text` starts with; 0 where it starts with none.
size_t utf8_length(std::string_view text);

// The code point of a well-formed sequence. Requires: utf8_length(sequence) == sequence.size().
uint32_t utf8_code_point(std::string_view sequence);

// Requires: code_point is a Unicode scalar value.
void append_utf8(std::string& out, uint32_t code_point);

// Whether the whole text is well formed.
bool is_utf8(std::string_view text);

}  // namespace keyway
