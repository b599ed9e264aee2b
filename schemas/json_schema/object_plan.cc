// Object plans; see object_plan.h.
#include "schemas/json_schema/object_plan.h"

#include <algorithm>

namespace keyway::json_schema {

uint32_t ObjectPlans::plan_of(std::span<const ObjectShapeId> shapes) {
  std::vector<uint32_t> words;
  for (ObjectShapeId shape : shapes) words.push_back(shape.value);
  const auto [index, added] = by_shapes_.intern(words);
  if (!added) return index;
  plans_.emplace_back();
  ObjectPlan& plan = plans_.back();
  plan.has_alternatives = shapes.size() > 1 || has_clauses(shapes_.object(shapes.front()));
  add_names(shapes, plan);
  for (const KeyClass& others : members_.classes(shapes.front())) {
    const KeyClass legal{scalars_.legal_keys(others.keys), others.value};
    const bool writable = scalars_.text(legal.keys) != TermArena::never();
    if (writable && !children_.fact(others.value).empty) plan.classes.push_back(legal);
  }
  return index;
}

void ObjectPlans::add_names(std::span<const ObjectShapeId> shapes, ObjectPlan& plan) {
  const size_t count = shapes_.object(shapes.front()).named.size();
  plan.names.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    NamedProperty property = shapes_.object(shapes.front()).named[i];
    property.required = property.required && !plan.has_alternatives;
    for (ObjectShapeId shape : shapes.subspan(1)) {
      const NamedProperty& other = shapes_.object(shape).named[i];
      if (property.value == Conjunctions::never()) property.value = other.value;
    }
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
