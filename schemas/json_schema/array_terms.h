// Arrays as terms.
//
// Entry points: ArrayTerms. An array without counted items is written out, its repetition counted by the term algebra;
// one with counted items is a walk over ArrayStates: reference(arrays, state, 0).
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include "schemas/json_schema/child_terms.h"
#include "schemas/json_schema/facts.h"

namespace keyway::json_schema {

class ArrayTerms : public Definition {
 public:
  // Requires: all outlive this.
  ArrayTerms(TermArena& arena, ShapeStore& shapes, ArrayStates& states, Facts& facts, const Spacing& spacing,
             ChildTerms& children)
      : arena_(arena), shapes_(shapes), states_(states), facts_(facts), spacing_(spacing), children_(children) {}

  // Brackets included. Requires: Facts::possible(shape).
  TermId array(ArrayShapeId shape);
  TermId unfold(TermArena& arena, uint32_t state, uint32_t) override;
  void set_definition(DefinitionId id) { definition_ = id; }

 private:
  TermId plain(const ArrayShape& shape);
  TermId state_reference(uint32_t state, const Fact& fact) {
    return arena_.reference(definition_, state, 0, TermFacts{false, fact.shortest});
  }

  TermArena& arena_;
  ShapeStore& shapes_;
  ArrayStates& states_;
  Facts& facts_;
  const Spacing& spacing_;
  ChildTerms& children_;
  DefinitionId definition_;
};

}  // namespace keyway::json_schema
