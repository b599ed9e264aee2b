// What may stand where in a Lark grammar; see lark_builder.h.
#include "schemas/grammars/lark/lark_builder.h"
#include "schemas/grammars/lark/lark_reader.h"

namespace keyway::grammars {

bool LarkBuilder::check() {
  for (const auto& [name, definition] : tree_.definitions) {
    if (!check_definition(name, definition)) return false;
  }
  for (const uint32_t index : tree_.ignored) {
    bool needs_value = false;
    if (!check_node(index, true, false, needs_value)) return false;
  }
  const auto start = tree_.definitions.find("start");
  if (start == tree_.definitions.end()) return refuse(tree_.offset, "the grammar has no rule start", ErrorCode::kNotFound);
  if (start->second.parametric) return refuse(start->second.offset, "the rule start has no parameter");
  return true;
}

bool LarkBuilder::check_definition(const std::string& name, const LarkDefinition& definition) {
  const bool terminal = definition.is_terminal || terminal_body(definition);
  const bool with_tokens = terminal && !definition.is_terminal && definition.lazy && xgrammar() && holds_tokens(definition.body);
  bool needs_value = false;
  if (definition.parametric && terminal) {
    return refuse(definition.offset, "a parametric rule is no terminal", ErrorCode::kUnsupported);
  }
  if (!check_node(definition.body, terminal && !with_tokens, definition.parametric, needs_value)) return false;
  if (definition.marker && !check_node(*definition.marker, true, false, needs_value)) return false;
  if (definition.parametric == needs_value) return true;
  return refuse(definition.offset, (definition.parametric ? "a parametric rule that needs no parameter: "
                                                          : "a rule without a parameter that needs one: ") + name);
}

bool LarkBuilder::check_node(uint32_t index, bool terminal, bool parametric, bool& needs_value) {
  const LarkNode& at = tree_.nodes[index];
  switch (at.kind) {
    case LarkKind::kName:
      if (!check_name(at, terminal, needs_value)) return false;
      break;
    case LarkKind::kAnd:
      if (!terminal) return refuse(at.offset, "only terminals have &");
      break;
    case LarkKind::kNot:
      // In llguidance's dialect a rule may have one: a terminal without a name.
      if (!terminal && xgrammar()) return refuse(at.offset, "only terminals have ~");
      terminal = true;
      break;
    case LarkKind::kGuard:
      if (terminal) return refuse(at.offset, "terminals have no conditions", ErrorCode::kUnsupported);
      needs_value = true;
      break;
    case LarkKind::kTokens:
    case LarkKind::kNamedToken:
    case LarkKind::kJson:
    case LarkKind::kNested:
    case LarkKind::kReference:
      if (terminal) return refuse(at.offset, "this cannot be a part of a terminal");
      break;
    default: break;
  }
  for (const uint32_t part : at.parts) {
    if (!check_node(part, terminal, parametric, needs_value)) return false;
  }
  return true;
}

bool LarkBuilder::check_name(const LarkNode& at, bool terminal, bool& needs_value) {
  const auto found = tree_.definitions.find(at.text);
  if (found == tree_.definitions.end()) return refuse(at.offset, "a name that is not defined: " + at.text, ErrorCode::kNotFound);
  const LarkDefinition& definition = found->second;
  if (terminal && !definition.is_terminal) return refuse(at.offset, "a terminal cannot use a rule");
  if (at.parameter.has_value() != definition.parametric) {
    return refuse(at.offset, definition.parametric ? "a parametric rule without its parameter"
                                                   : "a parameter for a rule that has none");
  }
  needs_value |= at.parameter && at.parameter->needs_current();
  return true;
}

}  // namespace keyway::grammars
