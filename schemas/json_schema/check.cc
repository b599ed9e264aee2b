// Forms of keyword values; see check.h.
#include "schemas/json_schema/check.h"

#include <array>

#include "schemas/json_schema/decimal.h"

namespace keyway::json_schema {
namespace {

bool is_type_name(Json value) {
  static constexpr std::array<std::string_view, 7> kNames = {"null",   "boolean", "object", "array",
                                                             "number", "string",  "integer"};
  if (!value.is_string()) return false;
  for (std::string_view name : kNames) {
    if (value.string() == name) return true;
  }
  return false;
}

bool is_type(Json value) {
  if (!value.is_array()) return is_type_name(value);
  for (size_t i = 0; i < value.size(); ++i) {
    if (!is_type_name(value.at(i))) return false;
  }
  return value.size() > 0;
}

bool are_strings(Json value) {
  if (!value.is_array()) return false;
  for (size_t i = 0; i < value.size(); ++i) {
    if (!value.at(i).is_string()) return false;
  }
  return true;
}

bool is_count(Json value) {
  if (!value.is_number()) return false;
  const std::optional<Decimal> decimal = parse_decimal(value.number());
  // An exponent past every limit is an integer all the same when it is positive.
  if (!decimal) return !value.number().starts_with('-') && value.number().find("-") == std::string_view::npos;
  return decimal->is_integer() && !decimal->negative;
}

bool is_positive(Json value) {
  if (!value.is_number()) return false;
  const std::optional<Decimal> decimal = parse_decimal(value.number());
  return decimal ? !decimal->negative && !decimal->is_zero() : !value.number().starts_with('-');
}

bool is_schema(Json value) { return value.is_object() || value.is_boolean(); }

bool is_map_of(Json value, bool (*element)(Json)) {
  if (!value.is_object()) return false;
  for (size_t i = 0; i < value.size(); ++i) {
    if (!element(value.at(i))) return false;
  }
  return true;
}

bool are_schemas(Json value) {
  if (!value.is_array()) return false;
  for (size_t i = 0; i < value.size(); ++i) {
    if (!is_schema(value.at(i))) return false;
  }
  return true;
}

bool has_form(KeywordForm form, Json value) {
  switch (form) {
    case KeywordForm::kAny: return true;
    case KeywordForm::kString: return value.is_string();
    case KeywordForm::kBoolean: return value.is_boolean();
    case KeywordForm::kNumber: return value.is_number();
    case KeywordForm::kPositiveNumber: return is_positive(value);
    case KeywordForm::kCount: return is_count(value);
    case KeywordForm::kStrings: return are_strings(value);
    case KeywordForm::kTypeNames: return is_type(value);
    case KeywordForm::kValues: return value.is_array();
    case KeywordForm::kOneSchema: return is_schema(value);
    case KeywordForm::kSchemas: return are_schemas(value) && value.size() > 0;
    case KeywordForm::kSchemaMap: return is_map_of(value, is_schema);
    case KeywordForm::kSchemaOrSchemas: return is_schema(value) || are_schemas(value);
    case KeywordForm::kSchemaOrStringsMap:
      return is_map_of(value, [](Json element) { return is_schema(element) || are_strings(element); });
    case KeywordForm::kStringsMap: return is_map_of(value, are_strings);
  }
  return false;
}

}  // namespace

std::optional<Error> check_form(const KeywordRow& row, Json value) {
  if (has_form(row.form, value)) return std::nullopt;
  return fail(ErrorCode::kInvalid, "the value of \"" + std::string(row.name) + "\" is malformed", {},
              shorten_value(value), std::string(describe_form(row.form)));
}

std::string shorten_value(Json value) {
  constexpr size_t kMost = 200;
  std::string text;
  if (value.is_array() || value.is_object()) {
    if (value.size() > 20) {
      return (value.is_array() ? "an array of " : "an object of ") + std::to_string(value.size());
    }
    // A small container may still hold large ones: its members are named by their kinds.
    text = value.is_array() ? "[" : "{";
    for (size_t i = 0; i < value.size(); ++i) {
      if (i > 0) text += ", ";
      if (value.is_object()) text += json_quote(value.key(i)) + ": ";
      const Json child = value.at(i);
      const bool deep = (child.is_array() || child.is_object()) && child.size() > 0;
      text += deep ? std::string(json_kind_name(child.kind())) : to_json_text(child);
      if (text.size() > kMost) break;
    }
    text += value.is_array() ? "]" : "}";
  } else {
    text = to_json_text(value);
  }
  if (text.size() <= kMost) return text;
  size_t end = kMost - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

}  // namespace keyway::json_schema
