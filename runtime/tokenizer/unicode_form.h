// The Unicode normalization forms, through utf8proc, with a quick answer for text that is in form C already.
//
// Entry points: is_form_c, to_unicode_form. Invariant: is_form_c never says true of text that NFC would change.
// Tested by tests/runtime/tokenizer_pipeline_test.cc.
#pragma once

#include <string>
#include <string_view>

namespace keyway {

enum class UnicodeForm { kC, kD, kKC, kKD };

// Whether every character is one that NFC leaves alone wherever it stands. May be false for text in form C.
// Complexity: O(bytes); the first call makes a table (about 5 ms).
bool is_form_c(std::string_view text);

// Requires: well-formed UTF-8.
std::string to_unicode_form(std::string_view text, UnicodeForm form);

}  // namespace keyway
