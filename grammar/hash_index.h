// Numbers by the hash of what they stand for: what is interned stays in a list of its own, and this finds it.
//
// Entry points: HashIndex. A slot keeps 32 bits of the hash, so that what is not equal is seldom looked at and growing looks at
// nothing. Thread safety: one thread at a time; any number where it is only read. Tested by tests/grammar/layered_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace keyway {

class HashIndex {
 public:
  // Requires: first_slots, which are made with the first number, is a power of two.
  explicit HashIndex(size_t first_slots = 32) : first_slots_(first_slots) {}

  static constexpr uint32_t kNone = 0xFFFFFFFFu;
  // The first number of this hash for which same(number) holds; kNone where there is none. Equal hashes may stand for
  // different things.
  template <typename Same>
  uint32_t find(uint64_t hash, Same same) const {
    if (slots_.empty()) return kNone;
    const uint32_t tag = tag_of(hash);
    const size_t wrap = slots_.size() - 1;
    for (size_t at = tag & wrap; slots_[at].number != 0; at = (at + 1) & wrap) {
      if (slots_[at].tag == tag && same(slots_[at].number - 1)) return slots_[at].number - 1;
    }
    return kNone;
  }
  // Requires: number is not kNone.
  void insert(uint64_t hash, uint32_t number) { put({tag_of(hash), number + 1}); }
  void insert_all(const HashIndex& other) {
    for (const Slot& slot : other.slots_) {
      if (slot.number != 0) put(slot);
    }
  }
  // Calls of(tag) for each, in no order.
  template <typename Of>
  void for_each_tag(Of of) const {
    for (const Slot& slot : slots_) {
      if (slot.number != 0) of(slot.tag);
    }
  }
  static uint32_t tag_of(uint64_t hash) { return static_cast<uint32_t>(hash ^ hash >> 32); }
  size_t size() const { return size_; }
  size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  struct Slot {
    uint32_t tag = 0;
    uint32_t number = 0;  // plus 1; 0 where free
  };
  void put(Slot slot) {
    if ((size_ + 1) * 2 > slots_.size()) grow();
    place(slot);
    ++size_;
  }
  void place(Slot slot) {
    const size_t wrap = slots_.size() - 1;
    size_t at = slot.tag & wrap;
    while (slots_[at].number != 0) at = (at + 1) & wrap;
    slots_[at] = slot;
  }
  void grow() {
    std::vector<Slot> before(slots_.empty() ? first_slots_ : slots_.size() * 2);  // a power of two
    before.swap(slots_);
    for (const Slot& slot : before) {
      if (slot.number != 0) place(slot);
    }
  }

  size_t first_slots_;
  std::vector<Slot> slots_;
  size_t size_ = 0;
};

}  // namespace keyway
