// A set of bytes in 256 bits.
//
// Entry points: ByteSet. Thread safety: a value. Tested by tests/grammar/term_test.cc.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace keyway {

struct ByteSet {
  std::array<uint64_t, 4> words{};

  static ByteSet of(std::string_view bytes) {
    ByteSet set;
    for (char c : bytes) set.insert(static_cast<uint8_t>(c));
    return set;
  }
  // Both ends included.
  static ByteSet range(uint8_t first, uint8_t last) {
    ByteSet set;
    for (unsigned b = first; b <= last; ++b) set.insert(static_cast<uint8_t>(b));
    return set;
  }
  static ByteSet all() { return ByteSet{{~0ull, ~0ull, ~0ull, ~0ull}}; }

  void insert(uint8_t b) { words[b >> 6] |= 1ull << (b & 63); }
  void erase(uint8_t b) { words[b >> 6] &= ~(1ull << (b & 63)); }
  bool contains(uint8_t b) const { return (words[b >> 6] >> (b & 63)) & 1; }
  bool empty() const { return (words[0] | words[1] | words[2] | words[3]) == 0; }
  int size() const {
    return std::popcount(words[0]) + std::popcount(words[1]) + std::popcount(words[2]) + std::popcount(words[3]);
  }
  // How many of its bytes are less.
  uint32_t rank(uint8_t b) const {
    int before = std::popcount(words[b >> 6] & ((1ull << (b & 63)) - 1));
    for (unsigned w = 0; w < b >> 6; ++w) before += std::popcount(words[w]);
    return static_cast<uint32_t>(before);
  }
  ByteSet operator|(const ByteSet& o) const {
    return {{words[0] | o.words[0], words[1] | o.words[1], words[2] | o.words[2], words[3] | o.words[3]}};
  }
  ByteSet operator&(const ByteSet& o) const {
    return {{words[0] & o.words[0], words[1] & o.words[1], words[2] & o.words[2], words[3] & o.words[3]}};
  }
  ByteSet operator~() const { return {{~words[0], ~words[1], ~words[2], ~words[3]}}; }
  // Calls f(byte) in increasing order.
  template <typename F>
  void for_each(F f) const {
    for (unsigned w = 0; w < 4; ++w) {
      for (uint64_t bits = words[w]; bits != 0; bits &= bits - 1) {
        f(static_cast<uint8_t>(w * 64 + static_cast<unsigned>(std::countr_zero(bits))));
      }
    }
  }
  friend auto operator<=>(const ByteSet&, const ByteSet&) = default;
};

}  // namespace keyway
