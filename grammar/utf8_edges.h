// Well-formed UTF-8 past ASCII as an automaton, for closures of states under every code point.
//
// Entry points: kUtf8Edges. Tested by tests/grammar/coverage_test.cc.
#pragma once

#include <cstdint>

namespace keyway {

// RFC 3629, section 4. State 0 stands between code points; each edge takes a range of bytes. Numbers 1 to 3 are continuation
// bytes left; 4 to 7 are the first bytes with a narrower range.
inline constexpr uint8_t kUtf8States = 8;
struct Utf8Edge {
  uint8_t from, first, last, to;
};
inline constexpr Utf8Edge kUtf8Edges[] = {
    {0, 0xC2, 0xDF, 1}, {0, 0xE0, 0xE0, 4}, {0, 0xE1, 0xEC, 2}, {0, 0xED, 0xED, 5}, {0, 0xEE, 0xEF, 2},
    {0, 0xF0, 0xF0, 6}, {0, 0xF1, 0xF3, 3}, {0, 0xF4, 0xF4, 7}, {1, 0x80, 0xBF, 0}, {2, 0x80, 0xBF, 1},
    {3, 0x80, 0xBF, 2}, {4, 0xA0, 0xBF, 1}, {5, 0x80, 0x9F, 1}, {6, 0x90, 0xBF, 2}, {7, 0x80, 0x8F, 2},
};

}  // namespace keyway
