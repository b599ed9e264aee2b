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

// Members are sorted by their texts. `work`: bytes, each as often as there are arrays and objects around it, for what is nested in
// a constant becomes one in its turn, text and document, when a text reaches it.
void append_canonical(std::string& out, Json value, uint64_t& work) {
  const size_t begin = out.size();
  if (value.is_number()) {
    out += canonical_number(value.number());
  } else if (value.is_array()) {
    out += '[';
    for (size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += ',';
      append_canonical(out, value.at(i), work);
    }
    out += ']';
  } else if (value.is_object() && value.size() == 1) {
    out += '{' + json_quote(value.key(0)) + ':';
    append_canonical(out, value.at(0), work);
    out += '}';
  } else if (value.is_object()) {
    std::vector<std::string> members;
    for (size_t i = 0; i < value.size(); ++i) append_canonical(members.emplace_back(json_quote(value.key(i)) + ":"), value.at(i), work);
    std::sort(members.begin(), members.end());
    out += '{';
    for (size_t i = 0; i < members.size(); ++i) out += (i > 0 ? "," : "") + members[i];
    out += '}';
  } else {
    out += to_json_text(value);
  }
  if (value.is_array() || value.is_object()) work += out.size() - begin;
}

}  // namespace

std::string canonical_json(Json value) {
  uint64_t work = 0;
  std::string out;
  append_canonical(out, value, work);
  return out;
}

NodeId Constants::paid_enumeration(const std::string& values, uint64_t work) {
  return nodes_.enumeration(nodes_.root(), arena_.pay(values.size() + work) ? values : "[null]");
}

NodeId Constants::of(Json value) {
  if (unwritable_number(value)) return kNoNode;
  uint64_t work = 0;
  std::string text = "[";
  append_canonical(text, value, work);
  return paid_enumeration(text + "]", work);
}

ConjunctionId Constants::other_than(const std::vector<NodeId>& constants) {
  if (constants.empty()) return Conjunctions::any();
  uint64_t work = 0;
  std::vector<std::string> texts;
  for (NodeId constant : constants) append_canonical(texts.emplace_back(), value(constant), work);
  std::sort(texts.begin(), texts.end());
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "[" : ",") + text;
  const NodeId node = paid_enumeration(all + "]", work);
  return conjunctions_.of(Literal{node, false, 0});
}

}  // namespace keyway::json_schema
