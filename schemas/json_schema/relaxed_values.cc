// Relaxed values; see relaxed_values.h.
#include "schemas/json_schema/relaxed_values.h"

#include <algorithm>

#include "grammar/recording.h"

namespace keyway::json_schema {

void RelaxedValues::define(const std::shared_ptr<void>& owner) {
  definition_ = arena_.define(std::shared_ptr<Definition>(owner, this));
  mark_definition_ = arena_.define(std::make_shared<Mark>());
  objects_.set_definition(arena_.define(std::shared_ptr<Definition>(owner, &objects_)));
  objects_.end_in(mark(arena_.shortest(spacing_.close_object())));
}

// Those that exist and are not counted, and whether there is another.
std::pair<std::vector<ObjectShapeId>, bool> RelaxedValues::objects_of(const ValueSum& sum) {
  std::vector<ObjectShapeId> objects;
  bool counted = false;
  for (ObjectShapeId id : sum.objects) {
    if (!facts_.possible(id)) continue;
    if (is_counted(shapes_.object(id))) {
      counted = true;
    } else {
      objects.push_back(id);
    }
  }
  return {std::move(objects), counted};
}

TermId RelaxedValues::unfold(TermArena&, uint32_t conjunction, uint32_t) {
  const ValueSum sum = expander_.sum(ConjunctionId(conjunction));
  std::vector<TermId> parts;
  scalars_.append(sum, parts);
  const bool arrays = std::any_of(sum.arrays.begin(), sum.arrays.end(), [&](ArrayShapeId id) { return facts_.possible(id); });
  if (arrays) parts.push_back(arena_.sequence(arena_.literal("["), mark(1)));
  const auto [objects, counted] = objects_of(sum);
  if (counted) parts.push_back(arena_.sequence(spacing_.open_object(), mark(1)));
  for (const std::vector<ObjectShapeId>& object : shapes_.as_objects(objects)) parts.push_back(objects_.object(object));
  return arena_.choice(parts);
}

uint32_t RelaxedValues::many_within(TermArena& arena, uint32_t conjunction, uint32_t) {
  const ValueSum sum = expander_.sum(ConjunctionId(conjunction));
  const TermId text = scalars_.string(sum.strings, sum.described);
  uint32_t least = text == TermArena::never() ? kLongest : keyway::many_within(arena, text);
  if (least < kLongest) return least;
  for (const std::vector<ObjectShapeId>& object : shapes_.as_objects(objects_of(sum).first)) {
    const TermId term = objects_.object(object);
    if (term != TermArena::never()) least = keyway::many_within(arena, term);
    if (least < kLongest) break;
  }
  return least;
}

}  // namespace keyway::json_schema
