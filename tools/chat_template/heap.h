// Makes values and counts what they cost: the budgets of one render.
//
// Entry points: Heap::step, require, the make functions, list_of and friends.
// Invariant: a size is checked before anything of that size is allocated; live bytes are counted down again when a
// value dies, so a template may work for long in little memory. Registered objects are emptied when the heap ends.
// Tested by tests/tools/chat_template_limits_test.cc.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/chat_template/chat_template.h"
#include "tools/chat_template/failure.h"
#include "tools/chat_template/pool.h"
#include "tools/chat_template/value.h"

namespace keyway::chat {

class Heap {
 public:
  explicit Heap(const TemplateLimits& limits) : limits_(limits), steps_left_(limits.steps) {}
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;
  ~Heap();

  const TemplateLimits& limits() const { return limits_; }
  Pool& pool() { return pool_; }

  // Pays for work. One step is about one syntax node or one item.
  void step(uint64_t count = 1) {
    if (steps_left_ < count) out_of_steps();
    steps_left_ -= count;
  }
  // Pays for bytes that are read one by one, and for bytes that are moved.
  void step_bytes(uint64_t bytes) { step(bytes / 16); }
  void step_moved(uint64_t bytes) { step(bytes / 64); }
  // Pays for looking for one text in another, at its worst.
  void step_search(std::string_view text, std::string_view needle) {
    step(text.size() / 16 + text.size() * needle.size() / 2048);
  }
  // Checks that `bytes` more may live. Allocates nothing.
  void require(uint64_t bytes) const {
    if (bytes > limits_.live_bytes - live_bytes_) raise_limit("live_bytes", limits_.live_bytes);
  }
  // Checks `count` things of `each` bytes, without overflow.
  void require(uint64_t count, uint64_t each) const;

  Value string(std::string text);
  // A copy of the text.
  Value copy(std::string_view text);
  // A string of `size` bytes for the caller to fill before anything else is made.
  char* fresh(size_t size, Value& value);
  // The text must outlive the render: input, template, literals.
  Value string_view(std::string_view text);
  Value big_integer(std::string digits);
  Value list(std::vector<Value> values) { return sequence(Kind::kList, std::move(values)); }
  Value tuple(std::vector<Value> values) { return sequence(Kind::kTuple, std::move(values)); }
  Value sequence(Kind kind, std::vector<Value> values);
  Value pair(Value first, Value second);
  Value dict();
  Value generator(std::vector<Value> values);
  Value range(int64_t start, int64_t stop, int64_t step);
  Value view(Value dict, DictPart part);
  // The variables of a function, all missing. The caller holds the one reference.
  Activation* activation(uint32_t slots, Activation* outer);
  // A value of the input. Containers are filled when they are looked into.
  Value from_json(Json json);

  // An object of type T, counted. Callers wrap it in a Value at once.
  template <typename T>
  T* make() {
    return make_with<T>(0);
  }
  // Counts `bytes` more for an object that grew.
  void grow(Object* object, uint64_t bytes);
  // Keeps an object that may take part in a cycle until the heap ends, and empties it then.
  void keep(Value value) { kept_.push_back(std::move(value)); }
  void keep(Activation* activation);
  // Called by destroy() with the memory of an object that has ended.
  void forget(void* memory, uint64_t charged, uint8_t size_class) {
    live_bytes_ -= charged;
    pool_.give(memory, size_class);
  }
  // Memory for text that is being written; its bytes mean nothing.
  std::string take_scratch() { return std::move(scratch_); }
  void give_scratch(std::string memory) {
    constexpr size_t kKept = 64 << 10;  // bytes; what is longer is rare and goes back to the system
    if (memory.size() <= kKept) scratch_ = std::move(memory);
  }
  // Counts one level of a walk through what may hold itself, while it lives.
  class Nesting {
   public:
    explicit Nesting(Heap& heap) : heap_(heap) {
      if (++heap_.nesting_ > heap_.limits_.value_depth) {
        --heap_.nesting_;
        raise_limit("value_depth", heap_.limits_.value_depth);
      }
    }
    ~Nesting() { --heap_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Heap& heap_;
  };
  // The depth of a container with these children; an error past the limit.
  uint16_t depth_over(uint16_t child) const;

 private:
  static constexpr uint64_t kOverhead = 16;  // of the allocator, bytes
  // As make(), with room for `extra` bytes behind the object.
  template <typename T>
  T* make_with(size_t extra) {
    const uint64_t bytes = sizeof(T) + extra + kOverhead;
    require(bytes);
    uint8_t size_class = 0;
    T* object = new (pool_.take(sizeof(T) + extra, size_class)) T;
    object->heap = this;
    object->size_class = size_class;
    object->charged = bytes;
    live_bytes_ += bytes;
    return object;
  }
  [[noreturn]] void out_of_steps();

  Pool pool_;
  TemplateLimits limits_;
  uint64_t steps_left_;
  uint64_t live_bytes_ = 0;
  uint32_t nesting_ = 0;
  std::string scratch_;
  std::vector<Value> kept_;
  std::vector<Activation*> kept_activations_;  // counted
};

// The nesting of a value: 0 for what is no container.
uint16_t value_depth(const Value& value);

}  // namespace keyway::chat
