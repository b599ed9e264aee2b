// Values as terms: the last step from conjunctions to what can be stepped byte by byte.
//
// Entry points: ValueTerms. A value without children is written out; arrays and objects are references that unfold when
// a text gets there, so that a grammar grows only where it is used. reference(values, conjunction, 0) is a value.
// Invariant: a term is made only for conjunctions that are not empty, with the exact shortest length (facts.h).
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <memory>

#include "schemas/json_schema/array_terms.h"
#include "schemas/json_schema/counted_object_terms.h"
#include "schemas/json_schema/object_terms.h"
#include "schemas/json_schema/referenced_values.h"

namespace keyway::json_schema {

class ValueTerms : public ReferencedValues {
 public:
  // Requires: all outlive this.
  ValueTerms(TermArena& arena, Expander& expander, ShapeStore& shapes, ArrayStates& array_states, Members& members,
             Constants& constants, Differing& differing, Facts& facts, ScalarTerms& scalars, const Spacing& spacing,
             PropertyOrder order);

  // Of the values only arrays and objects.
  TermId containers(ConjunctionId conjunction);
  TermId unfold(TermArena& arena, uint32_t conjunction, uint32_t) override;

  // Makes this and its parts known to the arena, which keeps `owner` alive. Requires: before the first value().
  void define(std::shared_ptr<void> owner);

 private:
  ShapeStore& shapes_;
  MemberPresences presences_;
  RelaxedValues relaxed_;
  ArrayTerms arrays_;
  ObjectTerms objects_;
  CountedObjectTerms counted_objects_;
};

}  // namespace keyway::json_schema
