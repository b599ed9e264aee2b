// Applicators that see the same value, as they are and negated; see expand.h.
#include "schemas/json_schema/expand.h"

namespace keyway::json_schema {

ValueSum Expander::positive(Literal literal) {
  const NodeId node = literal.node;
  if (nodes_.uses(node).empty() && nodes_.node(node).json.kind() == JsonKind::kFalse) return sums_.none();
  ValueSum out = assertions(node);
  for (const KeywordUse& use : nodes_.uses(node)) {
    switch (use.keyword) {
      case Keyword::kAllOf:
      case Keyword::kRef:
        for (NodeId child : nodes_.children(use)) out = sums_.intersect(out, known(child, true, literal));
        break;
      case Keyword::kAnyOf: {
        std::vector<const ValueSum*> parts;
        for (NodeId child : nodes_.children(use)) parts.push_back(&known(child, true, literal));
        out = sums_.intersect(out, sums_.unite(parts));
        break;
      }
      case Keyword::kOneOf: out = sums_.intersect(out, exactly_one(use, literal)); break;
      case Keyword::kNot: out = sums_.intersect(out, known(nodes_.children(use)[0], false, literal)); break;
      case Keyword::kIf: out = sums_.intersect(out, condition(literal)); break;
      case Keyword::kDependentRequired:
      case Keyword::kDependentSchemas:
      case Keyword::kDependencies: out = sums_.intersect(out, dependencies(use, literal)); break;
      default: break;
    }
  }
  return out;
}

// The negation of a conjunction of keywords: some keyword fails.
ValueSum Expander::negative(Literal literal) {
  const NodeId node = literal.node;
  if (nodes_.uses(node).empty()) {
    return nodes_.node(node).json.kind() == JsonKind::kFalse ? sums_.any() : sums_.none();
  }
  std::deque<ValueSum> made;
  std::vector<const ValueSum*> parts;
  const auto keep = [&](ValueSum sum) {
    made.push_back(std::move(sum));
    parts.push_back(&made.back());
  };
  keep(negated_assertions(node));
  for (const KeywordUse& use : nodes_.uses(node)) {
    switch (use.keyword) {
      case Keyword::kAllOf:
      case Keyword::kRef:
        for (NodeId child : nodes_.children(use)) parts.push_back(&known(child, false, literal));
        break;
      case Keyword::kAnyOf: {
        ValueSum none = known(nodes_.children(use)[0], false, literal);
        for (size_t i = 1; i < use.child_count; ++i) {
          none = sums_.intersect(none, known(nodes_.children(use)[i], false, literal));
        }
        keep(std::move(none));
        break;
      }
      case Keyword::kOneOf: keep(not_exactly_one(use, literal)); break;
      case Keyword::kNot: parts.push_back(&known(nodes_.children(use)[0], true, literal)); break;
      case Keyword::kIf: keep(condition(literal)); break;
      case Keyword::kDependentRequired:
      case Keyword::kDependentSchemas:
      case Keyword::kDependencies: keep(dependencies(use, literal)); break;
      default: break;
    }
  }
  return sums_.unite(parts);
}

// (if and then) or (not if and else); a branch that is not there asserts nothing, so that its negation is empty.
ValueSum Expander::condition(Literal literal) {
  const NodeId test = nodes_.children(*nodes_.find(literal.node, Keyword::kIf))[0];
  const auto branch = [&](bool holds, Keyword keyword) {
    const KeywordUse* use = nodes_.find(literal.node, keyword);
    if (use == nullptr) return literal.positive ? known(test, holds, literal) : sums_.none();
    return sums_.intersect(known(test, holds, literal), known(nodes_.children(*use)[0], literal.positive, literal));
  };
  const ValueSum yes = branch(true, Keyword::kThen);
  const ValueSum no = branch(false, Keyword::kElse);
  const ValueSum* both[] = {&yes, &no};
  return sums_.unite(both);
}

ObjectShape Expander::with_member(std::string_view name, bool present) {
  ObjectShape shape;
  shape.named.push_back({shapes_.name(name), present ? Conjunctions::any() : Conjunctions::never(), present});
  return shape;
}

ValueSum Expander::objects_only(ObjectShape shape) {
  ValueSum out = sums_.none();
  add(std::move(shape), out.objects);
  return out;
}

// For each member: it is absent, or what depends on it holds. Negated: some member is there and what depends on it fails.
ValueSum Expander::dependencies(const KeywordUse& use, Literal literal) {
  ValueSum out = literal.positive ? sums_.any() : sums_.none();
  for (size_t i = 0; i < use.value.size(); ++i) {
    const std::string_view name = use.value.key(i);
    const Json dependent = use.value.at(i);
    const ValueSum present = objects_only(with_member(name, true));
    ValueSum then = sums_.none();  // present, and the dependency holds (or fails, when negated)
    if (!dependent.is_array()) {
      then = sums_.intersect(present, known(nodes_.children(use)[i], literal.positive, literal));
    } else if (literal.positive) {
      then = present;
      for (size_t k = 0; k < dependent.size(); ++k) {
        then = sums_.intersect(then, objects_only(with_member(dependent.at(k).string(), true)));
      }
    } else {
      for (size_t k = 0; k < dependent.size(); ++k) {
        const ValueSum absent =
            sums_.intersect(present, objects_only(with_member(dependent.at(k).string(), false)));
        const ValueSum* both[] = {&then, &absent};
        then = sums_.unite(both);
      }
    }
    ValueSum without = sums_.any();
    without.objects.clear();
    add(with_member(name, false), without.objects);
    const ValueSum* either[] = {literal.positive ? &without : &out, &then};
    ValueSum united = sums_.unite(either);
    out = literal.positive ? sums_.intersect(out, united) : std::move(united);
  }
  return out;
}

}  // namespace keyway::json_schema
