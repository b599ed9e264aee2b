// A list whose first elements lie inside it: what is short most of the time, such as the alternatives of a step, takes no memory
// from elsewhere.
//
// Entry points: SmallList. Receipt: schemas/json_schema/README.md, "Schema to first mask".
// Invariant: elements lie side by side, in the list itself while there are at most kInside of them.
// Thread safety: one thread at a time. Tested by tests/grammar/small_list_test.cc.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace keyway {

template <typename T, size_t kInside>
class SmallList {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  SmallList() = default;
  SmallList(const SmallList&) = delete;
  SmallList& operator=(const SmallList&) = delete;

  void push_back(T value) {
    if (size_ < kInside) {
      inside_[size_++] = value;
      return;
    }
    if (size_ == kInside) outside_.assign(inside_.begin(), inside_.end());
    outside_.push_back(value);
    ++size_;
  }
  // Requires: not empty().
  T back() const { return begin()[size_ - 1]; }
  void pop_back() {
    if (size_ > kInside) outside_.pop_back();
    --size_;
    if (size_ == kInside) std::copy(outside_.begin(), outside_.end(), inside_.begin());
  }
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  T operator[](size_t i) const { return begin()[i]; }
  const T* begin() const { return size_ <= kInside ? inside_.data() : outside_.data(); }
  const T* end() const { return begin() + size_; }
  // In rising order, each once.
  void sort_unique() {
    T* const first = size_ <= kInside ? inside_.data() : outside_.data();
    std::sort(first, first + size_);
    const size_t left = static_cast<size_t>(std::unique(first, first + size_) - first);
    if (size_ > kInside && left <= kInside) std::copy(first, first + left, inside_.begin());
    if (size_ > kInside) outside_.resize(left);
    size_ = left;
  }

 private:
  size_t size_ = 0;
  std::array<T, kInside> inside_;
  std::vector<T> outside_;  // all of them, where they are more
};

}  // namespace keyway
