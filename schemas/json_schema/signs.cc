// Signs; see signs.h.
#include "schemas/json_schema/signs.h"

#include "schemas/json_schema/formats.h"
#include "schemas/json_schema/values.h"

namespace keyway::json_schema {
namespace {

constexpr uint8_t kPositive = 1;
constexpr uint8_t kNegative = 2;
constexpr uint8_t kBoth = kPositive | kNegative;
// What is evaluated must be known exactly: under a negated schema with an unevaluated keyword.
constexpr uint8_t kExact = 4;

uint8_t flipped(uint8_t signs) { return static_cast<uint8_t>((signs & kPositive) << 1 | (signs & kNegative) >> 1); }

// The types that the keyword `type` names, a bit each; an integer is a number.
uint32_t types_of(Json names) {
  constexpr std::string_view kTypes[] = {"null", "boolean", "number", "string", "array", "object"};
  uint32_t out = 0;
  const auto add = [&](std::string_view name) {
    for (uint32_t i = 0; i < std::size(kTypes); ++i) {
      if (kTypes[i] == (name == "integer" ? "number" : name)) out |= 1u << i;
    }
  };
  if (names.is_string()) add(names.string());
  for (size_t i = 0; i < names.size(); ++i) add(names.at(i).string());
  return out;
}

// Each alternative names types of its own, so that none is negated to tell it from the others.
bool told_by_type(const SchemaNodes& nodes, const KeywordUse& use) {
  uint32_t seen = 0;
  for (NodeId child : nodes.children(use)) {
    const KeywordUse* type = nodes.find(child, Keyword::kType);
    const uint32_t own = type == nullptr ? seen : types_of(type->value);
    if (type == nullptr || (own & seen) != 0) return false;
    seen |= own;
  }
  return true;
}

// The signs under which the subschemas of a keyword are read when the schema itself is read under `signs`.
uint8_t signs_of_keyword(const SchemaNodes& nodes, NodeId node, const KeywordUse& use, uint8_t signs) {
  switch (use.keyword) {
    case Keyword::kNot: return flipped(signs);
    case Keyword::kIf: return kBoth;
    case Keyword::kOneOf: return use.child_count > 1 && !(signs == kPositive && told_by_type(nodes, use)) ? kBoth : signs;
    case Keyword::kContains: {
      const bool exact = nodes.find(node, Keyword::kMaxContains) != nullptr ||
                         nodes.find(node, Keyword::kUniqueItems) != nullptr || (signs & kNegative) != 0;
      return exact ? kBoth : signs;
    }
    default: return signs;
  }
}

uint8_t signs_of_children(const SchemaNodes& nodes, NodeId node, const KeywordUse& use, uint8_t signs) {
  const uint8_t plain = signs & kBoth;
  const bool unevaluated = nodes.find(node, Keyword::kUnevaluatedItems) != nullptr ||
                           nodes.find(node, Keyword::kUnevaluatedProperties) != nullptr;
  const bool exact = (signs & kExact) != 0 || (unevaluated && (signs & kNegative) != 0);
  uint8_t below = signs_of_keyword(nodes, node, use, plain);
  if (use.keyword == Keyword::kContains && (unevaluated || exact)) below = kBoth;
  if (!exact || !is_in_place(use.keyword) || use.keyword == Keyword::kNot) return below;
  return static_cast<uint8_t>(below | kExact | (use.keyword == Keyword::kAnyOf ? kBoth : kPositive));
}

bool any_schema_with_keywords(const SchemaNodes& nodes, const KeywordUse& use) {
  for (NodeId child : nodes.children(use)) {
    if (!nodes.uses(child).empty()) return true;
  }
  return false;
}

bool is_remembered(const SchemaNodes& nodes, uint32_t members) {
  return nodes.remembers_keys() && members <= kMostRememberedKeys;
}

void review_use(const SchemaNodes& nodes, NodeId node, const KeywordUse& use, uint8_t signs, Reporter& reporter) {
  constexpr std::string_view kLast =
      "where the keyword is negated: objects in which undeclared members follow one that breaks it";
  constexpr std::string_view kOnce = "objects that reach the number of members with more than one undeclared member";
  const auto narrow = [&](std::string_view keyword, std::string_view excludes) {
    reporter.narrow(nodes.place(node), keyword, excludes);
  };
  const bool negated = (signs & kNegative) != 0;
  switch (use.keyword) {
    case Keyword::kAdditionalProperties:
      if (negated && any_schema_with_keywords(nodes, use)) narrow("additionalProperties", kLast);
      break;
    case Keyword::kUnevaluatedProperties:
      if (negated && any_schema_with_keywords(nodes, use)) narrow("unevaluatedProperties", kLast);
      break;
    case Keyword::kPatternProperties:
      if (negated && any_schema_with_keywords(nodes, use)) narrow("patternProperties", kLast);
      break;
    case Keyword::kMaxProperties:
      if (negated && count_of(use.value) > 0 && !is_remembered(nodes, count_of(use.value) + 1)) narrow("maxProperties", kOnce);
      break;
    case Keyword::kMinProperties:
      if (count_of(use.value) > 1 && !is_remembered(nodes, count_of(use.value))) narrow("minProperties", kOnce);
      break;
    case Keyword::kUniqueItems:
      if (negated && use.value.is_true()) narrow("uniqueItems", "where the keyword is negated: arrays that repeat an item");
      break;
    case Keyword::kFormat: {
      const FormatRow* row = find_format(use.value.string(), nodes.node(node).dialect.draft);
      if (negated && row != nullptr && !row->is_exact()) narrow("format", row->negation_excludes);
      break;
    }
    case Keyword::kContent:
      if (const FormatRow* row = find_content(use.value.string()); negated && !row->is_exact()) {
        reporter.narrow(nodes.place(node), row->name == kJsonContent ? "contentMediaType" : "contentEncoding", row->negation_excludes);
      }
      break;
    default: break;
  }
}

}  // namespace

void review_signs(const SchemaNodes& nodes, Reporter& reporter) {
  const uint32_t first = nodes.root().value;
  std::vector<uint8_t> all_signs(nodes.size() - first, 0);
  const auto signs = [&](NodeId node) -> uint8_t& { return all_signs[node.value - first]; };
  std::vector<NodeId> stack = {nodes.root()};
  signs(nodes.root()) = kPositive;
  while (!stack.empty()) {
    const NodeId at = stack.back();
    stack.pop_back();
    for (const KeywordUse& use : nodes.uses(at)) {
      const uint8_t below = signs_of_children(nodes, at, use, signs(at));
      for (NodeId child : nodes.children(use)) {
        if (child == kNoNode || (signs(child) | below) == signs(child)) continue;
        signs(child) |= below;
        stack.push_back(child);
      }
    }
  }
  for (uint32_t i = first; i < nodes.size(); ++i) {
    for (const KeywordUse& use : nodes.uses(NodeId(i))) review_use(nodes, NodeId(i), use, signs(NodeId(i)), reporter);
  }
}

}  // namespace keyway::json_schema
