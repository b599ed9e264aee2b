// Value sums; see sums.h.
#include "schemas/json_schema/sums.h"

#include <algorithm>

namespace keyway::json_schema {
namespace {

template <typename T>
void sort_unique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

// The pairwise intersections that exist.
template <typename Id>
std::vector<Id> multiply(TermArena& arena, ShapeStore& shapes, const std::vector<Id>& a, const std::vector<Id>& b) {
  std::vector<Id> out;
  for (Id left : a) {
    for (Id right : b) {
      if (!arena.pay()) return out;
      Id product;
      if (shapes.intersect(left, right, product)) out.push_back(product);
    }
  }
  sort_unique(out);
  return out;
}

}  // namespace

SumAlgebra::SumAlgebra(TermArena& arena, NumberAlgebra& numbers, ShapeStore& shapes)
    : arena_(arena), numbers_(numbers), shapes_(shapes) {
  RegexArena& regexes = arena.regexes();
  any_ = {true, true, true, numbers.all(), regexes.all(), {ShapeStore::any_array()}, {ShapeStore::any_object()}};
  none_ = {false, false, false, numbers.none(), regexes.never(), {}, {}};
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
  out.arrays = multiply(arena_, shapes_, a.arrays, b.arrays);
  out.objects = multiply(arena_, shapes_, a.objects, b.objects);
  return out;
}

ValueSum SumAlgebra::unite(std::span<const ValueSum* const> parts) {
  if (parts.size() == 1) return *parts[0];
  ValueSum out = none_;
  std::vector<NumberSet> numbers;
  std::vector<RegexId> strings;
  for (const ValueSum* part : parts) {
    out.null_value = out.null_value || part->null_value;
    out.false_value = out.false_value || part->false_value;
    out.true_value = out.true_value || part->true_value;
    if (part->numbers != numbers_.none()) numbers.push_back(part->numbers);
    strings.push_back(part->strings);
    out.arrays.insert(out.arrays.end(), part->arrays.begin(), part->arrays.end());
    out.objects.insert(out.objects.end(), part->objects.begin(), part->objects.end());
  }
  if (!numbers.empty()) out.numbers = numbers_.unite(numbers);
  out.strings = arena_.regexes().alternative(strings);
  sort_unique(out.arrays);
  sort_unique(out.objects);
  // Every array or every object is one of the alternatives: the others add nothing.
  if (!out.arrays.empty() && out.arrays[0] == ShapeStore::any_array()) out.arrays.resize(1);
  if (!out.objects.empty() && out.objects[0] == ShapeStore::any_object()) out.objects.resize(1);
  return out;
}

}  // namespace keyway::json_schema
