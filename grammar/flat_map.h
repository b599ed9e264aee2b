// A map from 64-bit keys to small values in one block of memory, so that copying it copies bytes.
//
// Entry points: FlatMap.
// Every grammar starts as a copy of the frozen base (term.h); maps of nodes made that copy hundreds of allocations.
// Receipt: grammar/README.md, "one grammar".
// Invariant: a key is held once; values are never removed.
// Thread safety: one thread at a time. Tested by tests/grammar/flat_map_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace keyway {

template <typename Value>
class FlatMap {
  static_assert(std::is_trivially_copyable_v<Value>);

 public:
  // Null where the key is not held. The pointer is good until the next insert.
  Value* find(uint64_t key) { return const_cast<Value*>(std::as_const(*this).find(key)); }
  const Value* find(uint64_t key) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = slots_[place_of(key)];
    return slot.used ? &slot.value : nullptr;
  }
  // Requires: the key is not held.
  void insert(uint64_t key, Value value) {
    if ((size_ + 1) * 2 > slots_.size()) grow();
    slots_[place_of(key)] = {key, value, true};
    ++size_;
  }
  // Keeps the value that is held already.
  void add(uint64_t key, Value value) {
    if (find(key) == nullptr) insert(key, value);
  }
  size_t size() const { return size_; }
  // Calls of(key, value) for each, in no order.
  template <typename Of>
  void for_each(Of of) const {
    for (const Slot& slot : slots_) {
      if (slot.used) of(slot.key, slot.value);
    }
  }
  size_t bytes() const { return slots_.size() * sizeof(Slot); }

 private:
  static constexpr size_t kFirstSlots = 16;
  struct Slot {
    uint64_t key = 0;
    Value value{};
    bool used = false;
  };

  // Where the key is, or the free slot where it belongs. Requires: a free slot.
  size_t place_of(uint64_t key) const {
    const size_t wrap = slots_.size() - 1;
    size_t place = static_cast<size_t>(key * 0x9E3779B97F4A7C15ull >> 32) & wrap;
    while (slots_[place].used && slots_[place].key != key) place = (place + 1) & wrap;
    return place;
  }
  void grow() {
    std::vector<Slot> before(slots_.empty() ? kFirstSlots : slots_.size() * 2);  // a power of two
    before.swap(slots_);
    for (const Slot& slot : before) {
      if (slot.used) slots_[place_of(slot.key)] = slot;
    }
  }

  std::vector<Slot> slots_;
  size_t size_ = 0;
};

}  // namespace keyway
