// The alphabet of byte-level tokenizers: each byte is written as one printable character.
//
// Printable bytes (0x21-0x7E, 0xA1-0xAC, 0xAE-0xFF) stand for themselves; the other 68, in order, are U+0100 to
// U+0143. Entry points: byte_level_code_point, byte_level_encode, byte_level_decode.
// Tested by tests/runtime/tokenizer_bpe_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace keyway {

uint32_t byte_level_code_point(uint8_t byte);

// Each byte as its character, UTF-8.
std::string byte_level_encode(std::string_view bytes);

// The bytes that the characters stand for; empty where one stands for none. Requires: well-formed UTF-8.
std::optional<std::string> byte_level_decode(std::string_view text);

}  // namespace keyway
