// Ends what a mask looks at instead of something that is held against what was written before: see relaxed() in
// ../../grammar/recording.h. A walk never reads behind it.
//
// Entry points: Mark. Tested by tests/schemas/json_schema/unique_items_test.cc.
#pragma once

#include "grammar/term.h"

namespace keyway::json_schema {

class Mark : public Definition {
 public:
  TermId unfold(TermArena& arena, uint32_t, uint32_t) override { return arena.literal("]"); }
  bool recalls() const override { return true; }
  bool marks() const override { return true; }
};

}  // namespace keyway::json_schema
