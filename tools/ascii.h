// Bytes by what they are in a call format's text: white space of JSON, decimal digits.
//
// Entry points: is_space, is_digit. Tested by tests/tools/call_parser_test.cc.
#pragma once

#include <cstdint>

namespace keyway {

constexpr bool is_space(uint8_t byte) { return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r'; }
constexpr bool is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }

}  // namespace keyway
