// oneOf: exactly one alternative holds; see expand.h. Alternatives that nothing has in common need no negation, which is
// the usual case (types, discriminators, closed objects); only those that overlap are told apart by their negations.
//
// Where a member tells the alternatives apart by its values, each negation is cut along it: another value of that member, or
// this value and the rest broken. The product of n negations of k parts then has n k alternatives and not k^n. Receipt: worst
// mask of seven expressions told apart by "expType" beside one that is not (Github o58661) 242 -> 3.4 ms, 5,131 -> 46
// alternatives; of eleven meters by "protocol" (Github o21819) 83 -> 1.0 ms, 879 -> 11; 70 lines.
#include <algorithm>
#include <deque>
#include <map>

#include "schemas/json_schema/expand.h"

namespace keyway::json_schema {
namespace {

const NamedProperty* find_named(const ObjectShape& shape, NameId name) {
  for (const NamedProperty& property : shape.named) {
    if (property.name == name) return &property;
  }
  return nullptr;
}

}  // namespace

bool Expander::overlap(const ValueSum& a, const ValueSum& b) {
  return !sums_.multiply(a.arrays, b.arrays).empty() || !sums_.multiply(a.objects, b.objects).empty();
}

void Expander::needed_by_one_of(const KeywordUse& use, Literal literal, std::vector<Task>& out) {
  const std::span<const NodeId> children = nodes_.children(use);
  bool all_known = true;
  for (NodeId child : children) {
    const Task holds{inner(child, true, literal), Want::kSum};
    all_known = all_known && is_known(holds);
    out.push_back(holds);
    if (!literal.positive) out.push_back({holds.literal.negated(), Want::kSum});
  }
  if (!all_known || !literal.positive) return;
  for (size_t i = 0; i < children.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      if (!overlap(known(children[i], true, literal), known(children[k], true, literal))) continue;
      out.push_back({inner(children[i], false, literal), Want::kSum});
      out.push_back({inner(children[k], false, literal), Want::kSum});
    }
  }
}

// The member whose listed values tell most alternatives apart: the same in two of them, or nothing in common.
std::optional<NameId> Expander::discriminator_of(std::span<const NodeId> children, Literal literal) {
  std::map<NameId, std::vector<ConjunctionId>> listed;
  for (NodeId child : children) {
    const std::vector<ObjectShapeId>& objects = known(child, true, literal).objects;
    if (objects.size() != 1) continue;
    for (const NamedProperty& property : shapes_.object(objects[0]).named) {
      if (shapes_.is_listed(property.value)) listed[property.name].push_back(property.value);
    }
  }
  std::optional<NameId> best;
  size_t most = 1;
  for (const auto& [name, values] : listed) {
    if (values.size() <= most || !shapes_.are_apart(values)) continue;
    best = name;
    most = values.size();
  }
  return best;
}

// The same objects as `broken`, those that are not of `holds`: where the discriminator has another value, and where it has one
// of its values, or is missing, with what else is broken.
std::vector<ObjectShapeId> Expander::cut_along(std::optional<NameId> discriminator, const ValueSum& holds,
                                               const std::vector<ObjectShapeId>& broken) {
  if (!discriminator || holds.objects.size() != 1 || broken.size() < 2) return broken;
  const NamedProperty* property = find_named(shapes_.object(holds.objects[0]), *discriminator);
  if (property == nullptr || !shapes_.is_listed(property->value)) return broken;
  const NamedProperty own = *property;
  // The alternatives that ask for nothing but another value there; together they have to be all other values.
  std::vector<ObjectShapeId> out, rest;
  ConjunctionId none_of_them = Conjunctions::any();
  bool may_miss = false;
  for (ObjectShapeId id : broken) {
    const ConjunctionId value = shapes_.lone_member(id, own.name);
    if (value == Conjunctions::any() || value == Conjunctions::never() || conjunctions_.literal_count(value) != 1) {
      rest.push_back(id);
      continue;
    }
    out.push_back(id);
    none_of_them = conjunctions_.conjoin(none_of_them, conjunctions_.of(conjunctions_.literal(value, 0).negated()));
    may_miss = may_miss || !shapes_.object(id).named[0].required;
  }
  if (may_miss != own.required || !shapes_.are_equal(none_of_them, own.value)) return broken;
  const auto restrict_to = [&](ConjunctionId value, bool required) {
    ObjectShape shape;
    shape.named.push_back({own.name, value, required});
    std::vector<ObjectShapeId> made;
    add(std::move(shape), made);
    made = sums_.multiply(rest, made);
    out.insert(out.end(), made.begin(), made.end());
  };
  restrict_to(own.value, true);
  if (!own.required) restrict_to(Conjunctions::never(), false);
  sort_unique(out);
  return out;
}

// Of objects, those that are also `within`: what the other keywords ask for, such as the member that tells the alternatives apart,
// is asked for before the negations are multiplied. Receipt: symbols of .NET templates, eleven generators in one of five kinds, the
// mask 46 to 7 million instructions (6.6 to 1.2 ms); 10 lines.
ValueSum Expander::exactly_one(const KeywordUse& use, Literal literal, const std::vector<ObjectShapeId>& within) {
  const std::span<const NodeId> children = nodes_.children(use);
  int nulls = 0, falses = 0, trues = 0;
  // Of the scalars, `seen` is what some alternative holds so far, `one` what exactly one does.
  NumberSet seen_numbers = numbers_.none(), one_numbers = numbers_.none();
  ValueSum seen = sums_.none(), out = sums_.none();
  for (NodeId child : children) {
    const ValueSum& sum = known(child, true, literal);
    nulls += sum.null_value ? 1 : 0;
    falses += sum.false_value ? 1 : 0;
    trues += sum.true_value ? 1 : 0;
    one_numbers = numbers_.exactly_one(one_numbers, seen_numbers, sum.numbers);
    const NumberSet numbers[] = {seen_numbers, sum.numbers};
    seen_numbers = numbers_.unite(numbers);
    sums_.add_exactly_one_string(out, seen, sum);
  }
  out.null_value = nulls == 1;
  out.false_value = falses == 1;
  out.true_value = trues == 1;
  out.numbers = one_numbers;
  std::deque<ValueSum> alternatives = {out};
  std::vector<const ValueSum*> parts = {&alternatives.back()};
  std::optional<std::optional<NameId>> discriminator;  // asked for where alternatives overlap
  for (size_t i = 0; i < children.size(); ++i) {
    const ValueSum& own = known(children[i], true, literal);
    ValueSum alone = sums_.none();
    alone.arrays = own.arrays;
    alone.objects = sums_.multiply(within, own.objects);
    std::vector<std::vector<ObjectShapeId>> broken;  // objects, of each other child
    for (size_t k = 0; k < children.size(); ++k) {
      if (k == i || !overlap(alone, known(children[k], true, literal))) continue;
      const ValueSum& other = known(children[k], false, literal);
      alone.arrays = sums_.multiply(alone.arrays, other.arrays);
      if (!discriminator) discriminator = discriminator_of(children, literal);
      broken.push_back(cut_along(*discriminator, known(children[k], true, literal), other.objects));
    }
    // Fewest first, where the order of names is free: what contradicts is dropped before it is multiplied.
    if (!shapes_.keeps_order()) std::stable_sort(broken.begin(), broken.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
    for (const std::vector<ObjectShapeId>& other : broken) alone.objects = sums_.multiply(alone.objects, other);
    alternatives.push_back(std::move(alone));
    parts.push_back(&alternatives.back());
  }
  return sums_.unite(parts);
}

// None holds, or two do.
ValueSum Expander::not_exactly_one(const KeywordUse& use, Literal literal) {
  const std::span<const NodeId> children = nodes_.children(use);
  std::deque<ValueSum> made;
  ValueSum none = sums_.any();
  const std::optional<NameId> discriminator = discriminator_of(children, literal);
  for (size_t i = 0; i < children.size(); ++i) {
    ValueSum broken = known(children[i], false, literal);
    broken.objects = cut_along(discriminator, known(children[i], true, literal), broken.objects);
    none = sums_.intersect(none, broken);
    for (size_t k = 0; k < i; ++k) {
      made.push_back(sums_.intersect(known(children[i], true, literal), known(children[k], true, literal)));
    }
  }
  made.push_back(std::move(none));
  std::vector<const ValueSum*> parts;
  for (const ValueSum& part : made) parts.push_back(&part);
  return sums_.unite(parts);
}

}  // namespace keyway::json_schema
