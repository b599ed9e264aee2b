// Unicode categories as sets of code points, and sets as bitmaps that are asked for every character of a text.
//
// Entry points: unicode_category, unicode_white_space, unicode_word, CodePointTable, white_space, decode_utf8.
// Invariant: categories are those of Unicode 16 whatever the age of utf8proc, as in the Oniguruma that the
// `tokenizers` package bundles; two versions of a table would split the same text differently.
// Tested by tests/runtime/tokenizer_split_test.cc.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "grammar/code_point_set.h"

namespace keyway {

// By general category ("L", "Lu", ...) or by a few long names ("Letter"); empty for a name that is not one.
std::optional<CodePointSet> unicode_category(std::string_view name);
CodePointSet unicode_white_space();
// \w of the regex crate: Alphabetic, marks, decimal digits, connectors, joiners.
CodePointSet unicode_word();
inline CodePointSet code_points(uint32_t first, uint32_t last) { return CodePointSet{CodePointRange{first, last}}; }

// A set as a bitmap of two stages: blocks of 256 code points, equal blocks stored once.
class CodePointTable {
 public:
  CodePointTable() = default;
  explicit CodePointTable(const CodePointSet& set);

  bool contains_ascii(uint8_t byte) const { return (ascii_[byte >> 6] >> (byte & 63)) & 1; }
  // Requires: code_point <= 0x10FFFF.
  bool contains(uint32_t code_point) const {
    const Block& block = blocks_[index_[code_point >> 8]];
    return (block[(code_point >> 6) & 3] >> (code_point & 63)) & 1;
  }

 private:
  using Block = std::array<uint64_t, 4>;
  std::array<uint64_t, 2> ascii_{};
  std::vector<uint16_t> index_;  // (0x1100), block of code points [256 i, 256 i + 256)
  std::vector<Block> blocks_;
};

// White space as a table, made on first use. Thread safety: any number of threads.
const CodePointTable& white_space();

struct DecodedCodePoint {
  uint32_t value;
  uint32_t length;  // bytes
};

// Requires: text points into well-formed UTF-8, at the first byte of a character.
inline DecodedCodePoint decode_utf8(const char* text) {
  const auto byte = [text](int i) { return static_cast<uint32_t>(static_cast<uint8_t>(text[i])); };
  const uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xE0) return {(lead & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (lead < 0xF0) return {(lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {(lead & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
}

inline bool is_utf8_continuation(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) == 0x80; }

}  // namespace keyway
