// Texts that grow byte by byte, as numbers: what a recorder (grammar/recording.h) keeps of what was read in front of it.
//
// Entry points: RecordedTexts. Invariant: equal texts are equal numbers. Thread safety: one thread at a time.
// Tested by tests/schemas/json_schema/unique_items_test.cc.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace keyway::json_schema {

class RecordedTexts {
 public:
  static constexpr uint32_t kEmpty = 0;

  uint32_t longer(uint32_t text, uint8_t byte) {
    const auto [at, added] = longer_.try_emplace(uint64_t{text} << 8 | byte, static_cast<uint32_t>(texts_.size()));
    if (added) texts_.push_back({text, byte});
    return at->second;
  }
  std::string written(uint32_t text) const {
    std::string out;
    for (uint32_t at = text; at != kEmpty; at = texts_[at].before) out += static_cast<char>(texts_[at].last);
    std::reverse(out.begin(), out.end());
    return out;
  }

 private:
  struct Text {
    uint32_t before = kEmpty;
    uint8_t last = 0;
  };
  std::vector<Text> texts_ = {Text{}};
  std::unordered_map<uint64_t, uint32_t> longer_;  // (text << 8 | byte) to the text with that byte behind it
};

}  // namespace keyway::json_schema
