// One of many listed texts, each followed by terms of its own, as masks and rows read it: off the sorted list, without a term for
// each prefix of each text. The names of tools are such a list.
//
//   texts  cat  cow  dog     range {0, 2, 1}: "at" or "ow" and what follows it, for "c" has been read of the first two
//
// Entry points: ListedTexts, which a Definition gives out by listed(); listed_derivative.
// Invariant: reference(x, y) unfolds to the same language as what is left of the texts of range(x, y).
// Thread safety: as the arena. Tested by tests/tools/named_terms_test.cc and tests/runtime/tool_masks_test.cc.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "grammar/term.h"

namespace keyway {

class ListedTexts {
 public:
  // The texts [first, last), not empty, of which the first `read` bytes have been read; they share those.
  struct Range {
    uint32_t first = 0, last = 0;
    uint32_t read = 0;
  };
  virtual ~ListedTexts() = default;
  // What reference(x, y) of the definition stands for.
  virtual Range range(uint32_t x, uint32_t y) const = 0;
  virtual TermId reference(TermArena& arena, const Range& range) const = 0;
  // Sorted by bytes, without duplicates.
  virtual std::string_view text(uint32_t index) const = 0;
  // Read one after the other behind the text.
  virtual std::array<TermId, 3> after(uint32_t index) const = 0;
  // Bytes of the shortest whole: the text and what follows.
  virtual uint64_t shortest(uint32_t index) const = 0;

  // The end of the texts from `first` on that have the same next byte. Requires: text(first) is longer than `read`.
  uint32_t end_of_byte(const Range& range, uint32_t first) const;
  // Whether what is left of all of them begins with the same byte: a row of its own would say little.
  bool goes_on_alike(const Range& range) const;
  uint64_t shortest(const Range& range) const;  // of what is left
};

// derivative() of a reference to listed texts, and the bytes that do the same; nothing for other terms, and where a text ends.
std::optional<TermId> listed_derivative(TermArena& arena, TermId term, uint8_t byte, ByteSet& same);

}  // namespace keyway
