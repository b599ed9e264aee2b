// The table of keywords: in which drafts each exists, what its value must look like, and whether it is enforced.
//
// Entry points: Keyword, KeywordRow, find_keyword. A keyword with two meanings (items, exclusiveMinimum) has two rows.
// Invariant: a row that asserts and is not `enforced` is refused by name wherever it is reached (promise P3).
// Tested by tests/schemas/json_schema/compile_test.cc.
#pragma once

#include <cstdint>
#include <string_view>

#include "schemas/json_schema/draft.h"

namespace keyway::json_schema {

enum class Keyword : uint8_t {
  // in place
  kAllOf, kAnyOf, kOneOf, kNot, kIf, kThen, kElse, kRef, kDynamicRef, kRecursiveRef, kDependentSchemas, kDependencies,
  // any type
  kType, kEnum, kConst,
  // numbers
  kMinimum, kMaximum, kExclusiveMinimum, kExclusiveMaximum, kMultipleOf,
  // strings
  kMinLength, kMaxLength, kPattern, kFormat, kContent,
  // arrays
  kItems, kPrefixItems, kAdditionalItems, kMinItems, kMaxItems, kUniqueItems, kContains, kMinContains, kMaxContains,
  kUnevaluatedItems,
  // objects
  kProperties, kPatternProperties, kAdditionalProperties, kPropertyNames, kRequired, kMinProperties, kMaxProperties,
  kDependentRequired, kUnevaluatedProperties,
  // identity and definitions
  kSchema, kId, kAnchor, kDynamicAnchor, kRecursiveAnchor, kVocabulary, kDefinitions,
  kAnnotation,
};

enum class KeywordRole : uint8_t {
  kAssertion,   // decides about an instance, alone or through subschemas
  kIdentity,    // names a schema or its draft
  kContainer,   // holds definitions that only references reach
  kAnnotation,  // says nothing about validity
};

// What the value of a keyword must be.
enum class KeywordForm : uint8_t {
  kAny, kString, kBoolean, kNumber, kPositiveNumber, kCount, kStrings, kTypeNames, kValues,
  kOneSchema, kSchemas, kSchemaMap, kSchemaOrSchemas, kSchemaOrStringsMap, kStringsMap,
};

struct KeywordRow {
  std::string_view name;
  Keyword keyword;
  Draft first;
  Draft last;
  KeywordRole role;
  KeywordForm form;
  bool enforced;  // false: an assertion that is refused by name
};

// The row of `name` in `draft`; null where that draft does not know it.
const KeywordRow* find_keyword(std::string_view name, Draft draft);

// Whether the value holds schemas in it, directly, in a list or in a map.
bool holds_schemas(KeywordForm form);

// For messages: "a schema", "a non-negative integer", ...
std::string_view describe_form(KeywordForm form);

}  // namespace keyway::json_schema
