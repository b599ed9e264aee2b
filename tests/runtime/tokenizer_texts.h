// The texts of make_tokenizer_texts.py, made in C++ from the same seeds and the same tables.
//
// Entry points: tokenizer_test_text, kTokenizerTestTexts, fnv1a. The golden file begins with the hash of all texts, so
// that the two makers cannot drift apart unnoticed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/utf8.h"

namespace keyway {

inline constexpr size_t kTokenizerTestTexts = 6000;
inline constexpr size_t kTokenizerTestGroup = 50;

namespace tokenizer_texts_detail {

using namespace std::string_view_literals;

struct Range {
  uint32_t first;
  uint32_t last;
};

inline constexpr Range kRanges[] = {
    {0x61, 0x7A}, {0x41, 0x5A}, {0x30, 0x39}, {0x21, 0x2F}, {0x3A, 0x40}, {0x20, 0x7E}, {0xC0, 0xFF},
    {0x100, 0x17F}, {0x370, 0x3FF}, {0x400, 0x4FF}, {0x531, 0x587}, {0x590, 0x5FF}, {0x600, 0x6FF},
    {0x900, 0x97F}, {0x980, 0x9FF}, {0xB80, 0xBFF}, {0xE00, 0xE7F}, {0x1100, 0x11FF}, {0x1E00, 0x1EFF},
    {0x2000, 0x206F}, {0x2070, 0x209F}, {0x20A0, 0x20BF}, {0x2100, 0x218F}, {0x2190, 0x21FF}, {0x2460, 0x24FF},
    {0x2580, 0x259F}, {0x3000, 0x303F}, {0x3040, 0x309F}, {0x30A0, 0x30FF}, {0x4E00, 0x4FFF}, {0x9F00, 0xA0FF},
    {0xAC00, 0xADFF}, {0xF900, 0xFAFF}, {0xFB00, 0xFB4F}, {0xFE00, 0xFE0F}, {0xFF00, 0xFF9F}, {0xFFF0, 0xFFFD},
    {0x10300, 0x1034F}, {0x1D400, 0x1D4FF}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x200FF},
    {0x300, 0x36F}, {0x0, 0x1F}, {0x7F, 0xA0}, {0xE000, 0xE01F}, {0x10FFF0, 0x10FFFF}, {0x1C80, 0x1C8F},
    {0x0, 0xD7FF}, {0xE000, 0x10FFFF},
};

inline constexpr std::string_view kPieces[] = {
    "the"sv, " and"sv, " tokenizer"sv, "don't"sv, "I'll"sv, "we'RE"sv, "it'S"sv, "they\342\200\231ve"sv,
    "'\305\277"sv, " 3.14159"sv, "1000000"sv, "\331\241\331\242\331\243"sv, "\302\275\302\262"sv,
    "camelCaseWord"sv, "SCREAMING_SNAKE"sv, "MixedCASEtext"sv, "if (x == 0) {\012\011\011return;\012}"sv,
    "def f(a, *b):\012    return {'k': [1, 2]}\012"sv, "#include <map>\015\012"sv, "</div><br/>"sv,
    "{\"name\": \"get\", \"arguments\": {}}"sv, "https://example.org/a?b=c&d=%20"sv, "e\314\201"sv,
    "\303\251"sv, "A\314\212\314\201"sv, "\341\273\207"sv, "\341\204\222\341\205\241\341\206\253"sv,
    "\355\225\234"sv, "\340\244\225\340\245\215\340\244\267\340\244\277"sv,
    "\340\270\231\340\271\211\340\270\263"sv, "\331\204\330\247"sv, "\357\254\201n"sv, "\304\260\304\261"sv,
    "\341\272\236\303\237"sv, "\307\205"sv,
    "\360\237\221\250\342\200\215\360\237\221\251\342\200\215\360\237\221\247"sv,
    "\360\237\217\263\357\270\217\342\200\215\360\237\214\210"sv, "\360\237\221\215\360\237\217\275"sv,
    "\360\237\207\251\360\237\207\252"sv, "1\357\270\217\342\203\243"sv, "\342\235\244\357\270\217"sv, " "sv,
    "  "sv, "   "sv, "        "sv, "\011"sv, "\011\011\011"sv, "\012"sv, "\012\012"sv, "\012\012\012\012"sv,
    "\015\012"sv, "\015"sv, " \012"sv, "\012 "sv, " \011 \012"sv, "\302\240"sv, "\343\200\200"sv,
    "\342\200\250"sv, "\302\205"sv, "\341\240\216"sv, "\342\200\213"sv, "\357\273\277"sv, "\013"sv, "\014"sv,
    "\000"sv, "\033[0m"sv, "\177"sv, "\342\226\201"sv, "\342\226\201\342\226\201"sv, "\304\240"sv, "\304\212"sv,
    "\357\277\275"sv, "<0x0A>"sv, "<0xE2>"sv, "<s>"sv, "</s>"sv, "<unk>"sv, "<bos>"sv, "<eos>"sv, "<pad>"sv,
    "<mask>"sv, "<start_of_turn>"sv, "<end_of_turn>"sv, "<unused7>"sv, "<table>"sv, "</td>"sv,
    "<|endoftext|>"sv, "<|endofprompt|>"sv, "<|begin_of_text|>"sv, "<|eot_id|>"sv, "<|start_header_id|>"sv,
    "<|reserved_special_token_1|>"sv, "<|reserved_special_token_10|>"sv, "<|im_start|>"sv, "<|im_end|>"sv,
    "<tool_call>"sv, "</tool_call>"sv, "<tools>"sv, "<tool_response>"sv, "<|im_start"sv, "|>"sv,
    "<|fim_prefix|>"sv, "<|file_sep|>"sv, "[@BOS@]"sv, "supercalifragilisticexpialidocious"sv,
    "\346\210\221\344\273\254\345\234\250\344\270\255\345\233\275\357\274\214\344\275\240\345\245\275\357\274\201"sv,
    "\343\201\223\343\202\223\343\201\253\343\201\241\343\201\257\344\270\226\347\225\214"sv,
    "\320\237\321\200\320\270\320\262\320\265\321\202 \320\274\320\270\321\200"sv,
    "\331\205\330\261\330\255\330\250\330\247 \330\250\330\247\331\204\330\271\330\247\331\204\331\205"sv,
    "\327\251\327\234\327\225\327\235"sv, "Gr\303\274\303\237e"sv, "na\303\257ve caf\303\251"sv,
    "\340\244\250\340\244\256\340\244\270\340\245\215\340\244\244\340\245\207"sv,
};

// splitmix64
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t below(uint64_t n) {
    state_ += 0x9E3779B97F4A7C15ull;
    uint64_t z = state_;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return (z ^ z >> 31) % n;
  }

 private:
  uint64_t state_;
};

}  // namespace tokenizer_texts_detail

inline uint64_t fnv1a(std::string_view bytes, uint64_t value = 0xCBF29CE484222325ull) {
  for (char byte : bytes) value = (value ^ static_cast<uint8_t>(byte)) * 0x100000001B3ull;
  return value;
}

inline std::string tokenizer_test_text(size_t index) {
  using namespace tokenizer_texts_detail;
  Random random(20240607 + index);
  std::string out;
  std::vector<Range> ranges(1 + random.below(3));
  for (Range& range : ranges) range = kRanges[random.below(std::size(kRanges))];
  if (random.below(8) == 0) {  // one long run
    const std::string_view unit = kPieces[random.below(std::size(kPieces))];
    for (uint64_t left = 1 + random.below(60); left > 0; --left) out += unit;
  }
  for (uint64_t left = random.below(24); left > 0; --left) {
    const uint64_t choice = random.below(8);
    if (choice < 4) {
      out += kPieces[random.below(std::size(kPieces))];
    } else if (choice < 7) {
      const Range range = ranges[random.below(ranges.size())];
      for (uint64_t letters = 1 + random.below(10); letters > 0; --letters) {
        const auto point = static_cast<uint32_t>(range.first + random.below(range.last - range.first + 1));
        append_utf8(out, point >= 0xD800 && point <= 0xDFFF ? 0xFFFD : point);
      }
    } else {
      out += ' ';
    }
  }
  return out;
}

}  // namespace keyway
