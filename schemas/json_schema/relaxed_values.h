// Values as a mask looks at them where a unique array begins another item: without the items before it.
//
// Entry points: RelaxedValues. value(conjunction) has every text of the conjunction as far as a mark (recording.h): strings
// and numbers are whole, an object has a mark behind its first member and an array behind its bracket. No text before a mark
// holds two members of one object: an item that must differ from others knows their names, and takes none of them twice.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/unique_items_test.cc.
#pragma once

#include "schemas/json_schema/mark.h"
#include "schemas/json_schema/object_terms.h"
#include "schemas/json_schema/referenced_values.h"

namespace keyway::json_schema {

class RelaxedValues : public ReferencedValues {
 public:
  // Requires: all outlive this.
  RelaxedValues(TermArena& arena, Expander& expander, ShapeStore& shapes, Members& members, Differing& differing,
                MemberPresences& presences, Facts& facts, ScalarTerms& scalars, const Spacing& spacing, PropertyOrder order)
      : ReferencedValues(arena, expander, facts, scalars), shapes_(shapes), spacing_(spacing),
        objects_(arena, shapes, members, differing, presences, scalars, spacing, order, *this) {}

  TermId unfold(TermArena& arena, uint32_t conjunction, uint32_t) override;
  uint32_t many_within(TermArena& arena, uint32_t conjunction, uint32_t) override;
  // What follows an item, where `bytes` are enough for it.
  TermId mark(uint32_t bytes) { return arena_.reference(mark_definition_, bytes, 0, TermFacts{false, bytes}); }
  // Makes this and its parts known to the arena, which keeps `owner` alive. Requires: before the first value().
  void define(const std::shared_ptr<void>& owner);

 private:
  std::pair<std::vector<ObjectShapeId>, bool> objects_of(const ValueSum& sum);

  ShapeStore& shapes_;
  const Spacing& spacing_;
  ObjectTerms objects_;
  DefinitionId mark_definition_;
};

}  // namespace keyway::json_schema
