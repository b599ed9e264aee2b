// Array keywords of one schema; see expand.h.
#include "schemas/json_schema/expand.h"

namespace keyway::json_schema {

ArrayShape Expander::array_assertions(Literal literal) {
  ArrayShape shape;
  bool listed = false;  // items is a list: additionalItems is what follows
  ConjunctionId additional = Conjunctions::any();
  std::optional<ConjunctionId> contained;
  uint32_t least = 1, most = kUnbounded;
  for (const KeywordUse& use : nodes_.uses(literal.node)) {
    switch (use.keyword) {
      case Keyword::kPrefixItems:
        for (NodeId item : nodes_.children(use)) shape.prefix.push_back(child(item, literal));
        break;
      case Keyword::kItems:
        listed = use.value.is_array();
        if (!listed) shape.rest = child(nodes_.children(use)[0], literal);
        for (size_t i = 0; listed && i < use.child_count; ++i) shape.prefix.push_back(child(nodes_.children(use)[i], literal));
        break;
      case Keyword::kAdditionalItems: additional = child(nodes_.children(use)[0], literal); break;
      case Keyword::kContains: contained = child(nodes_.children(use)[0], literal); break;
      case Keyword::kMinContains: least = count_of(use.value); break;
      case Keyword::kMaxContains: most = count_of(use.value); break;
      case Keyword::kUniqueItems: shape.unique = use.value.is_true(); break;
      case Keyword::kMinItems: shape.min = count_of(use.value); break;
      case Keyword::kMaxItems: shape.max = count_of(use.value); break;
      default: break;
    }
  }
  if (listed) shape.rest = additional;
  if (contained) shape.counts.push_back({*contained, 0, least, most});
  return shape;
}

}  // namespace keyway::json_schema
