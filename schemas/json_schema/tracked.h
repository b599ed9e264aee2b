// Shapes of arrays and objects together with what was evaluated in them, for unevaluatedItems and unevaluatedProperties.
//
// Entry points: Tracked, TrackedAlgebra. An alternative says which keys and items the applicators that hold in it have
// evaluated. What is left out of `keys` and `items` only asks for more later, so that alternatives may overlap where the
// keyword is not negated: for anyOf every set of branches that hold is an alternative, and nothing is negated.
// Invariant: equal alternatives are listed once. Every product pays for itself from the arena's budget.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <compare>
#include <vector>

#include "grammar/term.h"
#include "schemas/json_schema/shapes.h"

namespace keyway::json_schema {

struct EvaluatedItems {
  bool all = false;
  uint32_t prefix = 0;                    // items before this index
  std::vector<ConjunctionId> contained;  // and every item that satisfies one of these; sorted
  friend auto operator<=>(const EvaluatedItems&, const EvaluatedItems&) = default;
};

struct TrackedArray {
  ArrayShapeId shape;
  EvaluatedItems items;
  friend auto operator<=>(const TrackedArray&, const TrackedArray&) = default;
};

struct TrackedObject {
  ObjectShapeId shape;
  RegexId keys;  // evaluated ones
  friend auto operator<=>(const TrackedObject&, const TrackedObject&) = default;
};

struct Tracked {
  std::vector<TrackedArray> arrays;
  std::vector<TrackedObject> objects;
};

class TrackedAlgebra {
 public:
  // Requires: all outlive this.
  TrackedAlgebra(TermArena& arena, ShapeStore& shapes, Conjunctions& conjunctions)
      : arena_(arena), shapes_(shapes), conjunctions_(conjunctions) {}

  // The arrays and objects of a sum, with nothing evaluated.
  Tracked unseen(const ValueSum& sum) const;
  Tracked any() const;
  Tracked multiply(const Tracked& a, const Tracked& b);
  static void append(const Tracked& from, Tracked& to);
  void keep_once(Tracked& tracked);

  // The arrays and objects in which `value` holds for everything that was not evaluated.
  std::vector<ArrayShapeId> with_other_items(const std::vector<TrackedArray>& from, ConjunctionId value);
  std::vector<ObjectShapeId> with_other_members(const std::vector<TrackedObject>& from, ConjunctionId value);
  // Those in which it fails for something.
  std::vector<ArrayShapeId> breaking_items(const std::vector<TrackedArray>& from, ConjunctionId value);
  std::vector<ObjectShapeId> breaking_members(const std::vector<TrackedObject>& from, ConjunctionId value);

 private:
  // What an item is that was not evaluated and breaks one literal of `value`, `none` standing for never().
  ConjunctionId breaking_item(const EvaluatedItems& items, ConjunctionId broken);
  std::vector<ConjunctionId> broken(ConjunctionId value);
  void add(ArrayShapeId base, ArrayShape shape, std::vector<ArrayShapeId>& to);
  void add(ObjectShapeId base, ObjectShape shape, std::vector<ObjectShapeId>& to);

  TermArena& arena_;
  ShapeStore& shapes_;
  Conjunctions& conjunctions_;
};

}  // namespace keyway::json_schema
