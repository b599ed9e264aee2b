// Value sums; see sums.h.
#include "schemas/json_schema/sums.h"

namespace keyway::json_schema {
namespace {

// Drops alternatives that another one holds, which keeps products of conditions (dependencies, if/then) small.
void drop_implied(TermArena& arena, ShapeStore& shapes, std::vector<ObjectShapeId>& list) {
  constexpr size_t kMost = 256;  // alternatives: past it the square of them costs more than it saves
  if (list.size() < 2 || list.size() > kMost) return;
  std::vector<bool> dropped(list.size(), false);
  for (size_t i = 0; i < list.size(); ++i) {
    for (size_t k = 0; k < list.size() && !dropped[i]; ++k) {
      if (k == i || dropped[k]) continue;
      if (!arena.pay((shapes.work(list[i]) + shapes.work(list[k])) / 8)) return;
      dropped[i] = shapes.implies(list[i], list[k]);
      if (!arena.pay(shapes.take_outline_work())) return;
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!dropped[i]) list[kept++] = list[i];
  }
  list.resize(kept);
}

template <typename Id>
std::vector<Id> product_of(TermArena& arena, ShapeStore& shapes, const std::vector<Id>& a, const std::vector<Id>& b) {
  std::vector<Id> out;
  for (Id left : a) {
    for (Id right : b) {
      if (!arena.pay(shapes.work(left) + shapes.work(right))) return out;
      Id product;
      if (shapes.intersect(left, right, product) && !shapes.obviously_empty(product)) out.push_back(product);
      if (!arena.pay(shapes.take_outline_work())) return out;
      if (!within_alternatives(arena, shapes, out, 4)) return {};
    }
  }
  sort_unique(out);
  if (!within_alternatives(arena, shapes, out, 1)) return {};
  return out;
}

}  // namespace

SumAlgebra::SumAlgebra(TermArena& arena, NumberAlgebra& numbers, ShapeStore& shapes)
    : arena_(arena), numbers_(numbers), shapes_(shapes) {
  RegexArena& regexes = arena.regexes();
  any_ = {true, true, true, numbers.all(), regexes.all(), {ShapeStore::any_array()}, {ShapeStore::any_object()}, regexes.all()};
  none_ = {false, false, false, numbers.none(), regexes.never(), {}, {}, regexes.never()};
}

std::vector<ArrayShapeId> SumAlgebra::multiply(const std::vector<ArrayShapeId>& a,
                                               const std::vector<ArrayShapeId>& b) {
  return product_of(arena_, shapes_, a, b);
}

std::vector<ObjectShapeId> SumAlgebra::multiply(const std::vector<ObjectShapeId>& a,
                                                const std::vector<ObjectShapeId>& b) {
  // Past so few alternatives a choice of two members is a clause of each in place of twice as many.
  constexpr size_t kMostMultiplied = 8;
  if (a.size() * b.size() > kMostMultiplied) {
    if (const std::optional<PresenceClause> clause = shapes_.as_clause(b)) return with_clause(a, *clause);
    if (const std::optional<PresenceClause> clause = shapes_.as_clause(a)) return with_clause(b, *clause);
  }
  std::vector<ObjectShapeId> out = product_of(arena_, shapes_, a, b);
  if (a.size() > 1 || b.size() > 1) drop_implied(arena_, shapes_, out);
  return out;
}

std::vector<ObjectShapeId> SumAlgebra::with_clause(const std::vector<ObjectShapeId>& list, const PresenceClause& clause) {
  std::vector<ObjectShapeId> out;
  for (ObjectShapeId id : list) {
    if (!arena_.pay(shapes_.work(id))) return out;
    if (shapes_.add_clause(id, clause, id) && !shapes_.obviously_empty(id)) out.push_back(id);
  }
  sort_unique(out);
  return out;
}

ValueSum SumAlgebra::other_scalars(const ValueSum& sum) {
  ValueSum out;
  out.null_value = !sum.null_value;
  out.false_value = !sum.false_value;
  out.true_value = !sum.true_value;
  out.numbers = numbers_.complement(sum.numbers);
  out.strings = arena_.regexes().complement(sum.possible_strings);
  out.possible_strings = sum.is_exact() ? out.strings : arena_.regexes().complement(sum.strings);
  return out;
}

void SumAlgebra::add_exactly_one_string(ValueSum& one, ValueSum& seen, const ValueSum& next) {
  RegexArena& regexes = arena_.regexes();
  const auto both = [&](RegexId a, RegexId b) {
    const RegexId parts[] = {a, b};
    return regexes.intersection(parts);
  };
  const auto either = [&](RegexId a, RegexId b) {
    const RegexId parts[] = {a, b};
    return regexes.alternative(parts);
  };
  const auto without = [&](RegexId a, RegexId b) { return both(a, regexes.complement(b)); };
  const bool exact = one.is_exact() && seen.is_exact() && next.is_exact();
  RegexId strings, possible;
  if (regexes.is_empty(both(seen.possible_strings, next.possible_strings)).value_or(false)) {
    strings = either(one.strings, next.strings);
    possible = exact ? strings : either(one.possible_strings, next.possible_strings);
  } else {
    strings = either(without(one.strings, next.possible_strings), without(next.strings, seen.possible_strings));
    possible = exact ? strings : either(without(one.possible_strings, next.strings), without(next.possible_strings, seen.strings));
  }
  one.strings = strings;
  one.possible_strings = possible;
  seen.strings = either(seen.strings, next.strings);
  seen.possible_strings = exact ? seen.strings : either(seen.possible_strings, next.possible_strings);
}

ValueSum SumAlgebra::intersect(const ValueSum& a, const ValueSum& b) {
  ValueSum out;
  out.null_value = a.null_value && b.null_value;
  out.false_value = a.false_value && b.false_value;
  out.true_value = a.true_value && b.true_value;
  const NumberSet numbers[] = {a.numbers, b.numbers};
  out.numbers = numbers_.intersect(numbers);
  const RegexId strings[] = {a.strings, b.strings};
  out.strings = a.strings == b.strings ? a.strings : arena_.regexes().intersection(strings);
  out.described = a.described || b.described;
  const RegexId possible[] = {a.possible_strings, b.possible_strings};
  out.possible_strings = a.is_exact() && b.is_exact() ? out.strings : arena_.regexes().intersection(possible);
  out.arrays = multiply(a.arrays, b.arrays);
  out.objects = multiply(a.objects, b.objects);
  return out;
}

ValueSum SumAlgebra::unite(std::span<const ValueSum* const> parts) {
  if (parts.size() == 1) return *parts[0];
  ValueSum out = none_;
  std::vector<NumberSet> numbers;
  std::vector<RegexId> strings, possible;
  bool exact = true, described = true;
  for (const ValueSum* part : parts) {
    out.null_value = out.null_value || part->null_value;
    out.false_value = out.false_value || part->false_value;
    out.true_value = out.true_value || part->true_value;
    if (part->numbers != numbers_.none()) numbers.push_back(part->numbers);
    strings.push_back(part->strings);
    described = described && (part->described || part->strings == arena_.regexes().never());
    possible.push_back(part->possible_strings);
    exact = exact && part->is_exact();
    out.arrays.insert(out.arrays.end(), part->arrays.begin(), part->arrays.end());
    out.objects.insert(out.objects.end(), part->objects.begin(), part->objects.end());
  }
  if (!numbers.empty()) out.numbers = numbers_.unite(numbers);
  out.strings = arena_.regexes().alternative(strings);
  out.described = described && out.strings != arena_.regexes().never();
  out.possible_strings = exact ? out.strings : arena_.regexes().alternative(possible);
  sort_unique(out.arrays);
  sort_unique(out.objects);
  // Every array or every object is one of the alternatives: the others add nothing.
  if (!out.arrays.empty() && out.arrays[0] == ShapeStore::any_array()) out.arrays.resize(1);
  if (!out.objects.empty() && out.objects[0] == ShapeStore::any_object()) out.objects.resize(1);
  return out;
}

}  // namespace keyway::json_schema
