// What the applicators of a schema have evaluated, and the keywords that ask for it; see expand.h and tracked.h.
#include "schemas/json_schema/expand.h"

namespace keyway::json_schema {

// The keys that the schema's own keywords evaluate.
RegexId Expander::evaluated_keys(NodeId node) {
  if (nodes_.find(node, Keyword::kAdditionalProperties) != nullptr) return regexes_.all();
  std::vector<RegexId> parts;
  if (const KeywordUse* use = nodes_.find(node, Keyword::kProperties)) {
    std::vector<std::string_view> names;
    for (size_t i = 0; i < use->value.size(); ++i) names.push_back(use->value.key(i));
    if (!names.empty()) parts.push_back(regexes_.literals(std::move(names)));
  }
  if (const KeywordUse* use = nodes_.find(node, Keyword::kPatternProperties)) {
    for (size_t i = 0; i < use->value.size(); ++i) parts.push_back(values_.pattern(use->value.key(i)));
  }
  return parts.empty() ? regexes_.never() : regexes_.alternative(parts);
}

EvaluatedItems Expander::evaluated_items(Literal literal) {
  EvaluatedItems out;
  const NodeId node = literal.node;
  const KeywordUse* items = nodes_.find(node, Keyword::kItems);
  const bool listed = items != nullptr && items->value.is_array();
  if (items != nullptr && !listed) return {true, 0, {}};
  if (listed && nodes_.find(node, Keyword::kAdditionalItems) != nullptr) return {true, 0, {}};
  if (listed) out.prefix = items->child_count;
  if (const KeywordUse* prefix = nodes_.find(node, Keyword::kPrefixItems)) out.prefix = prefix->child_count;
  const KeywordUse* contains = nodes_.find(node, Keyword::kContains);
  if (contains != nullptr && nodes_.node(node).dialect.draft >= Draft::k2020) {
    out.contained.push_back(child(nodes_.children(*contains)[0], literal));
  }
  return out;
}

Tracked Expander::tracked_base(Literal literal, bool exact) {
  if (nodes_.uses(literal.node).empty() && nodes_.node(literal.node).json.kind() == JsonKind::kFalse) return {};
  Tracked out = tracked_algebra_.unseen(assertions(literal));
  const RegexId keys = evaluated_keys(literal.node);
  const EvaluatedItems items = evaluated_items(literal);
  for (TrackedObject& object : out.objects) object.keys = keys;
  for (TrackedArray& array : out.arrays) array.items = items;
  for (const KeywordUse& use : nodes_.uses(literal.node)) {
    switch (use.keyword) {
      case Keyword::kAllOf:
        for (NodeId schema : nodes_.children(use)) {
          out = tracked_algebra_.multiply(out, known_tracked(schema, exact, literal));
        }
        break;
      case Keyword::kRef:
      case Keyword::kDynamicRef:
      case Keyword::kRecursiveRef: {
        const NodeId target = nodes_.target(literal.node, use, literal.scope);
        out = tracked_algebra_.multiply(out, known_tracked(target, exact, literal));
        break;
      }
      case Keyword::kAnyOf: out = tracked_algebra_.multiply(out, tracked_any(use, literal, exact)); break;
      case Keyword::kOneOf: out = tracked_algebra_.multiply(out, tracked_one(use, literal, exact)); break;
      case Keyword::kNot:
        out = tracked_algebra_.multiply(out, unseen(nodes_.children(use)[0], false, literal));
        break;
      case Keyword::kIf: out = tracked_algebra_.multiply(out, tracked_condition(literal, exact)); break;
      case Keyword::kDependentRequired:
        out = tracked_algebra_.multiply(out, tracked_algebra_.unseen(dependencies(use, literal)));
        break;
      case Keyword::kDependentSchemas:
      case Keyword::kDependencies: out = tracked_dependencies(std::move(out), use, literal, exact); break;
      default: break;
    }
  }
  return out;
}

// Some branches hold: each adds what it evaluates. Where it must be exact, the others fail.
Tracked Expander::tracked_any(const KeywordUse& use, Literal literal, bool exact) {
  Tracked some, none = tracked_algebra_.any();
  for (NodeId schema : nodes_.children(use)) {
    const Tracked& holds = known_tracked(schema, exact, literal);
    const Tracked fails = exact ? unseen(schema, false, literal) : tracked_algebra_.any();
    Tracked next = tracked_algebra_.multiply(some, holds);
    TrackedAlgebra::append(tracked_algebra_.multiply(some, fails), next);
    TrackedAlgebra::append(tracked_algebra_.multiply(none, holds), next);
    tracked_algebra_.keep_once(next);
    none = tracked_algebra_.multiply(none, fails);
    some = std::move(next);
  }
  return some;
}

Tracked Expander::tracked_one(const KeywordUse& use, Literal literal, bool exact) {
  const std::span<const NodeId> children = nodes_.children(use);
  Tracked out;
  for (size_t i = 0; i < children.size(); ++i) {
    Tracked alone = known_tracked(children[i], exact, literal);
    for (size_t k = 0; k < children.size(); ++k) {
      if (k == i || !overlap(known(children[i], true, literal), known(children[k], true, literal))) continue;
      alone = tracked_algebra_.multiply(alone, unseen(children[k], false, literal));
    }
    TrackedAlgebra::append(alone, out);
  }
  tracked_algebra_.keep_once(out);
  return out;
}

Tracked Expander::tracked_condition(Literal literal, bool exact) {
  const NodeId test = nodes_.children(*nodes_.find(literal.node, Keyword::kIf))[0];
  const KeywordUse* then = nodes_.find(literal.node, Keyword::kThen);
  const KeywordUse* otherwise = nodes_.find(literal.node, Keyword::kElse);
  Tracked yes = known_tracked(test, exact, literal);
  if (then != nullptr) {
    yes = tracked_algebra_.multiply(yes, known_tracked(nodes_.children(*then)[0], exact, literal));
  }
  Tracked out = unseen(test, false, literal);
  if (otherwise != nullptr) {
    out = tracked_algebra_.multiply(out, known_tracked(nodes_.children(*otherwise)[0], exact, literal));
  }
  TrackedAlgebra::append(yes, out);
  tracked_algebra_.keep_once(out);
  return out;
}

// For each member: it is absent, or it is there and what depends on it holds.
Tracked Expander::tracked_dependencies(Tracked out, const KeywordUse& use, Literal literal, bool exact) {
  for (size_t i = 0; i < use.value.size(); ++i) {
    ValueSum absent = sums_.any();
    add_absent(use.value.key(i), absent);
    ValueSum present = sums_.any();
    present.objects.clear();
    ObjectShape shape;
    shape.named.push_back({shapes_.name(use.value.key(i)), Conjunctions::any(), true});
    const Json dependent = use.value.at(i);
    for (size_t k = 0; dependent.is_array() && k < dependent.size(); ++k) {
      shape.named.push_back({shapes_.name(dependent.at(k).string()), Conjunctions::any(), true});
    }
    add(unique_names(std::move(shape)), present.objects);
    Tracked holds = tracked_algebra_.unseen(present);
    if (!dependent.is_array()) {
      holds = tracked_algebra_.multiply(holds, known_tracked(nodes_.children(use)[i], exact, literal));
    }
    // Arrays are not concerned: they stand in one of the two only.
    holds.arrays.clear();
    TrackedAlgebra::append(tracked_algebra_.unseen(absent), holds);
    out = tracked_algebra_.multiply(out, holds);
  }
  return out;
}

bool Expander::asks_for_unevaluated(NodeId node) const {
  return nodes_.find(node, Keyword::kUnevaluatedItems) != nullptr ||
         nodes_.find(node, Keyword::kUnevaluatedProperties) != nullptr;
}

// The alternatives with the schema's own unevaluated keywords, after which everything is evaluated.
Tracked Expander::settled(const Tracked& base, Literal literal) {
  Tracked out = base;
  if (const KeywordUse* use = nodes_.find(literal.node, Keyword::kUnevaluatedItems)) {
    out.arrays.clear();
    const ConjunctionId value = child(nodes_.children(*use)[0], literal);
    for (ArrayShapeId id : tracked_algebra_.with_other_items(base.arrays, value)) {
      out.arrays.push_back({id, {true, 0, {}}});
    }
  }
  if (const KeywordUse* use = nodes_.find(literal.node, Keyword::kUnevaluatedProperties)) {
    out.objects.clear();
    const ConjunctionId value = child(nodes_.children(*use)[0], literal);
    for (ObjectShapeId id : tracked_algebra_.with_other_members(base.objects, value)) {
      out.objects.push_back({id, regexes_.all()});
    }
  }
  return out;
}

// Arrays and objects of a sum become those that the unevaluated keywords allow.
void Expander::restrict_unevaluated(Literal literal, ValueSum& sum) {
  const Tracked& tracked = tracked_.at(tracked_key(literal, false)).settled;
  if (nodes_.find(literal.node, Keyword::kUnevaluatedItems) != nullptr) {
    sum.arrays.clear();
    for (const TrackedArray& array : tracked.arrays) sum.arrays.push_back(array.shape);
  }
  if (nodes_.find(literal.node, Keyword::kUnevaluatedProperties) != nullptr) {
    sum.objects.clear();
    for (const TrackedObject& object : tracked.objects) sum.objects.push_back(object.shape);
  }
  const ValueSum* one[] = {&sum, &sums_.none()};
  sum = sums_.unite(one);  // sorts the alternatives
}

// Values for which everything else holds, and something that was not evaluated breaks its schema.
ValueSum Expander::breaking_unevaluated(Literal literal) {
  ValueSum out = sums_.none();
  const Literal holds{literal.node, true, literal.scope};
  const Tracked& base = tracked_.at(tracked_key(holds, true)).base;
  if (const KeywordUse* use = nodes_.find(literal.node, Keyword::kUnevaluatedItems)) {
    out.arrays = tracked_algebra_.breaking_items(base.arrays, child(nodes_.children(*use)[0], literal));
  }
  if (const KeywordUse* use = nodes_.find(literal.node, Keyword::kUnevaluatedProperties)) {
    out.objects = tracked_algebra_.breaking_members(base.objects, child(nodes_.children(*use)[0], literal));
  }
  return out;
}

}  // namespace keyway::json_schema
