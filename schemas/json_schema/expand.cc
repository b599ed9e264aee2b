// The order of expansion; see expand.h.
#include "schemas/json_schema/expand.h"

#include <algorithm>

namespace keyway::json_schema {

Expander::Expander(SchemaNodes& nodes, Conjunctions& conjunctions, ShapeStore& shapes, NumberAlgebra& numbers,
                   SumAlgebra& sums, KeywordValues& values, RegexArena& regexes)
    : nodes_(nodes),
      conjunctions_(conjunctions),
      shapes_(shapes),
      numbers_(numbers),
      sums_(sums),
      values_(values),
      regexes_(regexes) {}

const ValueSum& Expander::sum(ConjunctionId conjunction) {
  const bool limited_values =
      limits_.closed_objects || limits_.max_string_length != kUnbounded || limits_.max_items != kUnbounded;
  if (conjunction == Conjunctions::any() && !limited_values) return sums_.any();
  if (conjunction == Conjunctions::never()) return sums_.none();
  if (const auto found = conjunction_sums_.find(conjunction.value); found != conjunction_sums_.end()) {
    return *found->second;
  }
  const size_t count = conjunction == Conjunctions::any() ? 0 : conjunctions_.literal_count(conjunction);
  const ValueSum* result = count == 0 ? &sums_.any() : &literal_sum(conjunctions_.literal(conjunction, 0));
  for (size_t i = 1; i < count; ++i) {
    const ValueSum& next = literal_sum(conjunctions_.literal(conjunction, i));
    storage_.push_back(sums_.intersect(*result, next));
    result = &storage_.back();
  }
  if (limited_values) {
    storage_.push_back(limited(*result));
    result = &storage_.back();
  }
  conjunction_sums_.emplace(conjunction.value, result);
  return *result;
}

// A subset of the values: what the limits take away is gone before anything is decided about emptiness.
ValueSum Expander::limited(ValueSum sum) {
  if (limits_.max_string_length != kUnbounded) {
    const RegexId parts[] = {sum.strings, regexes_.length(0, limits_.max_string_length)};
    sum.strings = regexes_.intersection(parts);
  }
  std::vector<ArrayShapeId> arrays;
  for (ArrayShapeId id : sum.arrays) {
    ArrayShape shape = shapes_.array(id);
    shape.max = std::min(shape.max, limits_.max_items);
    if (shapes_.intern(std::move(shape), id)) arrays.push_back(id);
  }
  std::vector<ObjectShapeId> objects;
  for (ObjectShapeId id : sum.objects) {
    ObjectShape shape = shapes_.object(id);
    const bool open = !shape.named.empty() && shape.rules.empty();
    if (limits_.closed_objects && open) shape.rules.push_back({regexes_.all(), Conjunctions::never()});
    if (shapes_.intern(std::move(shape), id)) objects.push_back(id);
  }
  std::sort(arrays.begin(), arrays.end());
  arrays.erase(std::unique(arrays.begin(), arrays.end()), arrays.end());
  std::sort(objects.begin(), objects.end());
  objects.erase(std::unique(objects.begin(), objects.end()), objects.end());
  sum.arrays = std::move(arrays);
  sum.objects = std::move(objects);
  return sum;
}

const ValueSum& Expander::literal_sum(Literal literal) {
  std::vector<Literal> stack = {literal};
  std::vector<Literal> needed;
  while (!stack.empty()) {
    const Literal at = stack.back();
    if (literal_sums_.contains(at.packed())) {
      stack.pop_back();
      continue;
    }
    needed.clear();
    needed_literals(at, needed);
    const size_t before = stack.size();
    for (const Literal& inner : needed) {
      if (!literal_sums_.contains(inner.packed())) stack.push_back(inner);
    }
    if (stack.size() > before) continue;
    stack.pop_back();
    storage_.push_back(at.positive ? positive(at) : negative(at));
    literal_sums_.emplace(at.packed(), &storage_.back());
  }
  return *literal_sums_.at(literal.packed());
}

void Expander::needed_literals(Literal literal, std::vector<Literal>& out) {
  const bool positive = literal.positive;
  for (const KeywordUse& use : nodes_.uses(literal.node)) {
    const auto need = [&](NodeId node, bool sign) {
      if (node != kNoNode) out.push_back(Literal{node, sign, literal.scope});
    };
    switch (use.keyword) {
      case Keyword::kAllOf:
      case Keyword::kAnyOf:
      case Keyword::kRef:
      case Keyword::kThen:
      case Keyword::kElse:
      case Keyword::kDependentSchemas:
      case Keyword::kDependencies:
        for (NodeId child : nodes_.children(use)) need(child, positive);
        break;
      case Keyword::kNot: need(nodes_.children(use)[0], !positive); break;
      case Keyword::kIf:
        need(nodes_.children(use)[0], true);
        need(nodes_.children(use)[0], false);
        break;
      case Keyword::kPropertyNames: need(nodes_.children(use)[0], true); break;
      case Keyword::kOneOf: needed_by_one_of(use, literal, out); break;
      default: break;
    }
  }
}

void Expander::add(ArrayShape shape, std::vector<ArrayShapeId>& to) {
  ArrayShapeId id;
  if (shapes_.intern(std::move(shape), id) && !shapes_.obviously_empty(id)) to.push_back(id);
}

void Expander::add(ObjectShape shape, std::vector<ObjectShapeId>& to) {
  ObjectShapeId id;
  if (shapes_.intern(std::move(shape), id) && !shapes_.obviously_empty(id)) to.push_back(id);
}

ValueSum Expander::typed_assertions(NodeId node) {
  ValueSum out = sums_.any();
  out.numbers = number_assertions(node);
  out.strings = string_assertions(node);
  out.arrays.clear();
  out.objects.clear();
  add(array_assertions(node), out.arrays);
  add(object_assertions(node), out.objects);
  if (const KeywordUse* type = nodes_.find(node, Keyword::kType)) restrict_types(node, type->value, out);
  return out;
}

ValueSum Expander::assertions(NodeId node) {
  ValueSum out = typed_assertions(node);
  for (const KeywordUse& use : nodes_.uses(node)) {
    if (use.keyword == Keyword::kConst) {
      out = sums_.intersect(out, constants(node, std::span(&use.value, 1)));
    } else if (use.keyword == Keyword::kEnum) {
      std::vector<Json> values;
      for (size_t i = 0; i < use.value.size(); ++i) values.push_back(use.value.at(i));
      out = sums_.intersect(out, constants(node, values));
    }
  }
  return out;
}

}  // namespace keyway::json_schema
