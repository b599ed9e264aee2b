// Arrays as terms.
//
// Entry points: ArrayTerms. An array without counted items is written out, its repetition counted by the term algebra;
// one with counted items, or that must differ from constants, is a walk over ArrayStates: reference(arrays, state, 0). Of a
// unique one reference(arrays, state, 1) begins with an item, which is recorded (item_recorder.h).
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include "schemas/json_schema/child_terms.h"
#include "schemas/json_schema/facts.h"
#include "schemas/json_schema/item_recorder.h"
#include "schemas/json_schema/relaxed_values.h"

namespace keyway::json_schema {

class ArrayTerms : public Definition, public ArrayRests {
 public:
  // Requires: all outlive this.
  ArrayTerms(TermArena& arena, ShapeStore& shapes, ArrayStates& states, Constants& constants, Facts& facts,
             const Spacing& spacing, ChildTerms& children, RelaxedValues& relaxed)
      : arena_(arena), shapes_(shapes), states_(states), facts_(facts), spacing_(spacing), children_(children),
        relaxed_(relaxed), recorder_(arena, states, constants, *this), knowing_(recorder_), next_items_(recorder_) {}

  // Brackets included. Requires: Facts::possible(shape).
  TermId array(ArrayShapeId shape);
  TermId unfold(TermArena& arena, uint32_t state, uint32_t place) override;
  TermId rest(uint32_t state) override;
  TermId items(uint32_t state) override;
  TermId end(uint32_t state) override;
  TermId rest_with(uint32_t state, TermId next) override;
  uint32_t items_bytes(uint32_t state) override;
  TermId relaxed_items(uint32_t state) override;
  void set_definitions(DefinitionId own, DefinitionId recorder, DefinitionId knowing, DefinitionId next_items) {
    definition_ = own;
    recorder_.set_definitions(recorder, knowing, next_items);
  }
  ItemRecorder& recorder() { return recorder_; }
  KnowingRecorder& knowing_recorder() { return knowing_; }
  NextItems& next_items() { return next_items_; }

 private:
  static constexpr uint32_t kRest = 0;
  static constexpr uint32_t kItem = 1;

  TermId plain(const ArrayShape& shape);
  TermId state_reference(uint32_t state, const Fact& fact) {
    return arena_.reference(definition_, state, kRest, TermFacts{false, fact.shortest});
  }

  TermArena& arena_;
  ShapeStore& shapes_;
  ArrayStates& states_;
  Facts& facts_;
  const Spacing& spacing_;
  ChildTerms& children_;
  RelaxedValues& relaxed_;
  ItemRecorder recorder_;
  KnowingRecorder knowing_;
  NextItems next_items_;
  std::unordered_map<uint32_t, uint32_t> items_bytes_;  // by state
  DefinitionId definition_;
};

}  // namespace keyway::json_schema
