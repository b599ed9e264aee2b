// The table of keywords; see keywords.h.
#include "schemas/json_schema/keywords.h"

#include "grammar/hash_index.h"
#include "grammar/hash_mix.h"

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
    {"contentEncoding", kAnnotation, k7, k2020, kTells, kAny, true},
    {"contentMediaType", kAnnotation, k7, k2020, kTells, kAny, true},
    {"contentSchema", kAnnotation, k2019, k2020, kTells, kAny, true},
};

// Rows of one name lie side by side; the first of each, by a hash that tells the names of this table apart at a glance:
// std::hash was 2 in 100 instructions of a compile.
uint64_t hash_of(std::string_view name) {
  const auto at = [&](size_t i) { return static_cast<uint64_t>(static_cast<unsigned char>(name[i])); };
  return name.empty() ? 0 : name.size() << 24 ^ at(0) << 16 ^ at(name.size() / 2) << 8 ^ at(name.size() - 1);
}

const HashIndex& index() {
  static const HashIndex made = [] {
    HashIndex first_rows(256);
    for (size_t i = 0; i < std::size(kKeywordRows); ++i) {
      if (i == 0 || kKeywordRows[i].name != kKeywordRows[i - 1].name) {
        first_rows.insert(hash_mix(0, hash_of(kKeywordRows[i].name)), static_cast<uint32_t>(i));
      }
    }
    return first_rows;
  }();
  return made;
}

}  // namespace

const KeywordRow* find_keyword(std::string_view name, Draft draft) {
  const uint32_t first =
      index().find(hash_mix(0, hash_of(name)), [&](uint32_t row) { return kKeywordRows[row].name == name; });
  if (first == HashIndex::kNone) return nullptr;
  for (size_t i = first; i < std::size(kKeywordRows) && kKeywordRows[i].name == name; ++i) {
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
