// See argument_limits.h.
#include "tools/argument_limits.h"

#include <array>
#include <string>
#include <utility>

#include "tools/excerpt.h"

namespace keyway {
namespace {

struct Limit {
  std::string_view name;
  std::string_view keyword;
  enum { kCount, kNumber, kList } kind;
};
constexpr std::array<Limit, 5> kLimits = {{{"max_length", "maxLength", Limit::kCount},
                                           {"max_items", "maxItems", Limit::kCount},
                                           {"minimum", "minimum", Limit::kNumber},
                                           {"maximum", "maximum", Limit::kNumber},
                                           {"enum", "enum", Limit::kList}}};
constexpr int64_t kMostCount = 1'000'000'000;

bool fits(const Limit& limit, Json value) {
  if (limit.kind == Limit::kNumber) return value.is_number();
  if (limit.kind == Limit::kList) return value.is_array() && value.size() > 0;
  const auto count = value.is_number() ? value.integer() : std::nullopt;
  return count && *count >= 0 && *count <= kMostCount;
}

// The limits of one argument as a schema.
Result<std::string> limits_schema(Json limits, const std::string& pointer) {
  if (!limits.is_object()) {
    return fail(ErrorCode::kInvalid, "the limits of an argument are an object", pointer, excerpt(to_json_text(limits)), "an object");
  }
  std::string text;
  for (size_t i = 0; i < limits.size(); ++i) {
    const Limit* known = nullptr;
    for (const Limit& limit : kLimits) known = limit.name == limits.key(i) ? &limit : known;
    if (known == nullptr || !fits(*known, limits.at(i))) {
      return fail(ErrorCode::kInvalid, known == nullptr ? "a limit that registries do not have" : "a limit with a value that it does not have",
                  pointer_append(pointer, limits.key(i)), excerpt(to_json_text(limits.at(i))),
                  "max_length, max_items: a count; minimum, maximum: a number; enum: an array");
    }
    text += (text.empty() ? "" : ", ") + json_quote(known->keyword) + ": " + to_json_text(limits.at(i));
  }
  return "{" + text + "}";
}

}  // namespace

Status apply_argument_limits(Tool& tool) {
  const auto limits = tool.raw.find("limits");
  if (!limits) return {};
  const std::string pointer = pointer_append(tool.pointer, "limits");
  if (!limits->is_object()) {
    return fail(ErrorCode::kInvalid, "\"limits\" is an object", pointer, excerpt(to_json_text(*limits)), "an object");
  }
  const auto properties = tool.parameters.find("properties");
  for (size_t i = 0; i < limits->size(); ++i) {
    if (properties && properties->is_object() && properties->find(limits->key(i))) continue;
    return fail(ErrorCode::kNotFound, "limits of an argument that the parameters do not declare",
                pointer_append(pointer, limits->key(i)), excerpt(limits->key(i)));
  }
  std::string members;
  for (size_t i = 0; i < tool.parameters.size(); ++i) {
    members += (i == 0 ? "" : ", ") + json_quote(tool.parameters.key(i)) + ": ";
    if (tool.parameters.key(i) != "properties") {
      members += to_json_text(tool.parameters.at(i));
      continue;
    }
    members += '{';
    for (size_t k = 0; k < properties->size(); ++k) {
      const std::string_view name = properties->key(k);
      const std::string own = to_json_text(properties->at(k));
      members += (k == 0 ? "" : ", ") + json_quote(name) + ": ";
      const auto limit = limits->find(name);
      if (!limit) {
        members += own;
        continue;
      }
      const auto schema = limits_schema(*limit, pointer_append(pointer, name));
      if (!schema.ok()) return schema.error();
      members += "{\"allOf\": [" + own + ", " + *schema + "]}";
    }
    members += '}';
  }
  auto document = parse_json("{" + members + "}");
  if (!document.ok()) return document.error();
  tool.parameters_document = std::move(*document);
  tool.parameters = tool.parameters_document.root();
  return {};
}

}  // namespace keyway
