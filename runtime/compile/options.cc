// One reader per option, in a table; see options.h.
#include "runtime/compile/options.h"

#include <functional>
#include <limits>
#include <map>

#include "schemas/json.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

Error not_allowed(std::string_view name, Json value, std::string allowed) {
  return fail(ErrorCode::kInvalid, "an option has a value that it does not take", pointer_append("", name),
              excerpt(to_json_text(value), 100), std::move(allowed));
}

// A choice among names.
template <typename T>
Status read_name(std::string_view option, Json value, T& out, const std::vector<std::pair<std::string_view, T>>& names) {
  std::string allowed;
  for (const auto& [name, meaning] : names) {
    if (value.is_string() && value.string() == name) {
      out = meaning;
      return {};
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(name);
  }
  return not_allowed(option, value, allowed);
}

template <typename T>
Status read_count(std::string_view option, Json value, T& out) {
  const auto number = value.integer();
  if (!number || *number < 0 || static_cast<uint64_t>(*number) > std::numeric_limits<T>::max()) {
    return not_allowed(option, value, "a whole number from 0");
  }
  out = static_cast<T>(*number);
  return {};
}

Status read_tokens(Json value, std::vector<TokenId>& out) {
  if (!value.is_array()) return not_allowed("stop_tokens", value, "an array of token ids");
  for (size_t i = 0; i < value.size(); ++i) {
    TokenId token = 0;
    if (Status status = read_count("stop_tokens", value.at(i), token); !status.ok()) return status;
    out.push_back(token);
  }
  return {};
}

Status read_limits(Json value, Limits& limits) {
  if (!value.is_object()) return not_allowed("limits", value, "an object of numbers");
  const std::map<std::string_view, std::function<Status(Json)>> readers{
      {"document_bytes", [&](Json v) { return read_count("limits", v, limits.document_bytes); }},
      {"document_depth", [&](Json v) { return read_count("limits", v, limits.document_depth); }},
      {"compile_fuel", [&](Json v) { return read_count("limits", v, limits.compile_fuel); }},
      {"mask_fuel", [&](Json v) { return read_count("limits", v, limits.mask_fuel); }},
      {"arena_bytes", [&](Json v) { return read_count("limits", v, limits.arena_bytes); }},
      {"nesting", [&](Json v) { return read_count("limits", v, limits.nesting); }},
      {"regex_depth", [&](Json v) { return read_count("limits", v, limits.regex_depth); }},
      {"repeat_count", [&](Json v) { return read_count("limits", v, limits.repeat_count); }},
      {"text_bytes", [&](Json v) { return read_count("limits", v, limits.text_bytes); }},
      {"alternatives", [&](Json v) { return read_count("limits", v, limits.alternatives); }},
  };
  for (size_t i = 0; i < value.size(); ++i) {
    const auto reader = readers.find(value.key(i));
    if (reader == readers.end()) {
      return fail(ErrorCode::kInvalid, "a limit that does not exist", pointer_append("/limits", value.key(i)));
    }
    if (Status status = reader->second(value.at(i)); !status.ok()) return status;
  }
  return {};
}

Status read_documents(Json value, SchemaOptions& schema, const Limits& limits) {
  if (!value.is_object()) return not_allowed("documents", value, "an object of URIs and schemas");
  for (size_t i = 0; i < value.size(); ++i) {
    // Each becomes a document of its own, so that its pointers start at its own root.
    auto document = parse_json(to_json_text(value.at(i)), limits);
    if (!document.ok()) return document.error();
    schema.documents.emplace_back(std::string(value.key(i)), std::move(*document));
  }
  return {};
}

Status read_parallel(Json value, std::optional<uint32_t>& out) {
  if (value.is_boolean()) {
    out = value.is_true() ? kUnbounded : 1;
    return {};
  }
  uint32_t calls = 0;
  if (Status status = read_count("parallel", value, calls); !status.ok()) return status;
  out = std::max(calls, 1u);  // 0 reads as: no parallel calls
  return {};
}

Status read_flag(std::string_view option, Json value, bool& out) {
  if (!value.is_boolean()) return not_allowed(option, value, "true, false");
  out = value.is_true();
  return {};
}

// A choice in the form of the command line, or a list of names.
Status read_tool_choice(Json value, std::string& out) {
  if (value.is_string()) {
    out = value.string();
    return {};
  }
  const std::string allowed = "none, auto, required, a name, or an array of names";
  if (!value.is_array() || value.size() == 0) return not_allowed("tool_choice", value, allowed);
  out.clear();
  for (size_t i = 0; i < value.size(); ++i) {
    if (!value.at(i).is_string()) return not_allowed("tool_choice", value.at(i), allowed);
    out += (i > 0 ? "," : "") + std::string(value.at(i).string());
  }
  return {};
}

Status read_text(std::string_view option, Json value, std::string& out) {
  if (!value.is_string()) return not_allowed(option, value, "a string");
  out = value.string();
  return {};
}

Status read_texts(std::string_view option, Json value, std::vector<std::pair<std::string, std::string>>& out) {
  if (!value.is_object()) return not_allowed(option, value, "an object of strings");
  for (size_t i = 0; i < value.size(); ++i) {
    out.emplace_back(value.key(i), "");
    if (Status status = read_text(option, value.at(i), out.back().second); !status.ok()) return status;
  }
  return {};
}

using Reader = std::function<Status(Json, CompileOptions&)>;

const std::map<std::string_view, Reader>& readers() {
  static const std::map<std::string_view, Reader> kReaders{
      {"stop_tokens", [](Json v, CompileOptions& o) { return read_tokens(v, o.stop_tokens); }},
      {"vocab_size", [](Json v, CompileOptions& o) { return read_count("vocab_size", v, o.vocab_size); }},
      {"max_rollback", [](Json v, CompileOptions& o) { return read_count("max_rollback", v, o.max_rollback); }},
      {"limits", [](Json v, CompileOptions& o) { return read_limits(v, o.limits); }},
      {"documents", [](Json v, CompileOptions& o) { return read_documents(v, o.schema, o.limits); }},
      {"call_format", [](Json v, CompileOptions& o) { return read_text("call_format", v, o.call_format); }},
      {"cache", [](Json v, CompileOptions& o) { return read_text("cache", v, o.cache); }},
      {"tool_choice", [](Json v, CompileOptions& o) { return read_tool_choice(v, o.tool_choice); }},
      {"parallel", [](Json v, CompileOptions& o) { return read_parallel(v, o.parallel); }},
      {"dialect", [](Json v, CompileOptions& o) { return read_text("dialect", v, o.dialect); }},
      {"named_grammars", [](Json v, CompileOptions& o) { return read_texts("named_grammars", v, o.named_grammars); }},
      {"root", [](Json v, CompileOptions& o) { return read_text("root", v, o.root); }},
      {"closed_objects", [](Json v, CompileOptions& o) { return read_flag("closed_objects", v, o.schema.closed_objects); }},
      {"max_string_length",
       [](Json v, CompileOptions& o) { return read_count("max_string_length", v, o.schema.max_string_length); }},
      {"max_items", [](Json v, CompileOptions& o) { return read_count("max_items", v, o.schema.max_items); }},
      {"reasoning",
       [](Json v, CompileOptions& o) {
         return read_name<Reasoning>("reasoning", v, o.reasoning,
                                     {{"format", Reasoning::kFormat}, {"none", Reasoning::kNone}, {"open", Reasoning::kOpen}});
       }},
      {"max_reasoning_tokens",
       [](Json v, CompileOptions& o) { return read_count("max_reasoning_tokens", v, o.max_reasoning_tokens); }},
      {"numbers",
       [](Json v, CompileOptions& o) {
         return read_name<NumberSpelling>("numbers", v, o.schema.numbers,
                                          {{"any", NumberSpelling::kAny}, {"plain", NumberSpelling::kPlain}});
       }},
      {"draft",
       [](Json v, CompileOptions& o) {
         return read_name<Draft>("draft", v, o.schema.draft,
                                 {{"draft4", Draft::k4}, {"draft6", Draft::k6}, {"draft7", Draft::k7},
                                  {"draft2019-09", Draft::k2019}, {"draft2020-12", Draft::k2020},
                                  {"2019-09", Draft::k2019}, {"2020-12", Draft::k2020}});
       }},
      {"formats",
       [](Json v, CompileOptions& o) {
         FormatPolicy policy = FormatPolicy::kAssert;
         const Status status = read_name<FormatPolicy>(
             "formats", v, policy, {{"assert", FormatPolicy::kAssert}, {"annotate", FormatPolicy::kAnnotate}});
         if (status.ok()) o.formats = policy;
         return status;
       }},
      {"order",
       [](Json v, CompileOptions& o) {
         return read_name<PropertyOrder>("order", v, o.schema.order,
                                         {{"any", PropertyOrder::kAny}, {"declared", PropertyOrder::kDeclared}});
       }},
      {"whitespace",
       [](Json v, CompileOptions& o) {
         return read_name<Whitespace>("whitespace", v, o.schema.whitespace,
                                      {{"compact", Whitespace::kCompact}, {"json.dumps", Whitespace::kJsonDumps},
                                       {"flexible", Whitespace::kFlexible}});
       }},
      {"escapes",
       [](Json v, CompileOptions& o) {
         return read_name<TextSpelling>("escapes", v, o.schema.spelling,
                                        {{"exact", TextSpelling::kJson}, {"canonical", TextSpelling::kJsonCanonical}});
       }},
      {"unknown_keywords",
       [](Json v, CompileOptions& o) {
         return read_name<UnknownKeywords>("unknown_keywords", v, o.schema.unknown_keywords,
                                           {{"ignore", UnknownKeywords::kIgnore}, {"refuse", UnknownKeywords::kRefuse}});
       }},
  };
  return kReaders;
}

Result<CompileOptions> read(std::string_view text) {
  CompileOptions options;
  auto document = parse_json(text);
  if (!document.ok()) return document.error();
  const Json root = document->root();
  if (!root.is_object()) return fail(ErrorCode::kInvalid, "options are a JSON object", {}, {}, "an object");
  for (size_t i = 0; i < root.size(); ++i) {
    const auto reader = readers().find(root.key(i));
    if (reader == readers().end()) {
      std::string known;
      for (const auto& [name, unused] : readers()) known += (known.empty() ? "" : ", ") + std::string(name);
      return fail(ErrorCode::kInvalid, "an option that does not exist", pointer_append("", root.key(i)), {}, known);
    }
    if (Status status = reader->second(root.at(i), options); !status.ok()) return status.error();
  }
  return options;
}

// Engines give the same options with every schema: those of the thread's last call are kept (receipt: schemas/json_schema/README.md).
constexpr size_t kMostKept = 4096;  // bytes of their text

struct KeptOptions {
  std::string text;
  CompileOptions options;
};
thread_local std::optional<KeptOptions> kept;

}  // namespace

Result<CompileOptions> read_compile_options(std::string_view text) {
  if (text.empty()) return CompileOptions();
  if (kept && kept->text == text) return kept->options;
  Result<CompileOptions> options = read(text);
  if (options.ok() && text.size() <= kMostKept) {
    kept.reset();  // whatever runs out of memory below, no text stands beside the options of another
    kept.emplace(KeptOptions{std::string(text), *options});
  }
  return options;
}

}  // namespace keyway
