// Whether anything satisfies a conjunction, and in how few bytes: a least fixpoint over the children that a value needs.
//
// Entry points: Facts, Fact. Decided before a reference is made, so that no state leads to a dead end (promise P4).
// The length of a value is a sum over its required children, which never gets smaller when a child grows, so the fixpoint
// is found as in Knuth's generalisation of Dijkstra's algorithm (1977): the cheapest undecided conjunction is final.
// What is never reached has no finite value: it is empty.
// Invariant: shortest is exact: a text of that many bytes exists and none shorter (kLongest stands for more).
// Complexity: O(n log n) in the conjunctions and shapes that are needed, once; no recursion.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/facts_test.cc.
#pragma once

#include <unordered_map>
#include <vector>

#include "grammar/text_term.h"
#include "schemas/json_schema/expand.h"
#include "schemas/json_schema/spacing.h"

namespace keyway::json_schema {

struct Fact {
  bool empty = true;
  uint32_t shortest = kLongest;  // bytes
};

// Terms of values that hold no other values, and of keys.
class ScalarTerms {
 public:
  ScalarTerms(TermArena& arena, NumberAlgebra& numbers, TextSpelling spelling)
      : arena_(arena), numbers_(numbers), spelling_(spelling) {}
  TermId number(const NumberSet& set) { return text_term(arena_, numbers_.spellings(set), TextSpelling::kUtf8); }
  // Without the quotes.
  TermId text(RegexId language) { return text_term(arena_, language, spelling_); }
  TermId code_point(uint32_t value);
  // Appends null, true, false, the number and the string of a sum, where they exist.
  void append(const ValueSum& sum, std::vector<TermId>& parts);
  // Bytes of the shortest spelling of a text, without quotes.
  uint32_t text_bytes(std::string_view utf8);

 private:
  TermArena& arena_;
  NumberAlgebra& numbers_;
  TextSpelling spelling_;
  std::unordered_map<uint32_t, TermId> code_points_;
};

class Facts {
 public:
  Facts(TermArena& arena, Expander& expander, ShapeStore& shapes, ScalarTerms& scalars, const Spacing& spacing)
      : arena_(arena), expander_(expander), shapes_(shapes), scalars_(scalars), spacing_(spacing) {}

  // With an exhausted budget everything not yet known is empty; the arena says so.
  Fact decide(ConjunctionId conjunction);
  // Whether an array or object of this shape exists.
  bool possible(const ArrayShape& shape);
  bool possible(const ObjectShape& shape);

 private:
  // One way to satisfy a conjunction: `base` bytes and the children it needs, each `times` over.
  struct Way {
    uint32_t owner;
    uint64_t base;
    uint32_t missing;
    std::vector<std::pair<uint32_t, uint32_t>> needs;  // (child, times), each child once
  };
  struct Search;  // one fixpoint
  void discover(Search& search, ConjunctionId conjunction);
  void add_way(Search& search, uint32_t owner, uint64_t base, std::vector<std::pair<uint32_t, uint32_t>> needs);
  void add_array(Search& search, uint32_t owner, const ArrayShape& shape);
  void add_object(Search& search, uint32_t owner, const ObjectShape& shape);
  uint32_t bytes_of(TermId term) const { return arena_.shortest(term); }

  TermArena& arena_;
  Expander& expander_;
  ShapeStore& shapes_;
  ScalarTerms& scalars_;
  const Spacing& spacing_;
  std::unordered_map<uint32_t, Fact> known_;
};

}  // namespace keyway::json_schema
