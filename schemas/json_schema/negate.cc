// Negated assertions: a value of a type that is not allowed, or one that breaks some rule of its type; see expand.h.
#include "schemas/json_schema/expand.h"

#include <deque>

namespace keyway::json_schema {
ValueSum Expander::negated_assertions(Literal literal) {
  const NodeId node = literal.node;
  const ValueSum holds = typed_assertions(literal);
  std::deque<ValueSum> made = {sums_.other_scalars(holds)};
  ValueSum& out = made.back();
  ValueSum types = sums_.any();
  if (const KeywordUse* type = nodes_.find(node, Keyword::kType)) restrict_types(node, type->value, types);
  out.arrays = {ShapeStore::any_array()};
  if (!types.arrays.empty() && !holds.arrays.empty()) out.arrays = negated(shapes_.array(holds.arrays[0]));
  out.objects = {ShapeStore::any_object()};
  if (!types.objects.empty() && !holds.objects.empty()) out.objects = negated(shapes_.object(holds.objects[0]));
  for (const KeywordUse& use : nodes_.uses(node)) {
    if (use.keyword == Keyword::kConst) made.push_back(negated_constants(std::span(&use.value, 1)));
    if (use.keyword != Keyword::kEnum) continue;
    std::vector<Json> values;
    for (size_t i = 0; i < use.value.size(); ++i) values.push_back(use.value.at(i));
    made.push_back(negated_constants(values));
  }
  std::vector<const ValueSum*> parts;
  for (const ValueSum& part : made) parts.push_back(&part);
  return sums_.unite(parts);
}

// Arrays that break one rule of the shape. A conjunction breaks where one of its literals does.
std::vector<ArrayShapeId> Expander::negated(const ArrayShape& shape) {
  std::vector<ArrayShapeId> out;
  const uint32_t length = static_cast<uint32_t>(shape.prefix.size());
  for (uint32_t i = 0; i < length; ++i) {
    for (size_t k = 0; k < conjunctions_.literal_count(shape.prefix[i]); ++k) {
      ArrayShape broken;
      broken.prefix.assign(i, Conjunctions::any());
      broken.prefix.push_back(conjunctions_.of(conjunctions_.literal(shape.prefix[i], k).negated()));
      broken.min = i + 1;
      add(std::move(broken), out);
    }
  }
  // Where `rest` is never(), the maximum says so.
  for (size_t k = 0; k < conjunctions_.literal_count(shape.rest); ++k) {
    ArrayShape broken;
    broken.counts.push_back({conjunctions_.of(conjunctions_.literal(shape.rest, k).negated()), length, 1, kUnbounded});
    add(std::move(broken), out);
  }
  if (shape.min > 0) {
    ArrayShape broken;
    broken.max = shape.min - 1;
    add(std::move(broken), out);
  }
  if (shape.max != kUnbounded) {
    ArrayShape broken;
    broken.min = shape.max + 1;
    add(std::move(broken), out);
  }
  for (const ItemCount& count : shape.counts) {
    ArrayShape few, many;
    few.counts.push_back({count.what, count.from, 0, count.min - 1});
    many.counts.push_back({count.what, count.from, count.max + 1, kUnbounded});
    if (count.min > 0) add(std::move(few), out);
    if (count.max != kUnbounded) add(std::move(many), out);
  }
  return out;
}

std::vector<ObjectShapeId> Expander::negated(const ObjectShape& shape) {
  std::vector<ObjectShapeId> out;
  std::vector<std::string_view> names;
  for (const NamedProperty& property : shape.named) {
    names.push_back(shapes_.name_text(property.name));
    const auto broken_by = [&](ConjunctionId value, bool required) {
      ObjectShape broken;
      broken.named.push_back({property.name, value, required});
      add(std::move(broken), out);
    };
    // A required member breaks by being absent, too: what it may be stays optional, one alternative instead of two.
    for (size_t k = 0; k < conjunctions_.literal_count(property.value); ++k) {
      broken_by(conjunctions_.of(conjunctions_.literal(property.value, k).negated()), !property.required);
    }
    if (property.value == Conjunctions::never()) broken_by(Conjunctions::any(), true);
    if (property.value == Conjunctions::any() && property.required) broken_by(Conjunctions::never(), false);
  }
  const RegexId others = names.empty() ? regexes_.all() : regexes_.complement(regexes_.literals(std::move(names)));
  for (const KeyRule& rule : shape.rules) {
    const RegexId both[] = {rule.keys, others};
    const RegexId keys = regexes_.intersection(both);
    const auto needed = [&](ConjunctionId value) {
      ObjectShape broken;
      broken.needs.push_back({keys, value});
      add(std::move(broken), out);
    };
    for (size_t k = 0; k < conjunctions_.literal_count(rule.value); ++k) {
      needed(conjunctions_.of(conjunctions_.literal(rule.value, k).negated()));
    }
    if (rule.value == Conjunctions::never()) needed(Conjunctions::any());
  }
  if (shape.min > 0) {
    ObjectShape broken;
    broken.max = shape.min - 1;
    add(std::move(broken), out);
  }
  if (shape.max != kUnbounded) {
    ObjectShape broken;
    broken.min = shape.max + 1;
    add(std::move(broken), out);
  }
  return out;
}

ValueSum Expander::negated_constants(std::span<const Json> values) {
  ValueSum out = sums_.other_scalars(constants(values));
  ArrayShape array;
  ObjectShape object;
  for (const Json& value : values) {
    if (value.is_array()) array.differs.push_back(constants_.of(value));
    if (!value.is_object()) continue;
    object.differs.push_back(constants_.of(value));
    for (size_t i = 0; i < value.size(); ++i) {
      object.named.push_back({shapes_.name(value.key(i)), Conjunctions::any(), false});
    }
  }
  add(std::move(array), out.arrays);
  add(unique_names(std::move(object)), out.objects);
  return out;
}

// Clauses stand alone: where members are counted or compared, and in forms other than JSON, they are alternatives.
bool Expander::has_mixed_clauses(const ObjectShape& shape) const {
  return has_clauses(shape) && (is_counted(shape) || !shape.differs.empty() || nodes_.spells_arguments());
}

ValueSum Expander::without_mixed_clauses(ValueSum sum) {
  std::vector<ObjectShapeId> open = std::move(sum.objects), objects;
  while (!open.empty()) {
    const ObjectShapeId id = open.back();
    open.pop_back();
    if (!has_mixed_clauses(shapes_.object(id))) {
      objects.push_back(id);
    } else {
      shapes_.without_clauses(id, open);
    }
    if (!sums_.within_limits(objects, open)) break;
  }
  sum.objects = std::move(objects);
  const ValueSum* one[] = {&sum, &sums_.none()};
  return sums_.unite(one);  // sorts the alternatives
}

// Objects whose members are counted or needed differ from a constant by one alternative for each way to differ.
ValueSum Expander::without_mixed_differs(ValueSum sum) {
  std::vector<ObjectShapeId> objects;
  for (ObjectShapeId id : sum.objects) {
    ObjectShape shape = shapes_.object(id);
    const std::vector<NodeId> differs = is_counted(shape) ? std::move(shape.differs) : std::vector<NodeId>();
    if (differs.empty()) {
      objects.push_back(id);
      continue;
    }
    shape.differs.clear();
    std::vector<ObjectShapeId> ways;
    add(std::move(shape), ways);
    for (NodeId constant : differs) ways = sums_.multiply(ways, negated(object_constant(constants_.value(constant))));
    objects.insert(objects.end(), ways.begin(), ways.end());
  }
  sum.objects = std::move(objects);
  const ValueSum* one[] = {&sum, &sums_.none()};
  return sums_.unite(one);  // sorts the alternatives
}

}  // namespace keyway::json_schema
