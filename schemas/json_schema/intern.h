// Interning of word lists: equal lists get equal numbers, so that structures are compared and memoised by id.
//
// Entry points: InternTable. Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <unordered_map>
#include <vector>

namespace keyway::json_schema {

class InternTable {
 public:
  // The number of this list, and whether it is new (then it is the last one).
  std::pair<uint32_t, bool> intern(std::vector<uint32_t> words) {
    const auto [at, added] = ids_.try_emplace(std::move(words), static_cast<uint32_t>(keys_.size()));
    if (added) keys_.push_back(&at->first);
    return {at->second, added};
  }
  // Valid until the table dies: the lists do not move.
  const std::vector<uint32_t>& words(uint32_t id) const { return *keys_[id]; }
  size_t size() const { return keys_.size(); }

 private:
  struct Hash {
    size_t operator()(const std::vector<uint32_t>& words) const {
      uint64_t h = 0x9E3779B97F4A7C15ull + words.size();
      for (uint32_t word : words) h = (h ^ word) * 0xFF51AFD7ED558CCDull + (h >> 29);
      return static_cast<size_t>(h ^ (h >> 32));
    }
  };
  std::unordered_map<std::vector<uint32_t>, uint32_t, Hash> ids_;
  std::vector<const std::vector<uint32_t>*> keys_;
};

}  // namespace keyway::json_schema
