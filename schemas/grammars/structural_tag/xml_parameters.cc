// Members in order; see xml_parameters.h. What a value may be is in xml_values.cc, what is special to MiniMax M3 here.
#include "schemas/grammars/structural_tag/xml_parameters.h"

#include <algorithm>

#include "schemas/grammars/structural_tag/xml_values.h"

namespace keyway::grammars {
namespace {

using Types = XmlStyle::Types;

// DeepSeek's bars are U+FF5C.
constexpr XmlStyle kStyles[] = {
    {"qwen_xml", "<parameter={name}>", "</parameter>", Types::kNone, false},
    {"minimax_xml", "<parameter name=\"{name}\">", "</parameter>", Types::kNone, false},
    {"minimax_m3_xml", "]<]minimax[>[<{name}>", "]<]minimax[>[", Types::kRecursive, false},
    {"deepseek_xml", "<\xEF\xBD\x9C" "DSML\xEF\xBD\x9Cparameter name=\"{name}\" string=\"{type}\">",
     "</\xEF\xBD\x9C" "DSML\xEF\xBD\x9Cparameter>", Types::kRawOrNot, false},
    {"deepseek_v4_1_xml", "<\xEF\xBD\x9C" "DSML\xEF\xBD\x9C parameter name=\"{name}\" string=\"{type}\">",
     "</\xEF\xBD\x9C" "DSML\xEF\xBD\x9C parameter>", Types::kRawOrNot, false},
    {"glm_xml", "<arg_key>{name}</arg_key><arg_value>", "</arg_value>", Types::kNone, false},
    {"cohere_xml", "<cofl:value name=\"{name}\" type=\"{type}\">", "</cofl:value>", Types::kCohere, false},
    {"kimi_k3_xml", "<|open|>argument key=\"{name}\" type=\"{type}\"<|sep|>", "<|close|>argument<|sep|>", Types::kJsonNames, true},
};

constexpr std::string_view kItem = "item";

}  // namespace

NodeId XmlValues::value(Json schema, uint32_t depth) {
  std::vector<NodeId> choices;
  for (const Branch& branch : branches(schema, depth)) choices.push_back(branch.node);
  return graph_.choice(choices);
}

// An element between tags of its name.
NodeId XmlValues::tagged(std::string_view name, NodeId value) {
  if (name.empty() || name.front() == '/' || name.find('>') != std::string_view::npos) {
    return refuse(ErrorCode::kUnsupported, "a name that cannot be that of a tag", std::string(name));
  }
  const std::string mark(style_.close), text(name);
  const NodeId parts[] = {space(), graph_.text(mark + "<" + text + ">"), value, graph_.text(mark + "</" + text + ">")};
  return graph_.sequence(parts);
}

// Elements and blanks behind them; without any element nothing stands there.
NodeId XmlValues::tagged_members(const std::vector<Member>& members, uint32_t needed, const Count& count) {
  const Count some = {std::max(count.min, 1u), count.max};
  NodeId filled;
  if (options_.order == PropertyOrder::kDeclared) {
    filled = ordered(members, std::nullopt, some);
  } else {
    std::vector<NodeId> any;
    for (const Member& member : members) any.push_back(member.element);
    filled = graph_.repeat(graph_.choice(any), std::max(needed, some.min), some.max);
  }
  filled = graph_.sequence(filled, space());
  return needed == 0 && count.min == 0 ? graph_.choice(graph_.empty(), filled) : filled;
}

// An array: without "items" none follow those of "prefixItems".
NodeId XmlValues::tagged_items(Json schema, uint32_t depth) {
  refuse_keywords(schema, {"contains", "minContains", "maxContains", "uniqueItems", "unevaluatedItems"});
  const std::optional<Json> each = schema.find("items"), first = schema.find("prefixItems");
  const auto bound = [&](std::string_view name, uint32_t otherwise) {
    const std::optional<Json> found = schema.find(name);
    const std::optional<int64_t> number = found ? found->integer() : std::nullopt;
    return number && *number >= 0 && *number <= graph_.arena().limits().repeat_count ? static_cast<uint32_t>(*number) : otherwise;
  };
  const uint32_t min = bound("minItems", 0), max = bound("maxItems", kUnbounded);
  const uint32_t fixed = std::min(first ? static_cast<uint32_t>(first->size()) : 0, max);
  const bool more = each && each->kind() != JsonKind::kFalse && max > fixed;
  // From the last to the first: what stands from an item on.
  NodeId rest = graph_.empty();
  if (more) {
    const NodeId item = tagged(kItem, value(*each, depth));
    const uint32_t least = min > fixed ? min - fixed : fixed == 0 ? 1u : 0u;
    rest = graph_.repeat(item, least, max == kUnbounded ? kUnbounded : max - fixed);
  } else if (min > fixed) {
    rest = graph_.never();
  }
  for (uint32_t i = fixed; i-- > 0;) {
    const NodeId item = tagged(kItem, value(first->at(i), depth));
    rest = graph_.sequence(item, i + 1 >= min && i + 1 < fixed ? graph_.choice(graph_.empty(), rest) : rest);
  }
  const bool none = fixed == 0 && !more && min == 0;
  const NodeId filled = none ? graph_.empty() : graph_.sequence(rest, space());
  return min == 0 ? graph_.choice(graph_.empty(), filled) : filled;
}

// A constant. Recursion is bounded by the depth of the document.
NodeId XmlValues::tagged_literal(Json value) {
  if (!value.is_object() && !value.is_array()) {
    const std::string text = value.is_string() ? std::string(value.string()) : to_json_text(value);
    if (text.find(style_.close) != std::string::npos) return refuse(ErrorCode::kUnsupported, "a value that holds the mark of tags", text);
    return graph_.text(text);
  }
  std::vector<NodeId> parts;
  for (size_t i = 0; i < value.size(); ++i) {
    parts.push_back(tagged(value.is_object() ? value.key(i) : kItem, tagged_literal(value.at(i))));
  }
  if (!parts.empty()) parts.push_back(space());
  return graph_.sequence(parts);
}

const XmlStyle* xml_style(std::string_view name) {
  for (const XmlStyle& style : kStyles) {
    if (style.name == name) return &style;
  }
  return nullptr;
}

Result<NodeId> xml_parameters(RuleGraph& graph, Json schema, const XmlStyle& style, const SchemaOptions& options) {
  const std::vector<std::string>& excludes = options.excluded_texts;
  const bool nested = style.types == Types::kRecursive || style.types == Types::kCohere;
  if (nested && !excludes.empty()) return fail(ErrorCode::kUnsupported, "excludes in a style of nested elements", {}, excludes[0]);
  for (const std::string& text : excludes) {
    const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    if (blank(text.front()) || blank(text.back())) {
      return fail(ErrorCode::kUnsupported, "an excluded text of an XML style that begins or ends with a blank", {}, text);
    }
  }
  XmlValues values(graph, schema, style, options);
  const NodeId node = style.types == Types::kRecursive ? values.value(schema, 0) : values.members(schema, 0);
  if (values.error().has_value()) return *values.error();
  return node;
}

}  // namespace keyway::grammars
