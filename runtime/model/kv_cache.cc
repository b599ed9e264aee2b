// Growth and layout of the cache; see kv_cache.h.
#include "runtime/model/kv_cache.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>
#include <stdexcept>

namespace keyway {
namespace {

constexpr uint32_t kLeastRoom = 128;  // positions beyond those that are asked for

uint32_t rounded_up(uint32_t positions) {
  return (positions + static_cast<uint32_t>(kPanelWidth) - 1) / kPanelWidth * kPanelWidth;
}

}  // namespace

KvCache::KvCache(const KvShape& shape)
    : shape_(shape), value_panels_((shape.head_size + kPanelWidth - 1) / kPanelWidth) {}

uint64_t KvCache::bytes() const {
  return (key_floats() + value_floats()) * sizeof(float) * shape_.layers * shape_.kv_heads;
}

void KvCache::truncate(uint32_t position) {
  assert(position <= position_);
  position_ = std::min(position, position_);
}

Status KvCache::reserve(uint32_t positions) {
  if (positions > shape_.context) {
    return fail(ErrorCode::kLimit, "the sequence is longer than the model's context", {},
                std::to_string(positions) + " tokens", "context " + std::to_string(shape_.context));
  }
  if (positions <= capacity_) return {};
  // Half again as much: the decode steps after a prompt should not have to grow the cache at once.
  const uint64_t roomy = uint64_t{positions} + std::max(kLeastRoom, positions / 2);
  const uint32_t wanted = static_cast<uint32_t>(std::min<uint64_t>(shape_.context, roomy));
  const uint32_t capacity = rounded_up(wanted);
  try {
    const size_t heads = size_t{shape_.layers} * shape_.kv_heads;
    std::vector<std::vector<float>> keys(heads), values(heads);
    for (size_t head = 0; head < heads; ++head) {
      keys[head].resize(size_t{capacity} * shape_.head_size);
      values[head].resize(size_t{capacity} * kPanelWidth * value_panels_);
      if (capacity_ == 0) continue;
      std::memcpy(keys[head].data(), keys_[head].data(), keys_[head].size() * sizeof(float));
      for (size_t panel = 0; panel < value_panels_; ++panel) {
        std::memcpy(values[head].data() + panel * capacity * kPanelWidth,
                    values_[head].data() + panel * capacity_ * kPanelWidth,
                    size_t{capacity_} * kPanelWidth * sizeof(float));
      }
    }
    keys_ = std::move(keys);
    values_ = std::move(values);
    capacity_ = capacity;
  } catch (const std::exception&) {
    return fail(ErrorCode::kLimit, "no memory for the KV cache", {}, std::to_string(capacity) + " positions",
                "memory");
  }
  return {};
}

void KvCache::write(uint32_t layer, uint32_t kv_head, uint32_t position, const float* key,
                    const float* value) {
  assert(position < capacity_);
  const size_t head = size_t{layer} * shape_.kv_heads + kv_head;
  float* keys =
      keys_[head].data() + position / kPanelWidth * shape_.head_size * kPanelWidth + position % kPanelWidth;
  for (size_t d = 0; d < shape_.head_size; ++d) keys[d * kPanelWidth] = key[d];
  for (size_t panel = 0; panel < value_panels_; ++panel) {
    const size_t first = panel * kPanelWidth;
    const size_t count = std::min(kPanelWidth, shape_.head_size - first);
    std::memcpy(values_[head].data() + (panel * capacity_ + position) * kPanelWidth, value + first,
                count * sizeof(float));
  }
}

KvHead KvCache::head(uint32_t layer, uint32_t kv_head) const {
  const size_t head = size_t{layer} * shape_.kv_heads + kv_head;
  return {keys_[head].data(), values_[head].data(), capacity_};
}

}  // namespace keyway
