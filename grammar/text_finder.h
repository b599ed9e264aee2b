// Which of some texts end at a place of a longer one (Aho and Corasick 1975): an automaton over bytes.
//
// Entry point: TextFinder. State 0 is the beginning; no state depends on more than the bytes that it was stepped by.
// Thread safety: const members may be called at once. Tested by tests/grammar/text_finder_test.cc.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace keyway {

class TextFinder {
 public:
  // What a byte of a text is charged before a finder is made: a state of about 150 bytes and a microsecond.
  static constexpr uint64_t kByteWork = 32;

  // Requires: no text is empty. Complexity: O(bytes of the texts).
  explicit TextFinder(std::span<const std::string> texts);

  uint32_t step(uint32_t state, uint8_t byte) const;
  // The states of texts that are one byte longer and begin one that is to be found.
  const std::map<uint8_t, uint32_t>& children(uint32_t state) const { return nodes_[state].children; }
  // The texts that are what was read from the beginning to this state, by their places in the list.
  std::span<const uint32_t> ends(uint32_t state) const { return nodes_[state].ends; }
  // Whether one of the texts ends here.
  bool finds(uint32_t state) const { return nodes_[state].finds; }
  // The texts that end here, by their places in the list, the longest first.
  std::vector<uint32_t> found(uint32_t state) const;
  uint32_t states() const { return static_cast<uint32_t>(nodes_.size()); }

 private:
  struct Node {
    std::map<uint8_t, uint32_t> children;
    uint32_t fallback = 0;       // the longest proper end of this text that is in the automaton
    std::vector<uint32_t> ends;  // texts that are this one
    bool finds = false;          // a text ends here or at a fallback
  };

  std::vector<Node> nodes_;
};

}  // namespace keyway
