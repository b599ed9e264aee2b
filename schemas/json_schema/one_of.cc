// oneOf: exactly one alternative holds; see expand.h. Alternatives that nothing has in common need no negation, which is
// the usual case (types, discriminators, closed objects); only those that overlap are told apart by their negations.
#include "schemas/json_schema/expand.h"

namespace keyway::json_schema {

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

ValueSum Expander::exactly_one(const KeywordUse& use, Literal literal) {
  const std::span<const NodeId> children = nodes_.children(use);
  int nulls = 0, falses = 0, trues = 0;
  // Of the scalars, `seen` is what some alternative holds so far, `one` what exactly one does.
  NumberSet seen_numbers = numbers_.none(), one_numbers = numbers_.none();
  RegexId seen_strings = regexes_.never(), one_strings = regexes_.never();
  ValueSum out = sums_.none();
  for (NodeId child : children) {
    const ValueSum& sum = known(child, true, literal);
    nulls += sum.null_value ? 1 : 0;
    falses += sum.false_value ? 1 : 0;
    trues += sum.true_value ? 1 : 0;
    one_numbers = numbers_.exactly_one(one_numbers, seen_numbers, sum.numbers);
    const NumberSet numbers[] = {seen_numbers, sum.numbers};
    seen_numbers = numbers_.unite(numbers);
    one_strings = regular_exactly_one(regexes_, one_strings, seen_strings, sum.strings);
    const RegexId strings[] = {seen_strings, sum.strings};
    seen_strings = regexes_.alternative(strings);
  }
  out.null_value = nulls == 1;
  out.false_value = falses == 1;
  out.true_value = trues == 1;
  out.numbers = one_numbers;
  out.strings = one_strings;
  std::deque<ValueSum> alternatives = {out};
  std::vector<const ValueSum*> parts = {&alternatives.back()};
  for (size_t i = 0; i < children.size(); ++i) {
    const ValueSum& own = known(children[i], true, literal);
    ValueSum alone = sums_.none();
    alone.arrays = own.arrays;
    alone.objects = own.objects;
    for (size_t k = 0; k < children.size(); ++k) {
      if (k == i || !overlap(own, known(children[k], true, literal))) continue;
      const ValueSum& other = known(children[k], false, literal);
      alone.arrays = sums_.multiply(alone.arrays, other.arrays);
      alone.objects = sums_.multiply(alone.objects, other.objects);
    }
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
  for (size_t i = 0; i < children.size(); ++i) {
    none = sums_.intersect(none, known(children[i], false, literal));
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
