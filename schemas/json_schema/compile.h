// JSON Schema to terms: the JSON texts whose values are valid, exactly, or a refusal by name.
//
// Entry points: compile_json_schema, SchemaCompiler, SchemaOptions, SchemaCompilation, SchemaReport.
// Promises: every assertion is enforced, reported as narrowed (with the valid instances that are left out), or refused
// with its JSON Pointer; nothing is dropped in silence and nothing falls back to any JSON. Every state that can be
// reached can be completed, in exactly the bytes that TermFacts::shortest says.
// Remote references are never fetched: what is not in `document` or SchemaOptions::documents does not exist.
// Thread safety: one thread at a time per arena. Tested by tests/schemas/json_schema/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "grammar/term.h"
#include "grammar/text_term.h"
#include "schemas/json.h"
#include "schemas/json_schema/draft.h"
#include "schemas/json_schema/keyword_notes.h"
#include "schemas/json_schema/value_kinds.h"
#include "schemas/json_schema/value_spelling.h"

namespace keyway {

enum class PropertyOrder : uint8_t {
  kAny,       // excludes nothing
  kDeclared,  // declared members in the order of the schema, other members after them: excludes other orders
};

enum class Whitespace : uint8_t {
  kCompact,    // {"a":1,"b":[]}: excludes texts with white space outside strings
  kJsonDumps,  // {"a": 1, "b": []} as Python's json.dumps: excludes every other spacing
  // At each place inside a container where JSON allows white space: nothing, one space, or one newline followed by at
  // most 40 spaces or tabs; before ',' and ':' at most one space. Includes the two above and indented styles;
  // excludes longer runs, carriage returns, and white space before or after the whole value.
  kFlexible,
  kFree,  // any run of white space at each place inside a container; excludes it before and after the whole value
};

// What stands between values, where no policy says it. Each separator holds the white space that may stand around it.
struct JsonSeparators {
  TermId comma, colon;
  TermId inside;  // after an opening bracket and before the closing one
};

enum class FormatPolicy : uint8_t {
  kAssert,    // `format` is enforced, or refused by name where it is not known
  kAnnotate,  // `format` is reported as ignored
};

enum class NumberSpelling : uint8_t {
  // Plain (-12.5), and wherever membership is decided: scientific with one digit before the point (1.25e+1), as most
  // programs write large and small numbers; every scientific spelling where no keyword restricts the number but
  // minimum 0 or maximum 0. Excludes, under other keywords, exponents after another mantissa.
  kAny,
  // Under keywords that restrict numbers (but a minimum or maximum of 0) only plain ones and, for integers, a whole
  // number with an exponent that keeps it one. For models: a digit is never allowed only because an exponent could follow.
  kPlain,
  // As kPlain, but integers have neither point nor exponent, and constants are written in one way: as other engines do.
  // Excludes 1.0 for integers, and 1.50 for the constant 1.5.
  kLexical,
};

enum class UnknownKeywords : uint8_t {
  kIgnore,  // as the drafts say; they are listed in the report
  kRefuse,  // a keyword that no draft knows is an error: finds spelling mistakes
};

struct SchemaOptions {
  Draft draft = Draft::k2020;  // of a document without $schema
  PropertyOrder order = PropertyOrder::kAny;
  Whitespace whitespace = Whitespace::kFlexible;
  std::optional<JsonSeparators> separators;  // instead of `whitespace`, for values in JSON
  // Of strings and keys; kJsonCanonical excludes other escapes. JsonEscapes::u_writes_all does not hold for strings that a
  // pattern, format or constant restricts.
  TextSpelling spelling = TextSpelling::kJson;
  uint32_t max_whitespace = kUnbounded;  // of kFree: characters of one run
  NumberSpelling numbers = NumberSpelling::kAny;
  FormatPolicy formats = FormatPolicy::kAssert;
  UnknownKeywords unknown_keywords = UnknownKeywords::kIgnore;
  bool one_of_is_any_of = false;  // oneOf is read as anyOf: takes values that several alternatives hold
  // True: an object that declares members takes no others unless the schema says which. Excludes undeclared members;
  // what a model makes up beside the declared ones is seldom wanted in a tool call.
  bool closed_objects = false;
  uint32_t max_string_length = kUnbounded;  // code points of every string value; excludes longer ones
  uint32_t max_items = kUnbounded;          // items of every array; excludes longer ones
  // Texts, not empty, that no string and no key holds as it is written, between its quotes and with its escapes. Excludes strings
  // and names that hold one, and other spellings of declared names; strings that a pattern or a format describes may hold them, as
  // in XGrammar's structural tags. Requires, where there are any: neither `arguments` nor another spelling than kJson.
  std::vector<std::string> excluded_texts;
  // How the texts are written where that is not JSON. Then the values are objects, whatever the schema takes beside them,
  // and what the form cannot write is excluded: a mark or closing tag inside a string, keys that are no identifiers.
  std::shared_ptr<const ValueSpelling> arguments;
  std::vector<std::pair<std::string, JsonDocument>> documents;  // other schemas that $ref may name, by absolute URI
};

struct SchemaReport {
  KeywordNotes enforced;
  KeywordNotes narrowed;  // enforced, but some valid instances cannot be written
  KeywordNotes ignored;   // annotations, and keywords that the draft does not know
  KeywordNotes refused;
};

struct SchemaCompilation {
  SchemaReport report;
  std::optional<Error> error;        // the first refusal; kUnsupported, kInvalid, kUnsatisfiable or kLimit
  TermId value = TermArena::never();  // the texts of valid values. never() exactly when `error` is set
  std::vector<ParameterKinds> parameters;  // SchemaOptions::arguments between tags: what each declared member may be
  bool only_objects = false;          // every valid value is an object
};

namespace json_schema {
class CompiledSchema;
}

// Compiles schemas one after the other, with what equal parts have in common made once: the schemas of a tool list.
// Each is a document of its own, as if it were compiled alone. Once the budget ran out in one of them, what is shared may
// be wrong for all: the terms of all of them are to be discarded (TermArena::exhausted() tells).
class SchemaCompiler {
 public:
  // Requires: the arena outlives this.
  SchemaCompiler(TermArena& arena, const SchemaOptions& options);

  // As compile_json_schema.
  SchemaCompilation compile(JsonDocument document, Json schema_root);

 private:
  TermArena& arena_;
  std::shared_ptr<json_schema::CompiledSchema> compiled_;
  bool defined_ = false;
};

// Requires: schema_root is a value of `document`; references are read as if it were the root of a document of its own.
// Complexity: linear in the schema for the report; shapes and terms are made on demand, charged to the arena's budget.
SchemaCompilation compile_json_schema(TermArena& arena, JsonDocument document, Json schema_root,
                                      const SchemaOptions& options = {});

}  // namespace keyway
