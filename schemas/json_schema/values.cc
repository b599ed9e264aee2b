// Keyword values; see values.h.
#include "schemas/json_schema/values.h"

#include <algorithm>
#include <cstdlib>

#include "grammar/recording.h"
#include "grammar/term.h"
#include "schemas/json_schema/check.h"
#include "schemas/json_schema/number_set.h"

namespace keyway::json_schema {

uint32_t count_of(Json value) {
  const std::optional<int64_t> count = value.integer();
  return count ? static_cast<uint32_t>(std::min<int64_t>(*count, kUnbounded)) : kUnbounded;
}

Decimal decimal_of(Json number) { return parse_decimal(number.number()).value_or(Decimal{}); }

void KeywordValues::check(const SchemaNodes& nodes, Reporter& reporter) {
  for (uint32_t i = nodes.root().value; i < nodes.size(); ++i) {
    for (const KeywordUse& use : nodes.uses(NodeId(i))) check_use(nodes, NodeId(i), use, reporter);
  }
}

void KeywordValues::check_use(const SchemaNodes& nodes, NodeId node, const KeywordUse& use, Reporter& reporter) {
  // Lengths are counters, which cost nothing until they are reached; what is contained is counted item by item.
  const auto check_least = [&](std::string_view keyword, std::string_view limit, uint32_t most) {
    if (count_of(use.value) <= most) return;
    reporter.refused(nodes.place(node), keyword, fail(ErrorCode::kLimit, "no text that long is written", {}, shorten_value(use.value),
                                                      std::string(limit) + std::to_string(most)));
  };
  if (use.value.document_bytes() > limits_.text_bytes) check_texts(nodes, node, use, reporter);
  switch (use.keyword) {
    case Keyword::kMinimum: return check_numbers(nodes, node, "minimum", use.value, reporter);
    case Keyword::kMaximum: return check_numbers(nodes, node, "maximum", use.value, reporter);
    case Keyword::kExclusiveMinimum: return check_numbers(nodes, node, "exclusiveMinimum", use.value, reporter);
    case Keyword::kExclusiveMaximum: return check_numbers(nodes, node, "exclusiveMaximum", use.value, reporter);
    case Keyword::kMultipleOf: return check_divisor(nodes, node, use.value, reporter);
    case Keyword::kConst: return check_numbers(nodes, node, "const", use.value, reporter);
    case Keyword::kEnum: return check_numbers(nodes, node, "enum", use.value, reporter);
    case Keyword::kMinLength: return check_least("minLength", "length ", kLongest);
    case Keyword::kMinItems: return check_least("minItems", "length ", kLongest);
    case Keyword::kMinProperties:
      check_least("minProperties", "repeat_count ", limits_.repeat_count);
      return check_members(nodes, node, use, reporter);
    case Keyword::kUniqueItems: {
      const KeywordUse* least = nodes.find(node, Keyword::kMinItems);
      if (!use.value.is_true() || least == nullptr || count_of(least->value) <= kMostRecorded) return;
      reporter.refused(nodes.place(node), "minItems", fail(ErrorCode::kLimit, "no unique array that long is written", {},
                                                           shorten_value(least->value),
                                                           std::to_string(kMostRecorded) + " items"));
      return;
    }
    case Keyword::kMinContains: return check_least("minContains", "repeat_count ", limits_.repeat_count);
    case Keyword::kPattern: return check_pattern(nodes, node, "pattern", use.value.string(), reporter);
    case Keyword::kPatternProperties:
      for (size_t i = 0; i < use.value.size(); ++i) {
        check_pattern(nodes, node, "patternProperties", use.value.key(i), reporter);
      }
      return;
    default: return;
  }
}

// Where undeclared names are not remembered, two of them may be one: together they count once towards a minimum.
void KeywordValues::check_members(const SchemaNodes& nodes, NodeId node, const KeywordUse& use, Reporter& reporter) {
  const uint32_t least = count_of(use.value);
  if (nodes.remembers_keys() && least <= kMostRememberedKeys) return;
  const KeywordUse* properties = nodes.find(node, Keyword::kProperties);
  const KeywordUse* required = nodes.find(node, Keyword::kRequired);
  const KeywordUse* additional = nodes.find(node, Keyword::kAdditionalProperties);
  const bool closed = additional != nullptr && additional->value.kind() == JsonKind::kFalse &&
                      nodes.find(node, Keyword::kPatternProperties) == nullptr;
  const size_t declared = properties == nullptr ? 0 : properties->value.size();
  if (least < 2 || closed || declared + 1 >= least || (required != nullptr && required->value.size() >= least)) return;
  reporter.refused(nodes.place(node), "minProperties",
                   fail(ErrorCode::kUnsupported, "undeclared members count as one", {}, shorten_value(use.value),
                        "at most " + std::to_string(kMostRememberedKeys) + ", one more than `properties` declares, or additionalProperties false"));
}

void KeywordValues::check_divisor(const SchemaNodes& nodes, NodeId node, Json value, Reporter& reporter) {
  const std::optional<Decimal> divisor = parse_decimal(value.number());
  if (divisor && is_compiled_divisor(*divisor)) return;
  reporter.refused(nodes.place(node), "multipleOf", fail(ErrorCode::kLimit, "the divisor needs too many states", {}, shorten_value(value),
                                                         std::to_string(kMostDivisorStates) + " remainders times fraction digits"));
}

std::optional<Json> unwritable_number(Json value) {
  std::vector<Json> stack = {value};
  while (!stack.empty()) {
    const Json at = stack.back();
    stack.pop_back();
    for (size_t i = 0; i < at.size(); ++i) stack.push_back(at.at(i));
    if (!at.is_number()) continue;
    const std::optional<Decimal> number = parse_decimal(at.number());
    if (!number || number->plain_length() > kMostPlainDigits) return at;
  }
  return std::nullopt;
}

void KeywordValues::check_numbers(const SchemaNodes& nodes, NodeId node, std::string_view keyword, Json value,
                                  Reporter& reporter) {
  if (const std::optional<Json> at = unwritable_number(value)) {
    reporter.refused(nodes.place(node), keyword, fail(ErrorCode::kLimit, "the number has too many digits to be written out", {},
                                                      shorten_value(*at),
                                                      std::to_string(kMostPlainDigits) + " digits"));
  }
}

void KeywordValues::check_texts(const SchemaNodes& nodes, NodeId node, const KeywordUse& use, Reporter& reporter) {
  std::string_view keyword;
  bool is_map = false;  // from names to what is checked elsewhere
  switch (use.keyword) {
    case Keyword::kConst: keyword = "const"; break;
    case Keyword::kEnum: keyword = "enum"; break;
    case Keyword::kRequired: keyword = "required"; break;
    case Keyword::kDependentRequired: keyword = "dependentRequired"; break;
    case Keyword::kProperties: keyword = "properties", is_map = true; break;
    case Keyword::kDependentSchemas: keyword = "dependentSchemas", is_map = true; break;
    case Keyword::kDependencies: keyword = "dependencies", is_map = true; break;
    default: return;
  }
  std::string_view longest;
  const auto take = [&](std::string_view text) { longest = text.size() > longest.size() ? text : longest; };
  std::vector<Json> stack = {use.value};
  while (!stack.empty()) {
    const Json at = stack.back();
    stack.pop_back();
    if (at.is_string()) take(at.string());
    for (size_t i = 0; i < at.size(); ++i) {
      if (at.is_object()) take(at.key(i));
      if (!is_map) stack.push_back(at.at(i));
    }
  }
  if (longest.size() <= limits_.text_bytes) return;
  reporter.refused(nodes.place(node), keyword, fail(ErrorCode::kLimit, "a text is too long to be spelled", {},
                                                    std::to_string(longest.size()) + " bytes",
                                                    "text_bytes " + std::to_string(limits_.text_bytes)));
}

void KeywordValues::check_pattern(const SchemaNodes& nodes, NodeId node, std::string_view keyword,
                                  std::string_view text, Reporter& reporter) {
  if (patterns_.contains(text)) return;
  Result<RegexId> parsed = parse_regex(regexes_, text, RegexOptions{RegexDialect::kEcma, true});
  if (parsed.ok()) {
    patterns_.emplace(text, *parsed);
    return;
  }
  Error error = parsed.error();
  std::string place = pointer_append(nodes.pointer(node), keyword);
  if (keyword == "patternProperties" && text.size() <= limits_.text_bytes) append_pointer_token(place, text);
  if (!error.pointer.empty()) error.message += " at " + error.pointer + " of the pattern";
  if (error.code == ErrorCode::kSyntax) error.code = ErrorCode::kInvalid;
  if (error.given.empty()) error.given = text.substr(0, 200);
  error.pointer = std::move(place);
  reporter.refused_at(keyword, std::move(error));
}

std::optional<RegexId> KeywordValues::format(std::string_view name, Draft draft, FormatBound bound) {
  const FormatRow* row = find_format(name, draft);
  if (row == nullptr || row->make == nullptr) return std::nullopt;
  return formats_.of(*row, bound);
}

RegexId KeywordValues::pattern(std::string_view text) const {
  const auto known = patterns_.find(text);
  return known == patterns_.end() ? regexes_.never() : known->second;
}

}  // namespace keyway::json_schema
