// Text that grows under the heap's limit, for writers that put out many small pieces.
//
// Entry points: TextBuffer::add, room and advance, view.
// Invariant: the heap is asked whenever the memory grows, so no piece can pass its limit; room() gives as many bytes as
// asked for, to be filled and then counted by advance().
// Tested by tests/tools/chat_template_language_test.cc.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "tools/chat_template/heap.h"

namespace keyway::chat {

class TextBuffer {
 public:
  // The memory is the heap's, used again by the next buffer.
  explicit TextBuffer(Heap& heap) : heap_(heap), memory_(heap.take_scratch()) {}
  ~TextBuffer() { heap_.give_scratch(std::move(memory_)); }
  TextBuffer(const TextBuffer&) = delete;
  TextBuffer& operator=(const TextBuffer&) = delete;

  // At least `bytes` to write to. Valid until the next call.
  char* room(size_t bytes) {
    if (bytes > memory_.size() - size_) grow(bytes);
    return memory_.data() + size_;
  }
  // Counts what was written to room().
  void advance(size_t bytes) { size_ += bytes; }

  void add(char c) {
    *room(1) = c;
    ++size_;
  }
  void add(std::string_view text) {
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }
  std::string_view view() const { return std::string_view(memory_.data(), size_); }

 private:
  void grow(size_t bytes) {
    heap_.require(size_ + bytes);
    heap_.step_bytes(size_);
    memory_.resize(std::max({size_ + bytes, memory_.size() * 2, size_t{1024}}));
  }

  Heap& heap_;
  std::string memory_;  // its size is the capacity
  size_t size_ = 0;
};

}  // namespace keyway::chat
