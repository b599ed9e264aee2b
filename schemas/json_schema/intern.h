// Interning of word lists: equal lists get equal numbers, so that structures are compared and memoised by id.
//
// Entry points: InternTable. Lists lie side by side in blocks that do not move, the first in the table itself.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "grammar/hash_index.h"

namespace keyway::json_schema {

class InternTable {
 public:
  InternTable() = default;
  InternTable(const InternTable&) = delete;  // lists lie in it
  InternTable& operator=(const InternTable&) = delete;
  // The number of this list, and whether it is new (then it is the last one).
  std::pair<uint32_t, bool> intern(std::span<const uint32_t> words) {
    const uint64_t key = hash(words);
    const uint32_t known = index_.find(key, [&](uint32_t id) { return std::ranges::equal(lists_[id], words); });
    if (known != HashIndex::kNone) return {known, false};
    const uint32_t id = static_cast<uint32_t>(lists_.size());
    const std::span<const uint32_t> kept = stored(words);
    // All or nothing where memory runs out.
    if (lists_.size() == lists_.capacity()) lists_.reserve(std::max<size_t>(16, lists_.size() * 2));
    index_.insert(key, id);
    lists_.push_back(kept);
    return {id, true};
  }
  std::pair<uint32_t, bool> intern(const std::vector<uint32_t>& words) { return intern(std::span(words)); }
  // Valid until the table dies: the lists do not move.
  std::span<const uint32_t> words(uint32_t id) const { return lists_[id]; }
  size_t size() const { return lists_.size(); }

 private:
  static constexpr size_t kFirstBlock = 64, kMostBlock = 4096;  // words

  static uint64_t hash(std::span<const uint32_t> words) {
    uint64_t h = 0x9E3779B97F4A7C15ull + words.size();
    for (uint32_t word : words) h = (h ^ word) * 0xFF51AFD7ED558CCDull + (h >> 29);
    return h;
  }
  std::span<const uint32_t> stored(std::span<const uint32_t> words) {
    if (room_ < words.size()) {
      const size_t block = std::min(kMostBlock, block_ * 2);
      const size_t room = std::max(block, words.size());
      blocks_.push_back(std::make_unique_for_overwrite<uint32_t[]>(room));
      next_ = blocks_.back().get();
      block_ = block;
      room_ = room;
    }
    uint32_t* const begin = next_;
    std::copy(words.begin(), words.end(), begin);
    next_ += words.size();
    room_ -= words.size();
    return {begin, words.size()};
  }

  HashIndex index_;
  std::vector<std::span<const uint32_t>> lists_;
  std::array<uint32_t, kFirstBlock> first_;  // most tables need no other block
  std::vector<std::unique_ptr<uint32_t[]>> blocks_;
  uint32_t* next_ = first_.data();  // in the last block, which has room for room_ more
  size_t room_ = kFirstBlock, block_ = kFirstBlock;
};

}  // namespace keyway::json_schema
