// Applicators that see the same value, as they are and negated; see expand.h.
#include "schemas/json_schema/expand.h"

#include <deque>

namespace keyway::json_schema {

ValueSum Expander::positive(Literal literal) {
  const NodeId node = literal.node;
  if (nodes_.uses(node).empty() && nodes_.node(node).json.kind() == JsonKind::kFalse) return sums_.none();
  ValueSum out = assertions(literal);
  for (const KeywordUse& use : nodes_.uses(node)) {
    switch (use.keyword) {
      case Keyword::kAllOf:
        for (NodeId child : nodes_.children(use)) out = sums_.intersect(out, known(child, true, literal));
        break;
      case Keyword::kRef:
      case Keyword::kDynamicRef:
      case Keyword::kRecursiveRef:
        out = sums_.intersect(out, known(nodes_.target(node, use, literal.scope), true, literal));
        break;
      case Keyword::kAnyOf: {
        std::vector<const ValueSum*> parts;
        for (NodeId child : nodes_.children(use)) parts.push_back(&known(child, true, literal));
        out = sums_.intersect(out, sums_.unite(parts));
        break;
      }
      case Keyword::kOneOf: {
        // Several alternatives are fewer when the negations have been multiplied.
        const bool narrow = out.objects.size() <= 1;
        const ValueSum one = exactly_one(use, literal, narrow ? out.objects : sums_.any().objects);
        out = sums_.intersect(out, one);
        if (narrow) out.objects = one.objects;
        break;
      }
      case Keyword::kNot: out = sums_.intersect(out, known(nodes_.children(use)[0], false, literal)); break;
      case Keyword::kIf: out = sums_.intersect(out, condition(literal)); break;
      case Keyword::kDependentRequired:
      case Keyword::kDependentSchemas:
      case Keyword::kDependencies: out = sums_.intersect(out, dependencies(use, literal)); break;
      default: break;
    }
  }
  if (asks_for_unevaluated(node)) restrict_unevaluated(literal, out);
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
  keep(negated_assertions(literal));
  if (asks_for_unevaluated(node)) keep(breaking_unevaluated(literal));
  for (const KeywordUse& use : nodes_.uses(node)) {
    switch (use.keyword) {
      case Keyword::kAllOf:
        for (NodeId child : nodes_.children(use)) parts.push_back(&known(child, false, literal));
        break;
      case Keyword::kRef:
      case Keyword::kDynamicRef:
      case Keyword::kRecursiveRef:
        parts.push_back(&known(nodes_.target(node, use, literal.scope), false, literal));
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

// Many members that ask for others are clauses of one shape. False where they are few.
bool Expander::required_dependencies(const KeywordUse& use, ValueSum& out) {
  constexpr size_t kMostMultiplied = 6;
  ObjectShape all;
  for (size_t i = 0; i < use.value.size(); ++i) {
    const Json dependent = use.value.at(i);
    const uint32_t name = shapes_.name(use.value.key(i)).value;
    for (size_t k = 0; dependent.is_array() && k < dependent.size(); ++k) {
      all.clauses.push_back({{name, false}, {shapes_.name(dependent.at(k).string()).value, true}});
    }
  }
  if (all.clauses.size() <= kMostMultiplied) return false;
  out.objects.clear();
  add(std::move(all), out.objects);
  return true;
}

// For each member: it is absent, or what depends on it holds. That it is there is not asked for in the second case: fewer
// alternatives differ, and those that another one holds are dropped.
ValueSum Expander::dependencies(const KeywordUse& use, Literal literal) {
  if (!literal.positive) return broken_dependencies(use, literal);
  ValueSum out = sums_.any();
  const bool by_clauses = required_dependencies(use, out);
  for (size_t i = 0; i < use.value.size(); ++i) {
    const Json dependent = use.value.at(i);
    if (by_clauses && dependent.is_array()) continue;
    ValueSum holds = sums_.any();
    add_absent(use.value.key(i), holds);
    if (!dependent.is_array()) {
      const std::vector<ObjectShapeId>& then = known(nodes_.children(use)[i], true, literal).objects;
      holds.objects.insert(holds.objects.end(), then.begin(), then.end());
    } else {
      ObjectShape all;
      for (size_t k = 0; k < dependent.size(); ++k) {
        all.named.push_back({shapes_.name(dependent.at(k).string()), Conjunctions::any(), true});
      }
      add(unique_names(std::move(all)), holds.objects);
    }
    const ValueSum* one[] = {&holds, &sums_.none()};
    out = sums_.intersect(out, sums_.unite(one));
  }
  return out;
}

// Some member is there and what depends on it fails.
ValueSum Expander::broken_dependencies(const KeywordUse& use, Literal literal) {
  std::deque<ValueSum> made = {sums_.none()};
  for (size_t i = 0; i < use.value.size(); ++i) {
    const Json dependent = use.value.at(i);
    ObjectShape present;
    present.named.push_back({shapes_.name(use.value.key(i)), Conjunctions::any(), true});
    ValueSum present_sum = sums_.none();
    add(std::move(present), present_sum.objects);
    if (!dependent.is_array()) {
      made.push_back(sums_.intersect(present_sum, known(nodes_.children(use)[i], false, literal)));
      continue;
    }
    for (size_t k = 0; k < dependent.size(); ++k) {
      ValueSum absent = sums_.none();
      add_absent(dependent.at(k).string(), absent);
      made.push_back(sums_.intersect(present_sum, absent));
    }
  }
  std::vector<const ValueSum*> parts;
  for (const ValueSum& part : made) parts.push_back(&part);
  return sums_.unite(parts);
}

// Objects of the sum become those without the member.
void Expander::add_absent(std::string_view name, ValueSum& sum) {
  sum.objects.clear();
  ObjectShape shape;
  shape.named.push_back({shapes_.name(name), Conjunctions::never(), false});
  add(std::move(shape), sum.objects);
}

// A name listed twice is one name.
ObjectShape Expander::unique_names(ObjectShape shape) {
  std::unordered_map<uint32_t, bool> seen;
  std::erase_if(shape.named, [&](const NamedProperty& property) {
    return !seen.try_emplace(property.name.value, true).second;
  });
  return shape;
}

}  // namespace keyway::json_schema
