// An object shape made ready for writing: the names that can appear and the classes of other keys.
//
// Entry points: ObjectPlans, ObjectPlan. A plan is made when an object of its shape is first opened.
// Invariant: every name and every class of a plan has a value that can be written; known names that cannot appear are
// kept out of the classes too, so that no spelling of them gets past (an escape is decoded before it is compared).
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "grammar/stable_list.h"
#include "schemas/json_schema/child_terms.h"
#include "schemas/json_schema/intern.h"

namespace keyway::json_schema {

struct PlannedName {
  std::string_view text;
  ConjunctionId value;
  bool required = false;
  uint32_t rank = 0;       // place in the declared order
  uint32_t key_bytes = 0;  // shortest spelling without quotes
  uint32_t value_bytes = 0;
};

struct ObjectPlan {
  std::vector<PlannedName> names;  // sorted by bytes, hence by code points
  std::vector<KeyClass> classes;   // disjoint, not empty
  bool possible = true;            // every required name can be written
  bool plain = true;               // no name holds a quote
  bool has_alternatives = false;   // which say what names must come: none of them is required
};

class ObjectPlans {
 public:
  ObjectPlans(ShapeStore& shapes, Members& members, ChildTerms& children, ScalarTerms& scalars)
      : shapes_(shapes), members_(members), children_(children), scalars_(scalars) {}

  // One plan for alternatives (ShapeStore::as_objects). Of several none of the names is required: the alternatives say which
  // must come. Requires: none of the shapes is empty (its required names can be written).
  uint32_t plan_of(std::span<const ObjectShapeId> shapes);
  ObjectPlan& plan(uint32_t index) { return plans_[index]; }

 private:
  void add_names(std::span<const ObjectShapeId> shapes, ObjectPlan& plan);

  ShapeStore& shapes_;
  Members& members_;
  ChildTerms& children_;
  ScalarTerms& scalars_;
  StableList<ObjectPlan> plans_;
  InternTable by_shapes_;
};

}  // namespace keyway::json_schema
