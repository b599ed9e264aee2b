// What Python's str methods know about characters: classes and full case mappings.
//
// Entry points: is_printable, is_letter, ..., upper_case, lower_case, capital_case, title_case.
// Why tables of our own beside utf8proc: it maps one code point to one, Python's mappings follow SpecialCasing.txt
// (one to three), and str.isdigit, isupper and islower follow properties that utf8proc does not carry.
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace keyway::chat {

bool is_printable(uint32_t point);
bool is_letter(uint32_t point);   // str.isalpha
bool is_decimal(uint32_t point);  // str.isdecimal
uint32_t decimal_value(uint32_t point);  // 0 to 9. Requires: is_decimal(point).
bool is_digit(uint32_t point);    // str.isdigit
bool is_numeric(uint32_t point);  // str.isnumeric, without ideographs that stand for numbers
bool is_upper(uint32_t point);
bool is_lower(uint32_t point);
bool is_title(uint32_t point);    // a title-case letter such as U+01C5
bool is_alphanumeric(uint32_t point);

std::string upper_case(std::string_view text);
std::string lower_case(std::string_view text);
// str.capitalize(): the first character in title case, the rest in lower case.
std::string capital_case(std::string_view text);
// str.title(): every character after one without case in title case.
std::string title_case(std::string_view text);
std::string swap_case(std::string_view text);
std::string fold_case(std::string_view text);  // str.casefold()

}  // namespace keyway::chat
