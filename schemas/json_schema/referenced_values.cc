// See referenced_values.h.
#include "schemas/json_schema/referenced_values.h"

#include <vector>

namespace keyway::json_schema {

TermId ReferencedValues::value(ConjunctionId conjunction) {
  if (const TermId* known = terms_.find(conjunction.value)) return *known;
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
  terms_.add(conjunction.value, term);
  return term;
}

}  // namespace keyway::json_schema
