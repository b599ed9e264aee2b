// Types, numbers, strings and constants of one schema; see expand.h.
#include "schemas/json_schema/expand.h"

namespace keyway::json_schema {

void Expander::restrict_types(NodeId node, Json types, ValueSum& sum) {
  bool null_type = false, boolean = false, number = false, integer = false, string = false, array = false,
       object = false;
  const auto add = [&](std::string_view name) {
    if (name == "null") null_type = true;
    if (name == "boolean") boolean = true;
    if (name == "number") number = true;
    if (name == "integer") integer = true;
    if (name == "string") string = true;
    if (name == "array") array = true;
    if (name == "object") object = true;
  };
  if (types.is_string()) add(types.string());
  for (size_t i = 0; i < types.size(); ++i) add(types.at(i).string());
  sum.null_value = sum.null_value && null_type;
  sum.false_value = sum.false_value && boolean;
  sum.true_value = sum.true_value && boolean;
  if (integer && !number) {
    const NumberSet parts[] = {sum.numbers, numbers_.integers(nodes_.node(node).dialect.draft == Draft::k4)};
    sum.numbers = numbers_.intersect(parts);
  } else if (!number) {
    sum.numbers = numbers_.none();
  }
  if (!string) sum.strings = sum.possible_strings = regexes_.never();
  if (!array) sum.arrays.clear();
  if (!object) sum.objects.clear();
}

NumberSet Expander::number_assertions(NodeId node) {
  std::vector<NumberSet> parts;
  const auto is_flag = [&](Keyword keyword) {
    const KeywordUse* use = nodes_.find(node, keyword);
    return use != nullptr && use->value.is_true();  // draft 4
  };
  for (const KeywordUse& use : nodes_.uses(node)) {
    if (!use.value.is_number()) continue;
    if (use.keyword == Keyword::kMinimum) {
      parts.push_back(numbers_.at_least(decimal_of(use.value), is_flag(Keyword::kExclusiveMinimum)));
    } else if (use.keyword == Keyword::kMaximum) {
      parts.push_back(numbers_.at_most(decimal_of(use.value), is_flag(Keyword::kExclusiveMaximum)));
    } else if (use.keyword == Keyword::kMultipleOf) {
      parts.push_back(numbers_.multiples(decimal_of(use.value)));
    } else if (use.keyword == Keyword::kExclusiveMinimum) {
      parts.push_back(numbers_.at_least(decimal_of(use.value), true));
    } else if (use.keyword == Keyword::kExclusiveMaximum) {
      parts.push_back(numbers_.at_most(decimal_of(use.value), true));
    }
  }
  return parts.empty() ? numbers_.all() : numbers_.intersect(parts);
}

bool Expander::has_exact_format(NodeId node) const {
  const KeywordUse* use = nodes_.find(node, Keyword::kFormat);
  const FormatRow* row = use == nullptr ? nullptr : find_format(use->value.string(), nodes_.node(node).dialect.draft);
  const KeywordUse* content = nodes_.find(node, Keyword::kContent);
  return (row == nullptr || row->is_exact()) && (content == nullptr || find_content(content->value.string())->is_exact());
}

RegexId Expander::string_assertions(NodeId node, FormatBound bound, bool& described) {
  std::vector<RegexId> parts;
  uint32_t min = 0;
  uint32_t max = kUnbounded;
  for (const KeywordUse& use : nodes_.uses(node)) {
    if (use.keyword == Keyword::kMinLength) min = count_of(use.value);
    if (use.keyword == Keyword::kMaxLength) max = count_of(use.value);
    if (use.keyword == Keyword::kFormat) {
      const std::optional<RegexId> format = values_.format(use.value.string(), nodes_.node(node).dialect.draft, bound);
      if (format) parts.push_back(*format);
      described = described || format.has_value();
    }
    if (use.keyword == Keyword::kContent) {
      parts.push_back(values_.content(use.value.string(), bound));
      described = true;
    }
    if (use.keyword != Keyword::kPattern) continue;
    parts.push_back(values_.pattern(use.value.string()));
    described = true;
  }
  if (min > max) return regexes_.never();
  if (min > 0 || max != kUnbounded) parts.push_back(regexes_.length(min, max));
  if (parts.empty()) return regexes_.all();
  return parts.size() == 1 ? parts[0] : regexes_.intersection(parts);
}

ArrayShape Expander::array_constant(Json value) {
  ArrayShape shape;
  shape.min = shape.max = static_cast<uint32_t>(value.size());
  for (size_t i = 0; i < value.size(); ++i) shape.prefix.push_back(constant_child(value.at(i)));
  return shape;
}

ObjectShape Expander::object_constant(Json value) {
  ObjectShape shape;
  for (size_t i = 0; i < value.size(); ++i) {
    shape.named.push_back({shapes_.name(value.key(i)), constant_child(value.at(i)), true});
  }
  shape.rules.push_back({regexes_.all(), Conjunctions::never()});
  return shape;
}

ValueSum Expander::constants(std::span<const Json> values) {
  ValueSum out = sums_.none();
  std::vector<Decimal> numbers;
  std::vector<std::string_view> strings;
  for (const Json& value : values) {
    switch (value.kind()) {
      case JsonKind::kNull: out.null_value = true; break;
      case JsonKind::kFalse: out.false_value = true; break;
      case JsonKind::kTrue: out.true_value = true; break;
      case JsonKind::kNumber: numbers.push_back(decimal_of(value)); break;
      case JsonKind::kString: strings.push_back(value.string()); break;
      case JsonKind::kArray: add(array_constant(value), out.arrays); break;
      case JsonKind::kObject: add(object_constant(value), out.objects); break;
    }
  }
  if (!numbers.empty()) out.numbers = numbers_.constants(numbers);
  if (!strings.empty()) out.strings = out.possible_strings = regexes_.literals(std::move(strings));
  const ValueSum* one[] = {&out, &sums_.none()};
  return sums_.unite(one);  // sorts the alternatives
}

}  // namespace keyway::json_schema
