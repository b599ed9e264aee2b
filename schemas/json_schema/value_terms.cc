// Values and arrays as terms; see value_terms.h.
#include "schemas/json_schema/value_terms.h"

#include <algorithm>

namespace keyway::json_schema {

ValueTerms::ValueTerms(TermArena& arena, Expander& expander, ShapeStore& shapes, Conjunctions& conjunctions,
                       Facts& facts, ScalarTerms& scalars, const Spacing& spacing, PropertyOrder order)
    : arena_(arena),
      expander_(expander),
      shapes_(shapes),
      facts_(facts),
      scalars_(scalars),
      spacing_(spacing),
      objects_(arena, shapes, conjunctions, facts, scalars, spacing, order, *this) {}

void ValueTerms::set_definitions(DefinitionId values, DefinitionId objects) {
  definition_ = values;
  objects_.set_definition(objects);
}

TermId ValueTerms::value(ConjunctionId conjunction) {
  if (const auto found = terms_.find(conjunction.value); found != terms_.end()) return found->second;
  const Fact fact = facts_.decide(conjunction);
  if (fact.empty || arena_.exhausted()) return TermArena::never();
  const ValueSum& sum = expander_.sum(conjunction);
  TermId term;
  if (sum.arrays.empty() && sum.objects.empty()) {
    std::vector<TermId> parts;
    scalars_.append(sum, parts);
    term = arena_.choice(parts);
  } else {
    term = arena_.reference(definition_, conjunction.value, 0, TermFacts{false, fact.shortest});
  }
  terms_.emplace(conjunction.value, term);
  return term;
}

TermId ValueTerms::unfold(TermArena&, uint32_t conjunction, uint32_t) {
  const ValueSum& sum = expander_.sum(ConjunctionId(conjunction));
  std::vector<TermId> parts;
  scalars_.append(sum, parts);
  for (ArrayShapeId id : sum.arrays) {
    if (facts_.possible(shapes_.array(id))) parts.push_back(array(shapes_.array(id)));
  }
  for (ObjectShapeId id : sum.objects) {
    if (facts_.possible(shapes_.object(id))) parts.push_back(objects_.object(id));
  }
  return arena_.choice(parts);
}

TermId ValueTerms::array(const ArrayShape& shape) {
  // An item that nothing satisfies ends the array before it.
  size_t prefix = shape.prefix.size();
  uint32_t max = shape.max;
  for (size_t i = 0; i < prefix; ++i) {
    if (!facts_.decide(shape.prefix[i]).empty) continue;
    prefix = i;
    max = static_cast<uint32_t>(i);
  }
  if (max > prefix && facts_.decide(shape.rest).empty) max = static_cast<uint32_t>(prefix);
  const TermId close = arena_.sequence(spacing_.inside(), arena_.literal("]"));
  const TermId rest = max > prefix ? value(shape.rest) : TermArena::never();
  const auto repeat_rest = [&](uint32_t written) {
    const uint32_t least = shape.min > written ? shape.min - written : 0;
    const uint32_t most = max == kUnbounded ? kUnbounded : max - written;
    if (most == 0) return close;
    const TermId item = arena_.sequence(spacing_.comma(), rest);
    return arena_.sequence(arena_.repeat(item, least, most), close);
  };
  // From the last item of the prefix to the first: what may come after item i.
  TermId after = TermArena::never();
  for (size_t i = prefix; i-- > 0;) {
    const uint32_t written = static_cast<uint32_t>(i + 1);
    if (written == prefix) {
      after = repeat_rest(written);
    } else {
      after = arena_.sequence(spacing_.comma(), after);
      if (written >= shape.min) after = arena_.choice(after, close);
    }
    after = arena_.sequence(value(shape.prefix[i]), after);
  }
  TermId first = after;
  if (prefix == 0 && max > 0) first = arena_.sequence(rest, repeat_rest(1));
  TermId inside = arena_.sequence(spacing_.inside(), first);
  if (shape.min == 0) inside = arena_.choice(inside, close);
  return arena_.sequence(arena_.literal("["), inside);
}

}  // namespace keyway::json_schema
