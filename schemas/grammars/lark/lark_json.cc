// %json in a Lark grammar: values of a schema, written as the dialect's engine writes them; see lark_builder.h.
//
// Both engines keep the order of the properties, take any white space, and write integers without point and exponent. In
// llguidance's dialect x-guidance at the schema's root says more: which escapes strings have, what separates values, and
// that oneOf may be read as anyOf. Tested by tests/schemas/grammars/lark_test.cc.
#include "grammar/regex_parser.h"
#include "grammar/text_term.h"
#include "schemas/grammars/lark/lark_builder.h"
#include "schemas/json_schema/compile.h"

namespace keyway::grammars {
namespace {

constexpr std::string_view kMembers =
    "item_separator, key_separator, whitespace_flexible, whitespace_pattern, coerce_one_of, lenient, json_allowed_escapes, "
    "json_allow_general_unicode_escapes";

struct Guidance {
  bool any_one_of = false, general_escapes = false, flexible = true;
  std::optional<std::string> comma, colon, blank;  // regular expressions
  std::string escapes = "\"\\bfnrtu";
};

bool read_flag(Json value, bool& out) {
  if (value.is_boolean()) out = value.is_true();
  return value.is_boolean();
}

bool read_pattern(Json value, std::optional<std::string>& out) {
  if (value.is_string()) out = value.string();
  return value.is_string() || value.is_null();
}

bool read_member(std::string_view name, Json value, Guidance& out) {
  bool coerced = false;
  if (name == "lenient" || name == "coerce_one_of") {
    const bool read = read_flag(value, coerced);
    out.any_one_of |= coerced;
    return read;
  }
  if (name == "whitespace_flexible") return read_flag(value, out.flexible);
  if (name == "json_allow_general_unicode_escapes") return read_flag(value, out.general_escapes);
  if (name == "item_separator") return read_pattern(value, out.comma);
  if (name == "key_separator") return read_pattern(value, out.colon);
  if (name == "whitespace_pattern") return read_pattern(value, out.blank);
  if (name != "json_allowed_escapes" || !value.is_string()) return false;
  out.escapes = value.string();
  return out.escapes.find_first_not_of("\"\\bfnrtu") == std::string::npos;
}

// The texts of a pattern; never() where it is refused.
Result<TermId> text_of(TermArena& arena, std::string_view pattern) {
  const Result<RegexId> parsed = parse_regex(arena.regexes(), pattern, {RegexDialect::kRust, false});
  if (!parsed) return parsed.error();
  return text_term(arena, *parsed, TextSpelling::kUtf8);
}

Result<JsonSeparators> separators_of(TermArena& arena, const Guidance& guidance) {
  const std::string blank = guidance.blank.value_or(guidance.flexible ? "[ \\t\\n\\r]*" : "");
  JsonSeparators out;
  for (const auto& [target, pattern] : {std::pair(&out.inside, blank), std::pair(&out.comma, guidance.comma.value_or(",")),
                                        std::pair(&out.colon, guidance.colon.value_or(":"))}) {
    const Result<TermId> made = text_of(arena, pattern);
    if (!made) return made.error();
    *target = *made;
  }
  for (TermId* separator : {&out.comma, &out.colon}) {
    const TermId parts[] = {out.inside, *separator, out.inside};
    *separator = arena.sequence(parts);
  }
  return out;
}

}  // namespace

// What x-guidance says goes into the options. False: refused.
bool LarkBuilder::json_options(const LarkNode& at, Json schema, SchemaOptions& options) {
  Guidance guidance;
  const std::optional<Json> members = schema.is_object() ? schema.find("x-guidance") : std::nullopt;
  if (members && !members->is_object()) return refuse(at.offset, "x-guidance is an object");
  for (size_t i = 0; members && i < members->size(); ++i) {
    if (read_member(members->key(i), members->at(i), guidance)) continue;
    const std::string name(members->key(i).substr(0, 100));
    return cursor_.refuse(ErrorCode::kInvalid, "x-guidance has no such member, or it has no such value: " + name, at.offset,
                          std::string(kMembers));
  }
  options.one_of_is_any_of = guidance.any_one_of;
  options.spelling = json_spelling({guidance.escapes, guidance.general_escapes});
  const Result<JsonSeparators> separators = separators_of(graph_.arena(), guidance);
  if (!separators) return cursor_.refuse(separators.error(), at.offset);
  if (separators->comma == TermArena::never() || separators->colon == TermArena::never()) {
    return refuse(at.offset, "a separator that no text is", ErrorCode::kUnsatisfiable);
  }
  options.separators = *separators;
  return true;
}

NodeId LarkBuilder::json(const LarkNode& at) {
  const Result<JsonDocument> document = parse_json(at.text, graph_.arena().limits());
  if (!document) {
    cursor_.refuse(document.error(), at.offset);
    return graph_.never();
  }
  SchemaOptions options;
  options.order = PropertyOrder::kDeclared;
  options.whitespace = Whitespace::kFree;
  options.numbers = NumberSpelling::kLexical;
  options.closed_objects = xgrammar();
  if (!xgrammar() && !json_options(at, document->root(), options)) return graph_.never();
  const SchemaCompilation compiled = compile_json_schema(graph_.arena(), *document, document->root(), options);
  if (!compiled.error) return graph_.term(compiled.value);
  cursor_.refuse(*compiled.error, at.offset);
  return graph_.never();
}

}  // namespace keyway::grammars
