// See open_objects.h.
#include "schemas/grammars/structural_tag/open_objects.h"

namespace keyway::grammars {
namespace {

constexpr std::string_view kAnything = R"({"type": ["null", "boolean", "object", "array", "number", "string"]})";

void append(Json value, std::string& out) {
  if (!value.is_object() && !value.is_array()) {
    out += to_json_text(value);
    return;
  }
  out += value.is_object() ? '{' : '[';
  for (size_t i = 0; i < value.size(); ++i) {
    if (i > 0) out += ", ";
    if (value.is_object()) {
      const std::string_view key = value.key(i);
      out += json_quote(key) + ": ";
      const bool is_data = key == "const" || key == "enum" || key == "default" || key == "examples";
      const bool is_open = key == "additionalProperties" && value.at(i).is_boolean() && value.at(i).is_true();
      if (is_data || is_open) {
        out += is_open ? std::string(kAnything) : to_json_text(value.at(i));
        continue;
      }
    }
    append(value.at(i), out);
  }
  out += value.is_object() ? '}' : ']';
}

}  // namespace

std::string with_open_objects(Json schema) {
  std::string out;
  append(schema, out);
  return out;
}

}  // namespace keyway::grammars
