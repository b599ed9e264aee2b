// A set of Unicode scalar values (U+0000..U+D7FF, U+E000..U+10FFFF) as sorted ranges.
//
// Entry points: CodePointSet with union, intersection and complement.
// Invariant: ranges are sorted, disjoint, not adjacent, and contain no surrogate; equal sets are equal vectors.
// Thread safety: a value. Tested by tests/grammar/code_point_set_test.cc.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <vector>

namespace keyway {

struct CodePointRange {
  uint32_t first = 0;  // included
  uint32_t last = 0;   // included
  friend bool operator==(const CodePointRange&, const CodePointRange&) = default;
};

class CodePointSet {
 public:
  CodePointSet() = default;
  CodePointSet(std::initializer_list<CodePointRange> ranges);
  // Any order, overlaps allowed; surrogates are taken out.
  explicit CodePointSet(std::vector<CodePointRange> ranges);

  static const CodePointSet& all();

  bool empty() const { return ranges_.empty(); }
  bool contains(uint32_t code_point) const;            // Complexity: O(log ranges)
  bool overlaps(uint32_t first, uint32_t last) const;  // holds one of first to last, both included
  bool covers(uint32_t first, uint32_t last) const;    // holds all of them
  uint64_t size() const;                               // number of code points
  const std::vector<CodePointRange>& ranges() const { return ranges_; }

  // Complexity: O(ranges of both).
  CodePointSet unite(const CodePointSet& other) const;
  CodePointSet intersect(const CodePointSet& other) const;
  CodePointSet minus(const CodePointSet& other) const;
  CodePointSet complement() const;

  friend bool operator==(const CodePointSet&, const CodePointSet&) = default;

 private:
  std::vector<CodePointRange> ranges_;
};

}  // namespace keyway
