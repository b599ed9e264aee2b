// Keys and values of one sequence, grown as the sequence grows.
//
// Entry points: KvCache (made by Model::make_cache), position, truncate.
// Each layer and key/value head has its own panels, laid out as kernels/attention.h reads them.
// Invariant: positions [0, position()) are filled; capacity() is a multiple of 16 and never above the model's
// context rounded up to one. Thread safety: one thread at a time; caches of different sequences are
// independent. Tested by tests/runtime/kv_cache_test.cc, tests/runtime/model_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "grammar/error.h"
#include "kernels/attention.h"

namespace keyway {

struct KvShape {
  uint32_t layers = 0;
  uint32_t kv_heads = 0;
  uint32_t head_size = 0;
  uint32_t context = 0;  // most positions

  bool operator==(const KvShape&) const = default;
};

class KvCache {
 public:
  explicit KvCache(const KvShape& shape);

  // Tokens held: the position of the next one.
  uint32_t position() const { return position_; }
  uint32_t capacity() const { return capacity_; }
  uint64_t bytes() const;
  const KvShape& shape() const { return shape_; }

  // Forgets the tokens from `position` on. Requires: position <= this->position(). Complexity: O(1).
  void truncate(uint32_t position);

  // The rest is for the forward pass.

  // Makes room for `positions` tokens and half as many more. Errors: kLimit past the context or out of
  // memory; the cache is unchanged then.
  Status reserve(uint32_t positions);
  // Writes one position. Requires: position < capacity(); key and value have head_size floats.
  void write(uint32_t layer, uint32_t kv_head, uint32_t position, const float* key, const float* value);
  KvHead head(uint32_t layer, uint32_t kv_head) const;
  // Requires: everything below `position` was written.
  void set_position(uint32_t position) { position_ = position; }

 private:
  size_t key_floats() const { return size_t{capacity_} * shape_.head_size; }
  size_t value_floats() const { return size_t{capacity_} * value_panels_ * kPanelWidth; }

  KvShape shape_;
  size_t value_panels_ = 0;  // of one head: ceil(head_size / 16)
  uint32_t position_ = 0;
  uint32_t capacity_ = 0;
  std::vector<std::vector<float>> keys_;    // (layers * kv_heads) of (capacity / 16, head_size, 16)
  std::vector<std::vector<float>> values_;  // (layers * kv_heads) of (value_panels, capacity, 16)
};

}  // namespace keyway
