// The terms of values, made once each: written out where a value has no children, else a reference that unfolds when a text
// gets there.
//
// Entry points: ReferencedValues. What a reference unfolds to is said by those who derive: ValueTerms, RelaxedValues.
// Invariant: a term is made only for conjunctions that are not empty, with the exact shortest length (facts.h).
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include "grammar/flat_map.h"
#include "schemas/json_schema/child_terms.h"
#include "schemas/json_schema/expand.h"
#include "schemas/json_schema/scalar_terms.h"

namespace keyway::json_schema {

class ReferencedValues : public Definition, public ChildTerms {
 public:
  Fact fact(ConjunctionId conjunction) override { return facts_.decide(conjunction); }
  // The values of the conjunction; never() where there is none, or where the budget ran out.
  TermId value(ConjunctionId conjunction) override;

 protected:
  // Requires: all outlive this; definition_ is set before the first value().
  ReferencedValues(TermArena& arena, Expander& expander, Facts& facts, ScalarTerms& scalars)
      : arena_(arena), expander_(expander), facts_(facts), scalars_(scalars) {}

  TermArena& arena_;
  Expander& expander_;
  Facts& facts_;
  ScalarTerms& scalars_;
  DefinitionId definition_;  // reference(definition_, conjunction, 0) is a value

 private:
  FlatMap<TermId> terms_;  // by conjunction
};

}  // namespace keyway::json_schema
