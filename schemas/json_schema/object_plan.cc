// Object plans; see object_plan.h.
#include "schemas/json_schema/object_plan.h"

#include <algorithm>

namespace keyway::json_schema {

uint32_t ObjectPlans::plan_of(ObjectShapeId shape) {
  const auto [at, added] = by_shape_.try_emplace(shape.value, static_cast<uint32_t>(plans_.size()));
  if (!added) return at->second;
  const uint32_t index = at->second;
  plans_.emplace_back();
  ObjectPlan& plan = plans_.back();
  add_names(shapes_.object(shape), plan);
  for (const KeyClass& others : members_.classes(shape)) {
    const KeyClass legal{scalars_.legal_keys(others.keys), others.value};
    const bool writable = scalars_.text(legal.keys) != TermArena::never();
    if (writable && !children_.fact(others.value).empty) plan.classes.push_back(legal);
  }
  return index;
}

void ObjectPlans::add_names(const ObjectShape& shape, ObjectPlan& plan) {
  plan.names.reserve(shape.named.size());
  for (size_t i = 0; i < shape.named.size(); ++i) {
    const NamedProperty& property = shape.named[i];
    const Fact fact = children_.fact(property.value);
    const std::string_view text = shapes_.name_text(property.name);
    if (fact.empty || !scalars_.is_legal_key(text)) {
      plan.possible = plan.possible && !property.required;
      continue;
    }
    plan.plain = plan.plain && text.find_first_of("\"'") == std::string_view::npos;
    plan.names.push_back({text, property.value, property.required, static_cast<uint32_t>(i),
                          scalars_.text_bytes(text), fact.shortest});
  }
  std::sort(plan.names.begin(), plan.names.end(),
            [](const PlannedName& a, const PlannedName& b) { return a.text < b.text; });
}

}  // namespace keyway::json_schema
