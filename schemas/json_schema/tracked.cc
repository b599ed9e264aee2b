// Tracked alternatives; see tracked.h.
#include "schemas/json_schema/tracked.h"

#include <algorithm>

#include "schemas/json_schema/sums.h"

namespace keyway::json_schema {
namespace {

EvaluatedItems together(const EvaluatedItems& a, const EvaluatedItems& b) {
  if (a.all || b.all) return {true, 0, {}};
  EvaluatedItems out{false, std::max(a.prefix, b.prefix), a.contained};
  out.contained.insert(out.contained.end(), b.contained.begin(), b.contained.end());
  sort_unique(out.contained);
  return out;
}

}  // namespace

Tracked TrackedAlgebra::unseen(const ValueSum& sum) const {
  Tracked out;
  for (ArrayShapeId id : sum.arrays) out.arrays.push_back({id, {}});
  for (ObjectShapeId id : sum.objects) out.objects.push_back({id, arena_.regexes().never()});
  return out;
}

Tracked TrackedAlgebra::any() const {
  return {{{ShapeStore::any_array(), {}}}, {{ShapeStore::any_object(), arena_.regexes().never()}}};
}

Tracked TrackedAlgebra::multiply(const Tracked& a, const Tracked& b) {
  Tracked out;
  for (const TrackedArray& left : a.arrays) {
    for (const TrackedArray& right : b.arrays) {
      if (!arena_.pay(shapes_.work(left.shape) + shapes_.work(right.shape))) return out;
      ArrayShapeId shape;
      if (!shapes_.intersect(left.shape, right.shape, shape) || shapes_.obviously_empty(shape)) continue;
      out.arrays.push_back({shape, together(left.items, right.items)});
      if (!within_alternatives(arena_, shapes_, out.arrays, 4)) return {};
    }
  }
  for (const TrackedObject& left : a.objects) {
    for (const TrackedObject& right : b.objects) {
      if (!arena_.pay(shapes_.work(left.shape) + shapes_.work(right.shape))) return out;
      ObjectShapeId shape;
      if (!shapes_.intersect(left.shape, right.shape, shape) || shapes_.obviously_empty(shape)) continue;
      const RegexId keys[] = {left.keys, right.keys};
      out.objects.push_back({shape, left.keys == right.keys ? left.keys : arena_.regexes().alternative(keys)});
      if (!within_alternatives(arena_, shapes_, out.objects, 4)) return {};
    }
  }
  keep_once(out);
  return out;
}

void TrackedAlgebra::append(const Tracked& from, Tracked& to) {
  to.arrays.insert(to.arrays.end(), from.arrays.begin(), from.arrays.end());
  to.objects.insert(to.objects.end(), from.objects.begin(), from.objects.end());
}

// Objects that another alternative holds with the same keys evaluated add nothing.
void TrackedAlgebra::keep_once(Tracked& tracked) {
  constexpr size_t kMost = 256;  // as in sums.cc
  sort_unique(tracked.arrays);
  std::vector<TrackedObject>& list = tracked.objects;
  sort_unique(list);
  if (!within_alternatives(arena_, shapes_, tracked.arrays, 1) || !within_alternatives(arena_, shapes_, list, 1)) return;
  if (list.size() < 2 || list.size() > kMost) return;
  std::vector<bool> dropped(list.size(), false);
  for (size_t i = 0; i < list.size(); ++i) {
    for (size_t k = 0; k < list.size() && !dropped[i]; ++k) {
      if (k == i || dropped[k] || list[i].keys != list[k].keys) continue;
      if (!arena_.pay((shapes_.work(list[i].shape) + shapes_.work(list[k].shape)) / 8)) return;
      dropped[i] = shapes_.implies(list[i].shape, list[k].shape);
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!dropped[i]) list[kept++] = list[i];
  }
  list.resize(kept);
}

void TrackedAlgebra::add(ArrayShapeId base, ArrayShape shape, std::vector<ArrayShapeId>& to) {
  ArrayShapeId id, product;
  if (!shapes_.intern(std::move(shape), id) || !shapes_.intersect(base, id, product)) return;
  if (!shapes_.obviously_empty(product)) to.push_back(product);
}

void TrackedAlgebra::add(ObjectShapeId base, ObjectShape shape, std::vector<ObjectShapeId>& to) {
  ObjectShapeId id, product;
  if (!shapes_.intern(std::move(shape), id) || !shapes_.intersect(base, id, product)) return;
  if (!shapes_.obviously_empty(product)) to.push_back(product);
}

// The negated literals of a conjunction; any() where it is never().
std::vector<ConjunctionId> TrackedAlgebra::broken(ConjunctionId value) {
  if (value == Conjunctions::never()) return {Conjunctions::any()};
  std::vector<ConjunctionId> out;
  for (size_t i = 0; i < conjunctions_.literal_count(value); ++i) {
    out.push_back(conjunctions_.of(conjunctions_.literal(value, i).negated()));
  }
  return out;
}

ConjunctionId TrackedAlgebra::breaking_item(const EvaluatedItems& items, ConjunctionId broken) {
  ConjunctionId out = broken;
  for (ConjunctionId contained : items.contained) {
    if (contained == Conjunctions::any()) return Conjunctions::never();
    if (contained == Conjunctions::never()) continue;
    // `contained` is one schema: a conjunction of one literal.
    out = conjunctions_.conjoin(out, conjunctions_.of(conjunctions_.literal(contained, 0).negated()));
  }
  return out;
}

std::vector<ArrayShapeId> TrackedAlgebra::with_other_items(const std::vector<TrackedArray>& from, ConjunctionId value) {
  std::vector<ArrayShapeId> out;
  for (const TrackedArray& at : from) {
    ArrayShape shape;
    if (!at.items.all && at.items.contained.empty()) {
      shape.prefix.assign(at.items.prefix, Conjunctions::any());
      shape.rest = value;
    } else if (!at.items.all) {
      for (ConjunctionId broken_value : broken(value)) {
        shape.counts.push_back({breaking_item(at.items, broken_value), at.items.prefix, 0, 0});
      }
    }
    add(at.shape, std::move(shape), out);
  }
  sort_unique(out);
  return out;
}

std::vector<ObjectShapeId> TrackedAlgebra::with_other_members(const std::vector<TrackedObject>& from,
                                                              ConjunctionId value) {
  std::vector<ObjectShapeId> out;
  for (const TrackedObject& at : from) {
    ObjectShape shape;
    shape.rules.push_back({arena_.regexes().complement(at.keys), value});
    add(at.shape, std::move(shape), out);
  }
  sort_unique(out);
  return out;
}

std::vector<ArrayShapeId> TrackedAlgebra::breaking_items(const std::vector<TrackedArray>& from, ConjunctionId value) {
  std::vector<ArrayShapeId> out;
  for (const TrackedArray& at : from) {
    if (at.items.all) continue;
    for (ConjunctionId broken_value : broken(value)) {
      ArrayShape shape;
      shape.counts.push_back({breaking_item(at.items, broken_value), at.items.prefix, 1, kUnbounded});
      add(at.shape, std::move(shape), out);
    }
  }
  sort_unique(out);
  return out;
}

std::vector<ObjectShapeId> TrackedAlgebra::breaking_members(const std::vector<TrackedObject>& from,
                                                            ConjunctionId value) {
  std::vector<ObjectShapeId> out;
  for (const TrackedObject& at : from) {
    for (ConjunctionId broken_value : broken(value)) {
      ObjectShape shape;
      shape.needs.push_back({arena_.regexes().complement(at.keys), broken_value});
      add(at.shape, std::move(shape), out);
    }
  }
  sort_unique(out);
  return out;
}

}  // namespace keyway::json_schema
