// Quick proofs that a conjunction is empty: types and scalar constants only, without expanding anything.
//
// Entry points: Outlines. An outline is a superset of the values of a schema. Where the outlines of a conjunction have
// nothing in common, nothing satisfies it: this tells the alternatives of a discriminated union apart (oneOf, if/then)
// before they are multiplied out. What it cannot prove is decided exactly later (facts.h).
// Invariant: obviously_empty() is never true of a conjunction that has a value.
// Complexity: the keywords of the schemas and of a few levels of references and applicators.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "grammar/flat_map.h"
#include "schemas/json_schema/conjunctions.h"

namespace keyway::json_schema {

class Outlines {
 public:
  Outlines(SchemaNodes& nodes, Conjunctions& conjunctions) : nodes_(nodes), conjunctions_(conjunctions) {}

  bool obviously_empty(ConjunctionId conjunction);
  // Whether its values are certainly among some scalars, and there are any.
  bool is_listed(ConjunctionId conjunction);
  // The same values, in one form for all conjunctions that are no more than a finite set of scalars.
  ConjunctionId canonical(ConjunctionId conjunction);
  // Whether every value of `smaller` is certainly one of `larger`.
  bool implies(ConjunctionId smaller, ConjunctionId larger);
  // Listed scalars that were looked at since this was asked last: what the others cost. For a budget.
  uint64_t take_work() { return std::exchange(work_, 0); }

 private:
  // A superset: values of these types; of the scalars only `listed` where it is set, and none of `excluded`. `exact`:
  // nothing else is asked.
  struct Outline {
    bool exact = false;
    uint8_t types = kAllTypes;
    std::optional<std::vector<std::string>> listed;  // sorted, see scalar_key()
    std::vector<std::string> excluded;               // sorted
    std::vector<std::string> patterns;               // that strings match, each made of words (outlines.cc); sorted
  };
  static constexpr uint8_t kAllTypes = 0x7F;  // one bit per JsonKind
  static constexpr int kDepth = 6;

  const Outline& of(Literal literal);
  Outline make(Literal literal, int depth);
  Outline positive(NodeId node, int depth);
  Outline of_constants(std::span<const Json> values) const;
  static Outline of_pattern(Json pattern);
  static Outline listed_by_patterns(Outline outline);
  static void meet(Outline& into, const Outline& other);
  static void join(Outline& into, const Outline& other);
  bool is_empty(const Outline& outline);
  // The scalars that are left where they are all that is left.
  std::optional<std::vector<std::string>> finite(const Outline& outline);
  const Outline& of(ConjunctionId conjunction);

  SchemaNodes& nodes_;
  Conjunctions& conjunctions_;
  std::unordered_map<uint64_t, Outline> known_;
  std::unordered_map<uint32_t, Outline> conjunction_outlines_;  // of two literals and more
  FlatMap<ConjunctionId> canonical_;
  uint64_t work_ = 0;
};

}  // namespace keyway::json_schema
