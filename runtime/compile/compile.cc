// The front ends by kind; see compile.h.
#include "runtime/compile/compile.h"

#include "grammar/regex_parser.h"
#include "grammar/text_term.h"
#include "runtime/compile/options.h"

namespace keyway {
namespace {

// What a front end gives: a term of the arena, and its report.
struct Root {
  TermId term;
  std::string report;
};

Result<Root> compile_schema(TermArena& arena, std::string_view text, const CompileOptions& options) {
  auto document = parse_json(text, options.limits);
  if (!document.ok()) return document.error();
  SchemaCompilation made = compile_json_schema(arena, *document, document->root(), options.schema);
  if (made.error) return *made.error;
  return Root{made.value, report_json(made.report)};
}

Result<Root> compile_regex(TermArena& arena, std::string_view text, const CompileOptions& options) {
  Result<RegexId> parsed = parse_regex(arena.regexes(), text, {options.dialect, false});
  if (!parsed.ok()) return parsed.error();
  return Root{text_term(arena, *parsed, TextSpelling::kUtf8), report_json({})};
}

Result<Root> compile_choice(TermArena& arena, std::string_view text, const CompileOptions& options) {
  auto document = parse_json(text, options.limits);
  if (!document.ok()) return document.error();
  const Json list = document->root();
  if (!list.is_array()) return fail(ErrorCode::kInvalid, "a choice is a JSON list of strings", {}, {}, "an array");
  std::vector<std::string_view> texts;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!list.at(i).is_string()) {
      return fail(ErrorCode::kInvalid, "a choice holds strings alone", pointer_append("", i),
                  std::string(json_kind_name(list.at(i).kind())), "a string");
    }
    texts.push_back(list.at(i).string());
  }
  return Root{arena.literals(texts), report_json({})};
}

Result<Root> compile_root(TermArena& arena, std::string_view kind, std::string_view text, const CompileOptions& options) {
  if (kind == "json_schema") return compile_schema(arena, text, options);
  if (kind == "regex") return compile_regex(arena, text, options);
  if (kind == "choice") return compile_choice(arena, text, options);
  return fail(ErrorCode::kInvalid, "a kind of grammar that does not exist", {}, std::string(kind.substr(0, 100)),
              "json_schema, regex, choice");
}

void append_notes(std::string& out, std::string_view name, const std::vector<KeywordNote>& notes) {
  out += (out.size() > 1 ? ", " : "") + json_quote(name) + ": [";
  for (size_t i = 0; i < notes.size(); ++i) {
    const KeywordNote& note = notes[i];
    out += (i > 0 ? ", {" : "{");
    out += "\"pointer\": " + json_quote(note.pointer) + ", \"keyword\": " + json_quote(note.keyword);
    for (auto [field, value] : {std::pair("excludes", &note.excludes), std::pair("given", &note.given),
                                std::pair("allowed", &note.allowed), std::pair("message", &note.message)}) {
      if (!value->empty()) out += ", " + json_quote(field) + ": " + json_quote(*value);
    }
    out += '}';
  }
  out += ']';
}

}  // namespace

std::string report_json(const SchemaReport& report) {
  std::string out = "{";
  append_notes(out, "enforced", report.enforced);
  append_notes(out, "narrowed", report.narrowed);
  append_notes(out, "ignored", report.ignored);
  append_notes(out, "refused", report.refused);
  return out + '}';
}

Result<CompiledGrammar> compile_grammar(const Tokenizer& tokenizer, std::string_view kind, std::string_view text,
                                        std::string_view options_text) {
  Result<CompileOptions> options = read_compile_options(options_text);
  if (!options.ok()) return options.error();
  auto arena = std::make_unique<TermArena>(options->limits);
  Budget budget(options->limits.compile_fuel);
  arena->set_budget(&budget);
  Result<Root> root = compile_root(*arena, kind, text, *options);
  if (!root.ok()) return root.error();
  if (arena->exhausted()) return arena->limit_error("compile_fuel");
  arena->set_budget(nullptr);
  auto grammar = Grammar::create(tokenizer.vocabulary(), std::move(arena), root->term, options->stop_tokens);
  if (!grammar.ok()) return grammar.error();
  return CompiledGrammar{std::move(*grammar), std::move(root->report), options->max_rollback};
}

}  // namespace keyway
