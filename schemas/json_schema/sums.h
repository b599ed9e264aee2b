// Union and intersection of value sums: type by type, alternatives of arrays and objects multiplied out.
//
// Entry points: SumAlgebra. Invariant: an alternative whose own bounds contradict each other is dropped at birth; whether
// its children can be satisfied is decided later (facts.h). Every product pays for itself from the arena's budget.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <algorithm>
#include <span>

#include "grammar/term.h"
#include "schemas/json_schema/shapes.h"

namespace keyway::json_schema {

template <typename T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

// Called as a product grows: drops doubles once there are `slack` times Limits::alternatives. False where more than that
// are left: the budget is spent then, and the store knows why. An allOf of 30 anyOf took 1.3 s and 244 MB to come to the
// end of its fuel alone.
template <typename T>
bool within_alternatives(TermArena& arena, ShapeStore& shapes, std::vector<T>& list, size_t slack) {
  const size_t most = arena.limits().alternatives;
  if (list.size() <= most * slack || arena.budget() == nullptr) return true;
  sort_unique(list);
  if (list.size() <= most) return true;
  shapes.refuse_alternatives();
  arena.pay(~uint64_t{0});
  return false;
}

class SumAlgebra {
 public:
  SumAlgebra(TermArena& arena, NumberAlgebra& numbers, ShapeStore& shapes);

  bool exhausted() const { return arena_.exhausted(); }
  const ValueSum& any() const { return any_; }    // every JSON value
  const ValueSum& none() const { return none_; }  // no value
  ValueSum intersect(const ValueSum& a, const ValueSum& b);
  ValueSum unite(std::span<const ValueSum* const> parts);
  // False where alternatives are too many, which spends the budget; a step of making them is paid for.
  bool within_limits(std::vector<ObjectShapeId>& made, const std::vector<ObjectShapeId>& open) {
    return arena_.pay(8 + open.size()) && within_alternatives(arena_, shapes_, made, 4);
  }
  // The products that exist and are not obviously empty, sorted.
  std::vector<ArrayShapeId> multiply(const std::vector<ArrayShapeId>& a, const std::vector<ArrayShapeId>& b);
  std::vector<ObjectShapeId> multiply(const std::vector<ObjectShapeId>& a, const std::vector<ObjectShapeId>& b);
  // Null, booleans, numbers and strings that are not in the sum; no arrays and no objects.
  ValueSum other_scalars(const ValueSum& sum);
  // Of sums that come one after the other: the strings that exactly one has, with `next` the last, and those that any has.
  void add_exactly_one_string(ValueSum& one, ValueSum& seen, const ValueSum& next);

 private:
  std::vector<ObjectShapeId> with_clause(const std::vector<ObjectShapeId>& list, const PresenceClause& clause);

  TermArena& arena_;
  NumberAlgebra& numbers_;
  ShapeStore& shapes_;
  ValueSum any_, none_;
};

}  // namespace keyway::json_schema
