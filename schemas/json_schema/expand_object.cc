// Object keywords of one schema; see expand.h.
#include "schemas/json_schema/expand.h"

namespace keyway::json_schema {

// Adds the rules of patternProperties, in their order, and that of additionalProperties after them.
void Expander::key_rules(Literal literal, ObjectShape& shape) {
  std::vector<RegexId> patterns;
  ConjunctionId additional = Conjunctions::any();
  for (const KeywordUse& use : nodes_.uses(literal.node)) {
    if (use.keyword == Keyword::kAdditionalProperties) additional = child(nodes_.children(use)[0], literal);
    if (use.keyword != Keyword::kPatternProperties) continue;
    for (size_t i = 0; i < use.child_count; ++i) {
      patterns.push_back(values_.pattern(use.value.key(i)));
      shape.rules.push_back({patterns.back(), child(nodes_.children(use)[i], literal)});
    }
  }
  if (additional != Conjunctions::any()) {
    const RegexId others = patterns.empty() ? regexes_.all() : regexes_.complement(regexes_.alternative(patterns));
    shape.rules.push_back({others, additional});
  }
}

ObjectShape Expander::object_assertions(Literal literal) {
  const NodeId node = literal.node;
  ObjectShape shape;
  key_rules(literal, shape);
  // The rule of additionalProperties is the last one, and it does not apply to declared names.
  ObjectShape patterns;
  const KeywordUse* pattern_use = nodes_.find(node, Keyword::kPatternProperties);
  const size_t pattern_count = pattern_use == nullptr ? 0 : pattern_use->child_count;
  patterns.rules.assign(shape.rules.begin(), shape.rules.begin() + static_cast<std::ptrdiff_t>(pattern_count));
  std::unordered_map<uint32_t, size_t> at;
  if (const KeywordUse* use = nodes_.find(node, Keyword::kProperties)) {
    for (size_t i = 0; i < use->child_count; ++i) {
      const NameId name = shapes_.name(use->value.key(i));
      const ConjunctionId own = child(nodes_.children(*use)[i], literal);
      const ConjunctionId all =
          pattern_count == 0 ? own : conjunctions_.conjoin(own, shapes_.rules_for(patterns, name));
      at.emplace(name.value, shape.named.size());
      shape.named.push_back({name, all, false});
    }
  }
  if (const KeywordUse* use = nodes_.find(node, Keyword::kRequired)) {
    for (size_t i = 0; i < use->value.size(); ++i) {
      const NameId name = shapes_.name(use->value.at(i).string());
      const auto [place, added] = at.try_emplace(name.value, shape.named.size());
      if (added) shape.named.push_back({name, shapes_.rules_for(shape, name), false});
      shape.named[place->second].required = true;
    }
  }
  if (const KeywordUse* use = nodes_.find(node, Keyword::kPropertyNames)) {
    // A key that its schema forbids names a member that cannot be; negated, one that it certainly forbids.
    const ValueSum& names = known(nodes_.children(*use)[0], true, literal);
    const RegexId keys = literal.positive ? names.strings : names.possible_strings;
    const RegexId forbidden = regexes_.complement(keys);
    for (NamedProperty& property : shape.named) {
      if (!regexes_.matches(keys, shapes_.name_text(property.name))) property.value = Conjunctions::never();
    }
    shape.rules.push_back({forbidden, Conjunctions::never()});
  }
  if (const KeywordUse* use = nodes_.find(node, Keyword::kMinProperties)) shape.min = count_of(use->value);
  if (const KeywordUse* use = nodes_.find(node, Keyword::kMaxProperties)) shape.max = count_of(use->value);
  return shape;
}

}  // namespace keyway::json_schema
