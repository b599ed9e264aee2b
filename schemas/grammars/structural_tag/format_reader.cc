// Primitive and composed formats; see format_reader.h.
#include "schemas/grammars/structural_tag/format_reader.h"

#include "schemas/grammars/bnf/bnf.h"
#include "schemas/grammars/lower_rules.h"
#include "schemas/grammars/structural_tag/open_objects.h"
#include "schemas/grammars/structural_tag/structural_tag.h"
#include "schemas/grammars/structural_tag/xml_parameters.h"
#include "schemas/grammars/xgrammar_regex.h"
#include "schemas/json_schema/compile.h"

namespace keyway::grammars {
namespace {

constexpr int64_t kMostRepeats = 2'147'483'647;

// The schemas of structural tags, as XGrammar reads them.
SchemaOptions schema_options(bool any_order) {
  SchemaOptions options;
  options.order = any_order ? PropertyOrder::kAny : PropertyOrder::kDeclared;
  options.closed_objects = true;
  options.whitespace = Whitespace::kFree;
  options.numbers = NumberSpelling::kLexical;
  return options;
}

}  // namespace

Result<NodeId> FormatReader::read() {
  const NodeId node = read_root();
  if (cursor_.error().has_value()) return *cursor_.error();
  if (graph_.arena().exhausted()) return graph_.arena().limit_error("compile_fuel", "line 1, column 1");
  return node;
}

NodeId FormatReader::refuse(Json at, std::string message, std::string allowed, ErrorCode code) {
  cursor_.refuse(code, std::move(message), at.offset(), std::move(allowed));
  return graph_.never();
}

NodeId FormatReader::read_root() {
  const Json root = document_.root();
  if (!root.is_object()) return refuse(root, "a structural tag is a JSON object");
  const std::optional<Json> type = root.find("type");
  if (type && (!type->is_string() || type->string() != "structural_tag")) {
    return refuse(*type, "not a structural tag", "structural_tag");
  }
  if (const std::optional<Json> at = root.find("format")) return format(*at, {});
  if (root.find("structures")) return older_form(root);
  return refuse(root, "a structural tag without its format", "a member format");
}

// The type that a format names; without a name the one that its members tell, as in XGrammar. Empty: none.
std::string_view FormatReader::type_of(Json at) {
  if (const std::optional<Json> type = at.find("type")) return type->is_string() ? type->string() : std::string_view();
  constexpr std::pair<const char*, const char*> kTellers[] = {
      {"begin", "tag"}, {"value", "const_string"}, {"json_schema", "json_schema"}, {"elements", "sequence"},
      {"triggers", "triggered_tags"}, {"tags", "tags_with_separator"}, {"content", "optional"}, {"excludes", "any_text"}};
  for (const auto& [member, type] : kTellers) {
    if (at.find(member)) return type;
  }
  return {};
}

NodeId FormatReader::format(Json at, const Ends& ends) {
  if (!graph_.arena().pay() || graph_.arena().exhausted() || failed()) return graph_.never();
  if (!at.is_object()) return refuse(at, "a format is an object");
  const std::string_view type = type_of(at);
  if (type.empty()) return refuse(at, "a format without its type", "a member type, a string");
  if (type == "const_string") {
    const std::optional<Json> value = at.find("value");
    if (!value || !value->is_string()) return refuse(at, "const_string without its text", "a member value, a string");
    return graph_.text(value->string());
  }
  if (type == "json_schema" || type == "qwen_xml_parameter") {
    const std::optional<Json> schema = at.find("json_schema");
    const bool is_schema = schema && (schema->is_object() || schema->is_boolean());
    if (!is_schema) return refuse(at, "json_schema without its schema", "a member json_schema, an object or a boolean");
    const std::optional<Json> style = at.find("style");
    if (style && !style->is_string()) return refuse(*style, "a style is a string");
    return json_schema(at, *schema, type == "qwen_xml_parameter" ? "qwen_xml" : style ? style->string() : "json");
  }
  if (type == "any_text") return any_text(at, ends);
  if (type == "regex") return regex(at);
  if (type == "grammar") return grammar(at);
  if (type == "tag") return tag_format(at);
  if (type == "triggered_tags") return triggered_tags(at, ends);
  if (type == "tags_with_separator") return separated_tags(at);
  if (type == "dispatch") return dispatch(at, ends);
  if (type == "token") return token(at);
  if (type == "exclude_token") return exclude_token(at, ends);
  if (type == "any_tokens") return any_tokens(at, ends);
  if (type == "token_triggered_tags") return token_triggered_tags(at, ends);
  if (type == "token_dispatch") return token_dispatch(at, ends);
  return composed_format(at, type, ends);
}

NodeId FormatReader::composed_format(Json at, std::string_view type, const Ends& ends) {
  if (type == "sequence") return elements(at, false, ends);
  if (type == "or") return elements(at, true, ends);
  if (type == "repeat") return repeated(at, ends);
  const bool known = type == "optional" || type == "plus" || type == "star";
  if (!known) return refuse(*at.find("type"), "a format that does not exist");
  const std::optional<Json> content = at.find("content");
  if (!content) return refuse(at, "a format without its content", "a member content");
  const NodeId part = format(*content, ends);
  return graph_.repeat(part, type == "plus" ? 1 : 0, type == "optional" ? 1 : kUnbounded);
}

NodeId FormatReader::elements(Json at, bool alternatives, const Ends& ends) {
  const std::optional<Json> list = at.find("elements");
  if (!list || !list->is_array() || list->size() == 0) {
    return refuse(list.value_or(at), "a format without elements", "a member elements, an array that is not empty");
  }
  std::vector<NodeId> parts;
  for (size_t i = 0; i < list->size() && !failed(); ++i) parts.push_back(format(list->at(i), ends));
  return alternatives ? graph_.choice(parts) : graph_.sequence(parts);
}

NodeId FormatReader::repeated(Json at, const Ends& ends) {
  const std::optional<Json> min_member = at.find("min"), max_member = at.find("max"), content = at.find("content");
  if (!min_member || !max_member || !content) return refuse(at, "repeat without min, max or content");
  const std::optional<int64_t> min = min_member->integer(), max = max_member->integer();
  const int64_t most = graph_.arena().limits().repeat_count;
  if (!min || *min < 0) return refuse(*min_member, "min is no count", "a whole number from 0");
  if (!max || *max < -1) return refuse(*max_member, "max is no count", "a whole number from 0, or -1 for no bound");
  if (*max >= 0 && *min > *max) return refuse(*min_member, "min is larger than max");
  if (*min > most || *max > most) {
    return refuse(*min_member, "a repetition that is too large", "repeat_count " + std::to_string(most), ErrorCode::kLimit);
  }
  const NodeId part = format(*content, ends);
  return graph_.repeat(part, static_cast<uint32_t>(*min), *max < 0 ? kUnbounded : static_cast<uint32_t>(*max));
}

NodeId FormatReader::any_text(Json at, const Ends& ends) {
  std::vector<std::string> excludes;
  std::optional<uint32_t> max_tokens, max_chars;
  if (!texts(at, "excludes", false, excludes) || !count(at, "max_tokens", max_tokens)) return graph_.never();
  if (!count(at, "max_chars", max_chars)) return graph_.never();
  if (max_tokens == 0 || max_chars == 0) return graph_.empty();
  excludes.insert(excludes.end(), ends.texts.begin(), ends.texts.end());
  const auto bounded = [&](NodeId text) { return max_tokens ? graph_.counted(text, *max_tokens) : text; };
  if (!max_chars) {
    DispatchPlan plan;
    plan.excludes = std::move(excludes);
    return bounded(graph_.dispatch(std::move(plan), {}));
  }
  RegexArena& regexes = graph_.arena().regexes();
  std::vector<RegexId> parts = {regexes.length(0, *max_chars)};
  for (const std::string& text : excludes) {
    const RegexId holds[] = {regexes.all(), regexes.literal(text), regexes.all()};
    parts.push_back(regexes.complement(regexes.sequence(holds)));
  }
  return bounded(graph_.regex(regexes.intersection(parts)));
}

NodeId FormatReader::json_schema(Json at, Json schema, std::string_view style) {
  bool any_order = false;
  if (!flag(at, "any_order", any_order)) return graph_.never();
  SchemaOptions options = schema_options(any_order);
  std::optional<uint32_t> most_space;
  if (!count(at, "max_whitespace_cnt", most_space)) return graph_.never();
  if (most_space == 0) return refuse(*at.find("max_whitespace_cnt"), "max_whitespace_cnt is no count", "1 to 2147483647, or null");
  options.max_whitespace = most_space.value_or(kUnbounded);
  if (!texts(at, "excludes", false, options.excluded_texts)) return graph_.never();
  if (style != "json") {
    const XmlStyle* xml = xml_style(style);
    if (xml == nullptr) return refuse(*at.find("style"), "a style that does not exist");
    const Result<NodeId> node = xml_parameters(graph_, schema, *xml, options);
    if (!node) {
      cursor_.refuse(node.error(), schema.offset());
      return graph_.never();
    }
    return *node;
  }
  const Result<JsonDocument> document = parse_json(with_open_objects(schema), graph_.arena().limits());
  if (!document) return refuse(schema, document.error().message, {}, document.error().code);
  const SchemaCompilation compiled = compile_json_schema(graph_.arena(), *document, document->root(), options);
  if (!compiled.error) return graph_.term(compiled.value);
  cursor_.refuse(*compiled.error, schema.offset());
  return graph_.never();
}

NodeId FormatReader::regex(Json at) {
  const std::optional<Json> pattern = at.find("pattern");
  const bool is_pattern = pattern && pattern->is_string() && !pattern->string().empty();
  if (!is_pattern) return refuse(pattern.value_or(at), "regex without its pattern", "a member pattern, a string that is not empty");
  const Result<RegexId> parsed = parse_xgrammar_regex(graph_.arena().regexes(), pattern->string());
  if (parsed) return graph_.regex(*parsed);
  cursor_.refuse(parsed.error(), pattern->offset());
  return graph_.never();
}

NodeId FormatReader::grammar(Json at) {
  const std::optional<Json> text = at.find("grammar");
  if (!text || !text->is_string()) return refuse(at, "grammar without its text", "a member grammar, a string");
  const Result<NodeId> node = read_ebnf(graph_, text->string(), {"root", vocabulary_});
  if (node) return *node;
  cursor_.refuse(node.error(), text->offset());
  return graph_.never();
}

bool FormatReader::flag(Json at, std::string_view name, bool& out) {
  const std::optional<Json> value = at.find(name);
  if (!value) return true;
  if (!value->is_boolean()) return refuse(*value, std::string(name) + " is true or false"), false;
  out = value->is_true();
  return true;
}

bool FormatReader::texts(Json at, std::string_view name, bool required, std::vector<std::string>& out) {
  const std::optional<Json> list = at.find(name);
  if (!list && !required) return true;
  const bool is_list = list && list->is_array() && (!required || list->size() > 0);
  if (!is_list) return refuse(list.value_or(at), std::string(name) + " is an array of texts"), false;
  for (size_t i = 0; i < list->size(); ++i) {
    const Json text = list->at(i);
    if (!text.is_string() || text.string().empty()) return refuse(text, "a text that is not empty is needed here"), false;
    out.emplace_back(text.string());
  }
  return true;
}

bool FormatReader::count(Json at, std::string_view name, std::optional<uint32_t>& out) {
  const std::optional<Json> value = at.find(name);
  if (!value || value->is_null()) return true;
  const std::optional<int64_t> number = value->integer();
  if (!number || *number < 0 || *number > kMostRepeats) {
    return refuse(*value, std::string(name) + " is no count", "0 to 2147483647, or null"), false;
  }
  out = static_cast<uint32_t>(*number);
  return true;
}

Result<TermId> compile_structural_tag(TermArena& arena, std::string_view text, const Vocabulary* vocabulary) {
  if (const Status status = check_grammar_text(text, arena.limits()); !status) return status.error();
  Result<JsonDocument> document = parse_json(text, arena.limits());
  if (!document) {
    Error error = document.error();
    if (!error.pointer.starts_with("line ")) {
      error.message += error.pointer.empty() ? "" : " (" + error.pointer + ")";
      error.pointer = "line 1, column 1";
    }
    return error;
  }
  const auto graph = std::make_shared<RuleGraph>(&arena);
  const Result<NodeId> root = FormatReader(*graph, text, *document, vocabulary).read();
  if (!root) return root.error();
  Result<TermId> term = lower_rules(graph, *root);
  if (term || !term.error().pointer.empty()) return term;
  Error error = term.error();
  error.pointer = "line 1, column 1";
  return error;
}

}  // namespace keyway::grammars
