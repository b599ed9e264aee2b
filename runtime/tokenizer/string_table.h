// A fixed set of texts, each with a number: open addressing over one block of bytes.
//
// Entry points: StringTable::reserve, insert, find; hash_bytes.
// Invariant: at most half of the slots are used, so that a search ends.
// Tested by tests/runtime/tokenizer_bpe_test.cc.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace keyway {

// A hash for tables in memory. Complexity: one multiplication for each 8 bytes.
inline uint64_t hash_bytes(std::string_view text) {
  constexpr uint64_t kFactor = 0x9E3779B97F4A7C15ull;
  const auto mix = [](uint64_t a) {
    a *= kFactor;
    return a ^ a >> 32;
  };
  uint64_t hash = text.size() * kFactor;
  const char* at = text.data();
  size_t left = text.size();
  for (; left >= 8; at += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    hash = mix(hash ^ word);
  }
  uint64_t tail = 0;
  for (size_t i = 0; i < left; ++i) tail |= static_cast<uint64_t>(static_cast<uint8_t>(at[i])) << (8 * i);
  return mix(hash ^ tail);
}

class StringTable {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFFu;

  // Makes room for `count` texts of `total_bytes` in all; once, before the first insert.
  void reserve(size_t count, size_t total_bytes) {
    slots_.assign(std::bit_ceil(count * 2 + 2), Slot{});
    bytes_.reserve(total_bytes);
  }

  // A text that is there already keeps its place and gets the new number. Requires: room was reserved.
  void insert(std::string_view text, uint32_t number) {
    const uint64_t hash = hash_bytes(text);
    Slot& slot = slots_[place(text, hash)];
    if (slot.number == kNone) {
      slot = {static_cast<uint32_t>(hash >> 32), kNone, static_cast<uint32_t>(bytes_.size()),
              static_cast<uint32_t>(text.size())};
      bytes_ += text;
    }
    slot.number = number;
  }

  // The number of the text, or kNone. Complexity: O(length).
  uint32_t find(std::string_view text) const {
    if (slots_.empty()) return kNone;
    return slots_[place(text, hash_bytes(text))].number;
  }

 private:
  struct Slot {
    uint32_t tag = 0;  // the upper half of the hash
    uint32_t number = kNone;
    uint32_t offset = 0;  // into bytes_
    uint32_t length = 0;  // bytes
  };

  size_t place(std::string_view text, uint64_t hash) const {
    const size_t mask = slots_.size() - 1;
    const uint32_t tag = static_cast<uint32_t>(hash >> 32);
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
      const Slot& slot = slots_[at];
      if (slot.number == kNone) return at;
      if (slot.tag == tag && slot.length == text.size() &&
          std::memcmp(bytes_.data() + slot.offset, text.data(), text.size()) == 0) {
        return at;
      }
    }
  }

  std::vector<Slot> slots_;
  std::string bytes_;
};

}  // namespace keyway
