// Members in order; see xml_parameters.h. What a value may be is in xml_values.cc.
#include "schemas/grammars/structural_tag/xml_parameters.h"

#include "schemas/grammars/structural_tag/xml_values.h"

namespace keyway::grammars {
namespace {

using Types = XmlStyle::Types;

// DeepSeek's bars are U+FF5C.
constexpr XmlStyle kStyles[] = {
    {"qwen_xml", "<parameter={name}>", "</parameter>", Types::kNone, false},
    {"minimax_xml", "<parameter name=\"{name}\">", "</parameter>", Types::kNone, false},
    {"deepseek_xml", "<\xEF\xBD\x9C" "DSML\xEF\xBD\x9Cparameter name=\"{name}\" string=\"{type}\">",
     "</\xEF\xBD\x9C" "DSML\xEF\xBD\x9Cparameter>", Types::kRawOrNot, false},
    {"glm_xml", "<arg_key>{name}</arg_key><arg_value>", "</arg_value>", Types::kNone, false},
    {"cohere_xml", "<cofl:value name=\"{name}\" type=\"{type}\">", "</cofl:value>", Types::kCohere, false},
    {"kimi_k3_xml", "<|open|>argument key=\"{name}\" type=\"{type}\"<|sep|>", "<|close|>argument<|sep|>", Types::kJsonNames, true},
};

}  // namespace

const XmlStyle* xml_style(std::string_view name) {
  for (const XmlStyle& style : kStyles) {
    if (style.name == name) return &style;
  }
  return nullptr;
}

Result<NodeId> xml_parameters(RuleGraph& graph, Json schema, const XmlStyle& style, const SchemaOptions& options) {
  XmlValues values(graph, schema, style, options);
  const NodeId node = values.members(schema, 0);
  if (values.error().has_value()) return *values.error();
  return node;
}

}  // namespace keyway::grammars
