// States inside an array whose items are counted (contains, and what a negated `items` leaves).
//
// Entry points: ArrayStates. A state is how many items came and how many of them counted for each obligation; both stop
// growing where they no longer matter. An obligation with a maximum is decided for each item (it counts or it does
// not); one with a minimum only is guessed: an item that counts may always be taken as one that does not.
// Invariant: equal states have equal numbers. Every state made pays for itself from the arena's budget.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <vector>

#include "grammar/term.h"
#include "schemas/json_schema/shapes.h"

namespace keyway::json_schema {

class ArrayStates {
 public:
  struct Option {
    ConjunctionId item;
    uint32_t next;
  };

  ArrayStates(TermArena& arena, ShapeStore& shapes, Conjunctions& conjunctions)
      : arena_(arena), shapes_(shapes), conjunctions_(conjunctions) {}

  uint32_t start(ArrayShapeId shape);
  bool is_first(uint32_t state) const { return words(state)[1] == 0; }
  bool may_close(uint32_t state) const;
  // What the next item may be, and where it leads; nothing where no item may come.
  std::vector<Option> options(uint32_t state);

 private:
  // shape, items so far, then one number per obligation
  const std::vector<uint32_t>& words(uint32_t state) const { return table_.words(state); }

  TermArena& arena_;
  ShapeStore& shapes_;
  Conjunctions& conjunctions_;
  InternTable table_;
};

}  // namespace keyway::json_schema
