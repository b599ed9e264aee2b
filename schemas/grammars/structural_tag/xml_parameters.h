// JSON Schemas of objects in the XML styles of structural tags: one element for each member.
//
// Entry points: xml_style, xml_parameters. Strings are written raw: any text that does not hold the closing mark; other
// values as JSON. Declared members come in their order, required ones always; others follow where the schema lets them.
// Refused by name: schemas whose members cannot be read off (several allOf, not, if); for MiniMax M3, as in XGrammar, members and
// values of any kind too, and bounds and formats of strings.
// Thread safety: as the arena. Tested by tests/schemas/grammars/structural_tag_test.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schemas/grammars/rule_graph.h"
#include "schemas/json.h"
#include "schemas/json_schema/compile.h"

namespace keyway::grammars {

// How a member is written: {name} and {type} stand in `open` for the member's name and the word of its type. kRecursive: members
// of every object and items of every array are elements, `close` is the mark before each tag, and the closing tag has the name.
struct XmlStyle {
  std::string_view name;
  std::string_view open, close;
  enum class Types : uint8_t { kNone, kRawOrNot, kJsonNames, kCohere, kRecursive } types;  // the words for {type}
  bool escape_names;  // & < > " of names as entities
};

// Null for a name that is none: qwen_xml, minimax_xml, minimax_m3_xml, deepseek_xml, deepseek_v4_1_xml, glm_xml, cohere_xml, kimi_k3_xml.
const XmlStyle* xml_style(std::string_view name);

// SchemaOptions::excluded_texts hold for names, raw strings and constants too, as they are written. Errors: kUnsupported and those of
// compile_json_schema, the pointer being one into the schema.
Result<NodeId> xml_parameters(RuleGraph& graph, Json schema, const XmlStyle& style, const SchemaOptions& options);

}  // namespace keyway::grammars
