// A list whose elements stay where they are while it grows, and which holds no memory until the first.
//
// Entry points: StableList. Every grammar has a dozen such lists, most of them empty or short; a std::deque takes two blocks
// before its first element. Receipt: grammar/README.md, "one grammar".
// Invariant: the address of an element does not change until the list is destroyed or moved from.
// Thread safety: one thread at a time. Tested by tests/grammar/stable_list_test.cc.
#pragma once

#include <bit>
#include <cstddef>
#include <utility>
#include <vector>

namespace keyway {

template <typename T>
class StableList {
 public:
  template <typename... Arguments>
  T& emplace_back(Arguments&&... arguments) {
    if (chunks_.empty() || chunks_.back().size() == room_of(chunks_.size() - 1)) {
      std::vector<T> chunk;
      chunk.reserve(room_of(chunks_.size()));
      chunks_.push_back(std::move(chunk));
    }
    T& made = chunks_.back().emplace_back(std::forward<Arguments>(arguments)...);
    ++size_;
    return made;
  }
  void push_back(T element) { emplace_back(std::move(element)); }
  // Requires: i < size().
  T& operator[](size_t i) {
    const size_t chunk = chunk_of(i);
    return chunks_[chunk][i - before(chunk)];
  }
  const T& operator[](size_t i) const {
    const size_t chunk = chunk_of(i);
    return chunks_[chunk][i - before(chunk)];
  }
  T& back() { return (*this)[size_ - 1]; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  // Chunk k has room for kFirst << k elements.
  static constexpr size_t kFirst = 4;
  static size_t room_of(size_t chunk) { return kFirst << chunk; }
  static size_t before(size_t chunk) { return kFirst * ((size_t{1} << chunk) - 1); }
  static size_t chunk_of(size_t i) { return static_cast<size_t>(std::bit_width(i / kFirst + 1)) - 1; }

  std::vector<std::vector<T>> chunks_;  // of which none but the last is not full
  size_t size_ = 0;
};

}  // namespace keyway
