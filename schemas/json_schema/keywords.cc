// The table of keywords; see keywords.h.
#include "schemas/json_schema/keywords.h"

#include <unordered_map>

namespace keyway::json_schema {
namespace {

using enum Keyword;
using enum KeywordForm;
using enum Draft;
constexpr KeywordRole kAsserts = KeywordRole::kAssertion;
constexpr KeywordRole kIdentifies = KeywordRole::kIdentity;
constexpr KeywordRole kHolds = KeywordRole::kContainer;
constexpr KeywordRole kTells = KeywordRole::kAnnotation;

// `dependencies` is not in the text of 2019-09 and 2020-12, but their metaschemas keep it for compatibility.
constexpr KeywordRow kKeywordRows[] = {
    {"allOf", kAllOf, k4, k2020, kAsserts, kSchemas, true},
    {"anyOf", kAnyOf, k4, k2020, kAsserts, kSchemas, true},
    {"oneOf", kOneOf, k4, k2020, kAsserts, kSchemas, true},
    {"not", kNot, k4, k2020, kAsserts, kOneSchema, true},
    {"if", kIf, k7, k2020, kAsserts, kOneSchema, true},
    {"then", kThen, k7, k2020, kAsserts, kOneSchema, true},
    {"else", kElse, k7, k2020, kAsserts, kOneSchema, true},
    {"$ref", kRef, k4, k2020, kAsserts, kString, true},
    {"$dynamicRef", kDynamicRef, k2020, k2020, kAsserts, kString, true},
    {"$recursiveRef", kRecursiveRef, k2019, k2019, kAsserts, kString, true},
    {"dependentSchemas", kDependentSchemas, k2019, k2020, kAsserts, kSchemaMap, true},
    {"dependencies", kDependencies, k4, k2020, kAsserts, kSchemaOrStringsMap, true},

    {"type", kType, k4, k2020, kAsserts, kTypeNames, true},
    {"enum", kEnum, k4, k2020, kAsserts, kValues, true},
    {"const", kConst, k6, k2020, kAsserts, kAny, true},

    {"minimum", kMinimum, k4, k2020, kAsserts, kNumber, true},
    {"maximum", kMaximum, k4, k2020, kAsserts, kNumber, true},
    {"exclusiveMinimum", kExclusiveMinimum, k4, k4, kAsserts, kBoolean, true},
    {"exclusiveMinimum", kExclusiveMinimum, k6, k2020, kAsserts, kNumber, true},
    {"exclusiveMaximum", kExclusiveMaximum, k4, k4, kAsserts, kBoolean, true},
    {"exclusiveMaximum", kExclusiveMaximum, k6, k2020, kAsserts, kNumber, true},
    {"multipleOf", kMultipleOf, k4, k2020, kAsserts, kPositiveNumber, true},

    {"minLength", kMinLength, k4, k2020, kAsserts, kCount, true},
    {"maxLength", kMaxLength, k4, k2020, kAsserts, kCount, true},
    {"pattern", kPattern, k4, k2020, kAsserts, kString, true},
    {"format", kFormat, k4, k2020, kAsserts, kString, true},

    {"items", kItems, k4, k2019, kAsserts, kSchemaOrSchemas, true},
    {"items", kItems, k2020, k2020, kAsserts, kOneSchema, true},
    {"prefixItems", kPrefixItems, k2020, k2020, kAsserts, kSchemas, true},
    {"additionalItems", kAdditionalItems, k4, k2019, kAsserts, kOneSchema, true},
    {"minItems", kMinItems, k4, k2020, kAsserts, kCount, true},
    {"maxItems", kMaxItems, k4, k2020, kAsserts, kCount, true},
    {"uniqueItems", kUniqueItems, k4, k2020, kAsserts, kBoolean, true},
    {"contains", kContains, k6, k2020, kAsserts, kOneSchema, true},
    {"minContains", kMinContains, k2019, k2020, kAsserts, kCount, true},
    {"maxContains", kMaxContains, k2019, k2020, kAsserts, kCount, true},
    {"unevaluatedItems", kUnevaluatedItems, k2019, k2020, kAsserts, kOneSchema, true},

    {"properties", kProperties, k4, k2020, kAsserts, kSchemaMap, true},
    {"patternProperties", kPatternProperties, k4, k2020, kAsserts, kSchemaMap, true},
    {"additionalProperties", kAdditionalProperties, k4, k2020, kAsserts, kOneSchema, true},
    {"propertyNames", kPropertyNames, k6, k2020, kAsserts, kOneSchema, true},
    {"required", kRequired, k4, k2020, kAsserts, kStrings, true},
    {"minProperties", kMinProperties, k4, k2020, kAsserts, kCount, true},
    {"maxProperties", kMaxProperties, k4, k2020, kAsserts, kCount, true},
    {"dependentRequired", kDependentRequired, k2019, k2020, kAsserts, kStringsMap, true},
    {"unevaluatedProperties", kUnevaluatedProperties, k2019, k2020, kAsserts, kOneSchema, true},

    {"$schema", kSchema, k4, k2020, kIdentifies, kString, true},
    {"id", kId, k4, k4, kIdentifies, kString, true},
    {"$id", kId, k6, k2020, kIdentifies, kString, true},
    {"$anchor", kAnchor, k2019, k2020, kIdentifies, kString, true},
    {"$dynamicAnchor", kDynamicAnchor, k2020, k2020, kIdentifies, kString, true},
    {"$recursiveAnchor", kRecursiveAnchor, k2019, k2019, kIdentifies, kBoolean, true},
    {"$vocabulary", kVocabulary, k2019, k2020, kIdentifies, kAny, true},
    {"$defs", kDefinitions, k2019, k2020, kHolds, kSchemaMap, true},
    {"definitions", kDefinitions, k4, k2020, kHolds, kSchemaMap, true},

    {"title", kAnnotation, k4, k2020, kTells, kAny, true},
    {"description", kAnnotation, k4, k2020, kTells, kAny, true},
    {"default", kAnnotation, k4, k2020, kTells, kAny, true},
    {"examples", kAnnotation, k6, k2020, kTells, kAny, true},
    {"$comment", kAnnotation, k7, k2020, kTells, kAny, true},
    {"readOnly", kAnnotation, k7, k2020, kTells, kAny, true},
    {"writeOnly", kAnnotation, k7, k2020, kTells, kAny, true},
    {"deprecated", kAnnotation, k2019, k2020, kTells, kAny, true},
    {"contentEncoding", kContent, k7, k7, kAsserts, kAny, true},
    {"contentEncoding", kAnnotation, k2019, k2020, kTells, kAny, true},
    {"contentMediaType", kContent, k7, k7, kAsserts, kAny, true},
    {"contentMediaType", kAnnotation, k2019, k2020, kTells, kAny, true},
    {"contentSchema", kAnnotation, k2019, k2020, kTells, kAny, true},
};

// Rows of one name lie side by side: name -> index of the first.
const std::unordered_map<std::string_view, size_t>& index() {
  static const std::unordered_map<std::string_view, size_t> map = [] {
    std::unordered_map<std::string_view, size_t> made;
    for (size_t i = 0; i < std::size(kKeywordRows); ++i) made.emplace(kKeywordRows[i].name, i);
    return made;
  }();
  return map;
}

}  // namespace

const KeywordRow* find_keyword(std::string_view name, Draft draft) {
  const auto found = index().find(name);
  if (found == index().end()) return nullptr;
  for (size_t i = found->second; i < std::size(kKeywordRows) && kKeywordRows[i].name == name; ++i) {
    if (kKeywordRows[i].first <= draft && draft <= kKeywordRows[i].last) return &kKeywordRows[i];
  }
  return nullptr;
}

bool holds_schemas(KeywordForm form) {
  switch (form) {
    case kOneSchema:
    case kSchemas:
    case kSchemaMap:
    case kSchemaOrSchemas:
    case kSchemaOrStringsMap: return true;
    default: return false;
  }
}

std::string_view describe_form(KeywordForm form) {
  switch (form) {
    case kAny: return "any value";
    case kString: return "a string";
    case kBoolean: return "true or false";
    case kNumber: return "a number";
    case kPositiveNumber: return "a number above 0";
    case kCount: return "an integer of at least 0";
    case kStrings: return "an array of strings";
    case kTypeNames: return "a type name or a non-empty array of type names";
    case kValues: return "an array";
    case kOneSchema: return "a schema: an object, true or false";
    case kSchemas: return "a non-empty array of schemas";
    case kSchemaMap: return "an object of schemas";
    case kSchemaOrSchemas: return "a schema or an array of schemas";
    case kSchemaOrStringsMap: return "an object of schemas or arrays of strings";
    case kStringsMap: return "an object of arrays of strings";
  }
  return "";
}

}  // namespace keyway::json_schema
