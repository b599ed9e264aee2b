// Relaxed values; see relaxed_values.h.
#include "schemas/json_schema/relaxed_values.h"

#include <algorithm>

#include "grammar/recording.h"

namespace keyway::json_schema {

namespace {

// The shape, or its alternatives without clauses; the shape as it is where they are many. Receipt: README.md, unique arrays.
std::vector<ObjectShapeId> without_clauses(ShapeStore& shapes, ObjectShapeId shape) {
  static constexpr size_t kMost = 64;
  std::vector<ObjectShapeId> open{shape}, out;
  while (!open.empty()) {
    const ObjectShapeId next = open.back();
    open.pop_back();
    if (!has_clauses(shapes.object(next))) {
      out.push_back(next);
    } else {
      shapes.without_clauses(next, open);
    }
    if (open.size() + out.size() > kMost) return {shape};
  }
  return out;
}

}  // namespace

void RelaxedValues::define(const std::shared_ptr<void>& owner) {
  definition_ = arena_.define(std::shared_ptr<Definition>(owner, this));
  mark_definition_ = arena_.define(std::make_shared<Mark>());
  objects_.set_definition(arena_.define(std::shared_ptr<Definition>(owner, &objects_)));
  objects_.end_in(mark(arena_.shortest(spacing_.close_object())));
}

TermId RelaxedValues::unfold(TermArena&, uint32_t conjunction, uint32_t) {
  const ValueSum sum = expander_.sum(ConjunctionId(conjunction));
  std::vector<TermId> parts;
  scalars_.append(sum, parts);
  const bool arrays = std::any_of(sum.arrays.begin(), sum.arrays.end(), [&](ArrayShapeId id) { return facts_.possible(id); });
  if (arrays) parts.push_back(arena_.sequence(arena_.literal("["), mark(1)));
  for (ObjectShapeId id : sum.objects) {
    if (!facts_.possible(id)) continue;
    for (ObjectShapeId one : without_clauses(shapes_, id)) {
      if (!facts_.possible(one)) continue;
      const bool counted = is_counted(shapes_.object(one)) || has_clauses(shapes_.object(one));
      parts.push_back(counted ? arena_.sequence(spacing_.open_object(), mark(1)) : objects_.object(one));
    }
  }
  return arena_.choice(parts);
}

uint32_t RelaxedValues::many_within(TermArena& arena, uint32_t conjunction, uint32_t) {
  const ValueSum sum = expander_.sum(ConjunctionId(conjunction));
  const TermId text = scalars_.string(sum.strings);
  uint32_t least = text == TermArena::never() ? kLongest : keyway::many_within(arena, text);
  for (size_t i = 0; i < sum.objects.size() && least == kLongest; ++i) {
    for (ObjectShapeId one : without_clauses(shapes_, sum.objects[i])) {
      const bool counted = is_counted(shapes_.object(one)) || has_clauses(shapes_.object(one));
      if (counted || least < kLongest || !facts_.possible(one)) continue;
      const TermId object = objects_.object(one);
      if (object != TermArena::never()) least = keyway::many_within(arena, object);
    }
  }
  return least;
}

}  // namespace keyway::json_schema
