// The front ends by kind; see kinds.h.
#include "runtime/compile/kinds.h"

#include "grammar/regex_parser.h"
#include "grammar/text_term.h"
#include "runtime/compile/dialect_kinds.h"
#include "runtime/compile/tools_kind.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

Result<KindRoot> compile_schema(const KindInput& input) {
  auto document = parse_json(input.text, input.options.limits);
  if (!document.ok()) return document.error();
  SchemaOptions options = input.options.schema;
  options.formats = input.options.formats.value_or(FormatPolicy::kAssert);
  SchemaCompilation made = compile_json_schema(input.arena, *document, document->root(), options);
  if (made.error) return std::move(*made.error);
  return KindRoot{made.value, {std::move(made.report), {}, {}, {}}};
}

Result<KindRoot> compile_regex(const KindInput& input) {
  static constexpr std::pair<std::string_view, RegexDialect> kDialects[] = {
      {"", RegexDialect::kEcma}, {"ecma", RegexDialect::kEcma}, {"re2", RegexDialect::kRe2}, {"rust", RegexDialect::kRust}};
  for (const auto& [name, dialect] : kDialects) {
    if (name != input.options.dialect) continue;
    const Result<RegexId> parsed = parse_regex(input.arena.regexes(), input.text, {dialect, false});
    if (!parsed.ok()) return parsed.error();
    return KindRoot{text_term(input.arena, *parsed, TextSpelling::kUtf8), {}};
  }
  return fail(ErrorCode::kInvalid, "a dialect of regular expressions that does not exist", "/dialect",
              excerpt(input.options.dialect, 100), "ecma, re2, rust");
}

Result<KindRoot> compile_choice(const KindInput& input) {
  auto document = parse_json(input.text, input.options.limits);
  if (!document.ok()) return document.error();
  const Json list = document->root();
  if (!list.is_array()) {
    return fail(ErrorCode::kInvalid, "a choice is a JSON list of strings", {}, std::string(json_kind_name(list.kind())),
                "an array");
  }
  std::vector<std::string_view> texts;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!list.at(i).is_string()) {
      return fail(ErrorCode::kInvalid, "a choice holds strings alone", pointer_append("", i),
                  std::string(json_kind_name(list.at(i).kind())), "a string");
    }
    texts.push_back(list.at(i).string());
  }
  return KindRoot{input.arena.literals(std::move(texts)), {}};
}

// A kind whose name is settled and whose front end is not part of this version.
Result<KindRoot> refuse_kind(const KindInput&) {
  return fail(ErrorCode::kUnsupported, "this version has no front end for this kind of grammar");
}

constexpr std::pair<std::string_view, KindCompiler> kKinds[] = {
    {"json_schema", compile_schema},
    {"regex", compile_regex},
    {"choice", compile_choice},
    {"tools", compile_tools_kind},
    {"gbnf", compile_gbnf_kind},
    {"ebnf", compile_ebnf_kind},
    {"lark", compile_lark_kind},
    {"structural_tag", compile_structural_tag_kind},
};

}  // namespace

Result<KindRoot> compile_kind(std::string_view kind, const KindInput& input) {
  const auto allowed = [] {
    std::string names;
    for (const auto& [name, compile] : kKinds) {
      if (compile != refuse_kind) names += (names.empty() ? "" : ", ") + std::string(name);
    }
    return names;
  };
  for (const auto& [name, compile] : kKinds) {
    if (name != kind) continue;
    Result<KindRoot> made = compile(input);
    if (made.ok() || compile != refuse_kind) return made;
    Error error = made.error();
    error.given = kind;
    error.allowed = allowed();
    return error;
  }
  return fail(ErrorCode::kInvalid, "a kind of grammar that does not exist", {}, std::string(kind.substr(0, 100)), allowed());
}

}  // namespace keyway
