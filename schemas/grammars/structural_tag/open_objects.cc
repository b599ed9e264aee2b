// See open_objects.h.
#include "schemas/grammars/structural_tag/open_objects.h"

namespace keyway::grammars {
namespace {

constexpr std::string_view kAnything = R"({"type": ["null", "boolean", "object", "array", "number", "string"]})";

bool holds_schemas(std::string_view key) {
  return key == "properties" || key == "patternProperties" || key == "$defs" || key == "definitions" || key == "dependentSchemas";
}

// Whether the schema declares that there are no members: no others come, either.
bool declares_none(Json schema) {
  const std::optional<Json> properties = schema.find("properties"), required = schema.find("required");
  return properties && properties->is_object() && properties->size() == 0 && !schema.find("additionalProperties") &&
         !(required && required->is_array() && required->size() > 0);
}

// `names`: the object is one of schemas by name.
void append(Json value, std::string& out, bool names = false) {
  if (!value.is_object() && !value.is_array()) {
    out += to_json_text(value);
    return;
  }
  out += value.is_object() ? '{' : '[';
  for (size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out += ", ";
    bool inner_names = false;
    if (value.is_object()) {
      const std::string_view key = value.key(i);
      out += json_quote(key) + ": ";
      const bool is_data = key == "const" || key == "enum" || key == "default" || key == "examples";
      const bool is_open = key == "additionalProperties" && value.at(i).is_boolean() && value.at(i).is_true();
      inner_names = !names && holds_schemas(key);
      if (!names && (is_data || is_open)) {
        out += is_open ? std::string(kAnything) : to_json_text(value.at(i));
        continue;
      }
    }
    append(value.at(i), out, inner_names);
  }
  if (value.is_object() && !names && declares_none(value)) out += ", \"additionalProperties\": false";
  out += value.is_object() ? '}' : ']';
}

}  // namespace

std::string with_open_objects(Json schema) {
  std::string out;
  append(schema, out);
  return out;
}

}  // namespace keyway::grammars
