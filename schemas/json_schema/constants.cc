// Canonical constants; see constants.h.
#include "schemas/json_schema/constants.h"

#include <algorithm>

#include "schemas/json_schema/values.h"

namespace keyway::json_schema {
namespace {

std::string canonical_number(std::string_view text) {
  const std::optional<Decimal> number = parse_decimal(text);
  if (!number) return std::string(text);
  if (number->is_zero()) return "0";
  return (number->negative ? "-" : "") + number->digits + (number->exponent == 0 ? "" : "e" + std::to_string(number->exponent));
}

}  // namespace

std::string canonical_json(Json value) {
  if (value.is_number()) return canonical_number(value.number());
  if (!value.is_array() && !value.is_object()) return to_json_text(value);
  std::vector<std::string> parts;
  for (size_t i = 0; i < value.size(); ++i) {
    std::string part = canonical_json(value.at(i));
    parts.push_back(value.is_object() ? json_quote(value.key(i)) + ":" + part : std::move(part));
  }
  if (value.is_object()) std::sort(parts.begin(), parts.end());
  std::string out(1, value.is_object() ? '{' : '[');
  for (const std::string& part : parts) out += (out.size() == 1 ? "" : ",") + part;
  return out + (value.is_object() ? '}' : ']');
}

NodeId Constants::of(Json value) {
  if (unwritable_number(value)) return kNoNode;
  return nodes_.enumeration(nodes_.root(), "[" + canonical_json(value) + "]");
}

ConjunctionId Constants::other_than(const std::vector<NodeId>& constants) {
  if (constants.empty()) return Conjunctions::any();
  std::vector<std::string> texts;
  for (NodeId constant : constants) texts.push_back(canonical_json(value(constant)));
  std::sort(texts.begin(), texts.end());
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "[" : ",") + text;
  const NodeId node = nodes_.enumeration(nodes_.root(), all + "]");
  return conjunctions_.of(Literal{node, false, 0});
}

}  // namespace keyway::json_schema
