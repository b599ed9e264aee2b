// Values and arrays as terms; see value_terms.h.
#include "schemas/json_schema/value_terms.h"

namespace keyway::json_schema {

ValueTerms::ValueTerms(TermArena& arena, Expander& expander, ShapeStore& shapes, ArrayStates& array_states,
                       Members& members, Constants& constants, Differing& differing, Facts& facts,
                       ScalarTerms& scalars, const Spacing& spacing, PropertyOrder order)
    : ReferencedValues(arena, expander, facts, scalars),
      shapes_(shapes),
      presences_(arena),
      relaxed_(arena, expander, shapes, members, differing, presences_, facts, scalars, spacing, order),
      arrays_(arena, shapes, array_states, constants, facts, spacing, *this, relaxed_),
      objects_(arena, shapes, members, differing, presences_, scalars, spacing, order, *this),
      counted_objects_(arena, shapes, members, scalars, spacing, order, *this) {}

void ValueTerms::define(std::shared_ptr<void> owner) {
  definition_ = arena_.define(std::shared_ptr<Definition>(owner, this));
  const DefinitionId arrays = arena_.define(std::shared_ptr<Definition>(owner, &arrays_));
  const DefinitionId recorder = arena_.define(std::shared_ptr<Definition>(owner, &arrays_.recorder()));
  const DefinitionId knowing = arena_.define(std::shared_ptr<Definition>(owner, &arrays_.knowing_recorder()));
  arrays_.set_definitions(arrays, recorder, knowing, arena_.define(std::shared_ptr<Definition>(owner, &arrays_.next_items())));
  relaxed_.define(owner);
  objects_.set_definition(arena_.define(std::shared_ptr<Definition>(owner, &objects_)));
  counted_objects_.define(owner);
}

TermId ValueTerms::unfold(TermArena&, uint32_t conjunction, uint32_t) {
  const ValueSum& sum = expander_.sum(ConjunctionId(conjunction));
  std::vector<TermId> parts;
  scalars_.append(sum, parts);
  parts.push_back(containers(ConjunctionId(conjunction)));
  return arena_.choice(parts);
}

TermId ValueTerms::containers(ConjunctionId conjunction) {
  const ValueSum& sum = expander_.sum(conjunction);
  std::vector<TermId> parts;
  for (ArrayShapeId id : sum.arrays) {
    if (facts_.possible(id)) parts.push_back(arrays_.array(id));
  }
  std::vector<ObjectShapeId> objects;
  for (ObjectShapeId id : sum.objects) {
    if (!facts_.possible(id)) continue;
    if (is_counted(shapes_.object(id))) {
      parts.push_back(counted_objects_.object(id));
    } else {
      objects.push_back(id);
    }
  }
  for (const std::vector<ObjectShapeId>& object : shapes_.as_objects(objects)) parts.push_back(objects_.object(object));
  return arena_.choice(parts);
}

}  // namespace keyway::json_schema
