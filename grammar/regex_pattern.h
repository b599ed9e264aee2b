// A regular expression as written, after reading: the syntax tree between regex_reader.h and regex_lowering.h.
//
// Entry points: Pattern. What dialects spell differently is gone: classes are sets, flags have been applied, greedy and
// lazy are the same. Runs of single code points are one node, so that a text of a megabyte is one node and a set of
// words is one node per word. Internal to grammar/regex_*.cc.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "grammar/code_point_set.h"

namespace keyway {

enum class PatternKind : uint8_t { kEmpty, kText, kSet, kSequence, kAlternative, kRepeat, kPlace, kLook };

// A condition on the code points before and after a place.
enum class Place : uint8_t {
  kTextStart, kTextEnd,          // ^ $ \A \z
  kLineStart, kLineEnd,          // (?m)
  kCrlfLineStart, kCrlfLineEnd,  // (?mR)
  kWordBoundary, kNotWordBoundary, kWordStart, kWordEnd, kWordStartHalf, kWordEndHalf,
};

struct PatternNode {
  PatternKind kind = PatternKind::kEmpty;
  Place place = Place::kTextStart;  // kPlace
  bool unicode_words = false;       // kPlace: \w of Unicode rather than ASCII
  bool negative = false;            // kLook: (?! (?<!
  bool behind = false;              // kLook: (?<= (?<!
  bool conditional = false;         // a place or look stands here or below
  uint32_t first = 0;               // of `texts`, `sets` or `children`
  uint32_t count = 0;               // kText: code points; kSequence, kAlternative: children
  uint32_t min = 0, max = 0;        // kRepeat
  uint32_t depth = 0;               // of nodes below
};

struct Pattern {
  std::vector<PatternNode> nodes;
  std::vector<uint32_t> children;  // node numbers; kRepeat and kLook have one
  std::u32string texts;
  std::vector<CodePointSet> sets;
  uint32_t root = 0;

  const PatternNode& node(uint32_t number) const { return nodes[number]; }
  uint32_t child(const PatternNode& n, uint32_t i = 0) const { return children[n.first + i]; }
};

}  // namespace keyway
