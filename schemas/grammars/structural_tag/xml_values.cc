// Values and elements; see xml_values.h.
#include "schemas/grammars/structural_tag/xml_values.h"

#include <algorithm>

#include "grammar/regex_parser.h"
#include "schemas/grammars/structural_tag/open_objects.h"
#include "schemas/json_schema/formats.h"

namespace keyway::grammars {
namespace {

constexpr uint32_t kMostXmlDepth = 16;       // of objects and alternatives inside each other
constexpr uint64_t kMostBranches = 20'000;  // of one schema

std::string escaped_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else out += c;
  }
  return out;
}

}  // namespace

NodeId XmlValues::refuse(ErrorCode code, std::string message, std::string given) {
  if (!error_) error_ = fail(code, std::move(message), {}, std::move(given));
  return graph_.never();
}

// An assertion that is not enforced is refused, never passed over.
void XmlValues::refuse_keywords(Json schema, std::initializer_list<const char*> keywords) {
  for (const char* keyword : keywords) {
    const std::optional<Json> value = schema.find(keyword);
    const bool asserts = value && !(value->is_boolean() && !value->is_true() && keyword == std::string_view("uniqueItems"));
    if (asserts) refuse(ErrorCode::kUnsupported, "a keyword that an XML style does not read", keyword);
  }
}

NodeId XmlValues::space() { return graph_.repeat(graph_.one_of({{'\t', '\n'}, {'\r', '\r'}, {' ', ' '}}), 0, kUnbounded); }

RegexId XmlValues::without(std::string_view text) {
  RegexArena& regexes = graph_.arena().regexes();
  const RegexId holds[] = {regexes.all(), regexes.literal(text), regexes.all()};
  return regexes.complement(regexes.sequence(holds));
}

bool XmlValues::holds_excluded(std::string_view text) const {
  return std::any_of(excludes_.begin(), excludes_.end(),
                     [text](const std::string& excluded) { return text.find(excluded) != std::string_view::npos; });
}

// Whether a string or a key of the value does, as JSON writes it. Recursion is bounded by the depth of the document.
bool XmlValues::json_holds_excluded(Json value) const {
  const auto quoted_holds = [this](std::string_view text) {
    const std::string quoted = json_quote(text);
    return holds_excluded(std::string_view(quoted).substr(1, quoted.size() - 2));
  };
  if (excludes_.empty()) return false;
  if (value.is_string()) return quoted_holds(value.string());
  if (!value.is_object() && !value.is_array()) return false;
  for (size_t i = 0; i < value.size(); ++i) {
    if ((value.is_object() && quoted_holds(value.key(i))) || json_holds_excluded(value.at(i))) return true;
  }
  return false;
}

// Any text without the closing mark and what is excluded.
NodeId XmlValues::raw_text() {
  DispatchPlan plan;
  plan.excludes = excludes_;
  plan.excludes.emplace_back(style_.close);
  return graph_.dispatch(std::move(plan), {});
}

// The schema behind local references and lists of one.
Json XmlValues::resolved(Json schema) {
  for (uint32_t steps = 0; steps < kMostXmlDepth; ++steps) {
    if (const std::optional<Json> all = schema.find("allOf"); all && all->size() == 1 && !schema.find("type")) {
      schema = all->at(0);
      continue;
    }
    const std::optional<Json> reference = schema.find("$ref");
    if (!reference || !reference->is_string()) return schema;
    Json at = root_;
    std::string_view path = reference->string();
    if (!path.starts_with("#")) break;
    for (path.remove_prefix(1); !path.empty();) {
      path.remove_prefix(1);
      const std::string step(path.substr(0, path.find('/')));
      path.remove_prefix(step.size());
      const std::optional<Json> next = at.find(step);
      if (!next) return refuse(ErrorCode::kNotFound, "a reference to nothing", step), schema;
      at = *next;
    }
    schema = at;
  }
  refuse(ErrorCode::kUnsupported, "a reference that an XML style cannot follow");
  return schema;
}

std::vector<XmlValues::Branch> XmlValues::branches(Json schema, uint32_t depth) {
  std::vector<Branch> out;
  if (++made_ > kMostBranches || depth > kMostXmlDepth || !graph_.arena().pay()) {
    refuse(ErrorCode::kLimit, "a schema that is too deep for an XML style");
    return out;
  }
  schema = resolved(schema);
  if (error_) return out;
  if (schema.is_boolean() || schema.size() == 0) {
    any_branches(out);
    return out;
  }
  refuse_keywords(schema, {"not", "if", "allOf"});
  for (const char* keyword : {"anyOf", "oneOf"}) {
    const std::optional<Json> list = schema.find(keyword);
    if (!list) continue;
    for (size_t i = 0; i < list->size() && !error_; ++i) {
      const std::vector<Branch> part = branches(list->at(i), depth + 1);
      out.insert(out.end(), part.begin(), part.end());
    }
    return out;
  }
  if (const std::optional<Json> value = schema.find("const")) {
    literal_branch(*value, out);
    return out;
  }
  if (const std::optional<Json> list = schema.find("enum")) {
    for (size_t i = 0; i < list->size(); ++i) literal_branch(list->at(i), out);
    return out;
  }
  const std::optional<Json> type = schema.find("type");
  if (type && type->is_string()) {
    typed_branches(schema, type->string(), true, depth, out);
  } else if (type && type->is_array()) {
    for (size_t i = 0; i < type->size() && !error_; ++i) typed_branches(schema, type->at(i).string(), false, depth, out);
  } else if (schema.find("properties")) {
    typed_branches(schema, "object", false, depth, out);
  } else if (schema.find("items")) {
    typed_branches(schema, "array", false, depth, out);
  } else {
    any_branches(out);
  }
  return out;
}

void XmlValues::any_branches(std::vector<Branch>& out) {
  if (style_.types == XmlStyle::Types::kRecursive) {
    refuse(ErrorCode::kUnsupported, "a value of any kind in this style");
    return;
  }
  if (style_.types == XmlStyle::Types::kNone || style_.types == XmlStyle::Types::kJsonNames) {
    out.push_back({Kind::kAny, raw_text()});
    return;
  }
  SchemaOptions options = options_;
  Result<JsonDocument> document = parse_json("{\"type\": [\"number\", \"boolean\", \"null\", \"object\", \"array\"]}");
  const SchemaCompilation any = compile_json_schema(graph_.arena(), *document, document->root(), options);
  out.push_back({Kind::kString, raw_text()});
  const NodeId value[] = {space(), graph_.term(any.value), space()};
  out.push_back({Kind::kNumber, graph_.sequence(value)});
}

void XmlValues::typed_branches(Json schema, std::string_view type, bool only_type, uint32_t depth, std::vector<Branch>& out) {
  constexpr std::pair<std::string_view, Kind> kKinds[] = {
      {"string", Kind::kString}, {"number", Kind::kNumber}, {"integer", Kind::kNumber}, {"boolean", Kind::kBoolean},
      {"null", Kind::kNull},     {"object", Kind::kObject}, {"array", Kind::kArray}};
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const auto& row) { return row.first == type; });
  if (found == std::end(kKinds)) {
    refuse(ErrorCode::kInvalid, "a type that does not exist", std::string(type));
    return;
  }
  const Kind kind = found->second;
  const bool recursive = style_.types == XmlStyle::Types::kRecursive;
  if (kind == Kind::kString) {
    out.push_back({kind, string_value(schema)});
  } else if ((recursive || style_.types == XmlStyle::Types::kCohere) && kind == Kind::kObject) {
    out.push_back({kind, members(schema, depth + 1)});
  } else if (recursive && kind == Kind::kArray) {
    out.push_back({kind, tagged_items(schema, depth + 1)});
  } else if (recursive) {
    out.push_back({kind, json_value(schema, only_type ? std::nullopt : std::optional(type))});
  } else if (style_.types == XmlStyle::Types::kCohere && kind == Kind::kArray) {
    out.push_back({kind, items(schema, depth + 1)});
  } else {
    const NodeId value[] = {space(), json_value(schema, only_type ? std::nullopt : std::optional(type)), space()};
    out.push_back({kind, graph_.sequence(value)});
  }
}

void XmlValues::literal_branch(Json value, std::vector<Branch>& out) {
  Kind kind = value.is_number() ? Kind::kNumber : value.is_boolean() ? Kind::kBoolean : Kind::kNull;
  if (value.is_string()) kind = Kind::kString;
  if (value.is_object()) kind = Kind::kObject;
  if (value.is_array()) kind = Kind::kArray;
  if (style_.types == XmlStyle::Types::kRecursive) {
    out.push_back({kind, tagged_literal(value)});
    return;
  }
  const std::string text = value.is_string() ? std::string(value.string()) : to_json_text(value);
  if (value.is_string() ? holds_excluded(text) : json_holds_excluded(value)) return;
  if (text.find(style_.close) != std::string::npos) refuse(ErrorCode::kUnsupported, "a value that holds the closing mark", text);
  if (value.is_object() || value.is_array()) {
    const NodeId json[] = {space(), json_text("{\"const\": " + text + "}"), space()};
    out.push_back({kind, graph_.sequence(json)});
    return;
  }
  // Blanks around a constant are none of it: who reads it compares it with the schema's.
  const bool alone = kind == Kind::kString && style_.types == XmlStyle::Types::kRawOrNot;
  const NodeId spaced[] = {space(), graph_.text(text), space()};
  out.push_back({kind, alone ? graph_.text(text) : graph_.sequence(spaced)});
}

// Raw texts of the schema's strings. As in XGrammar those that length or pattern bound may hold the closing mark: whoever cuts
// them at its first occurrence reads another value.
NodeId XmlValues::string_value(Json schema) {
  if (style_.types == XmlStyle::Types::kRecursive) refuse_keywords(schema, {"minLength", "maxLength", "pattern"});
  const std::optional<Json> min = schema.find("minLength"), max = schema.find("maxLength"), pattern = schema.find("pattern");
  const std::optional<Json> name = schema.find("format");
  const json_schema::FormatRow* format = name && name->is_string() ? json_schema::find_format(name->string(), Draft::k2020) : nullptr;
  if (format != nullptr && (style_.types == XmlStyle::Types::kRecursive || format->make == nullptr)) {
    return refuse(ErrorCode::kUnsupported, "a format that this style does not write", "format");
  }
  if (!min && !max && !pattern && format == nullptr) return raw_text();
  RegexArena& regexes = graph_.arena().regexes();
  const auto bound = [](const std::optional<Json>& value, uint32_t otherwise) {
    const std::optional<int64_t> number = value ? value->integer() : std::nullopt;
    return number && *number >= 0 && *number < int64_t{kUnbounded} ? static_cast<uint32_t>(*number) : otherwise;
  };
  std::vector<RegexId> parts = {regexes.length(bound(min, 0), bound(max, kUnbounded))};
  if (format != nullptr) parts.push_back(json_schema::FormatExpressions(regexes).of(*format));
  // What is excluded holds for strings without a pattern or format, and then the closing mark is excluded as well.
  if (!pattern && format == nullptr && !excludes_.empty()) {
    parts.push_back(without(style_.close));
    for (const std::string& excluded : excludes_) parts.push_back(without(excluded));
  }
  if (pattern && pattern->is_string()) {
    const Result<RegexId> parsed = parse_regex(regexes, pattern->string(), {RegexDialect::kEcma, true});
    if (!parsed) {
      if (!error_) error_ = parsed.error();
      return graph_.never();
    }
    parts.push_back(*parsed);
  }
  return graph_.regex(regexes.intersection(parts));
}

// The JSON texts of the schema, read as a document of its own that has the definitions of the root.
NodeId XmlValues::json_value(Json schema, std::optional<std::string_view> type) {
  std::string text = "{";
  const auto add = [&text](std::string_view name, const std::string& value) {
    text += (text.size() > 1 ? ", " : "") + json_quote(name) + ": " + value;
  };
  for (size_t i = 0; i < schema.size(); ++i) {
    const bool is_type = type && schema.key(i) == "type";
    add(schema.key(i), is_type ? json_quote(*type) : to_json_text(schema.at(i)));
  }
  if (type && !schema.find("type")) add("type", json_quote(*type));
  for (const char* name : {"$defs", "definitions"}) {
    const std::optional<Json> definitions = root_.find(name);
    if (definitions && !schema.find(name)) add(name, to_json_text(*definitions));
  }
  return json_text(text + "}");
}

// The JSON texts of the schema that is written there.
NodeId XmlValues::json_text(const std::string& schema) {
  Result<JsonDocument> document = parse_json(schema, graph_.arena().limits());
  if (document) document = parse_json(with_open_objects(document->root()), graph_.arena().limits());
  if (!document) {
    if (!error_) error_ = document.error();
    return graph_.never();
  }
  const SchemaCompilation compiled = compile_json_schema(graph_.arena(), *document, document->root(), options_);
  if (compiled.error && !error_) error_ = compiled.error;
  return graph_.term(compiled.value);
}

std::string_view XmlValues::type_word(Kind kind) const {
  switch (style_.types) {
    case XmlStyle::Types::kNone:
    case XmlStyle::Types::kRecursive: return "";
    case XmlStyle::Types::kRawOrNot: return kind == Kind::kString ? "true" : "false";
    case XmlStyle::Types::kCohere:
      return kind == Kind::kString ? "raw" : kind == Kind::kObject ? "dict" : kind == Kind::kArray ? "list" : "json";
    case XmlStyle::Types::kJsonNames: break;
  }
  constexpr std::string_view kWords[] = {"string", "number", "boolean", "null", "object", "array", ""};
  return kWords[static_cast<size_t>(kind)];
}

// One member of any of the branches. Branches of one word share their opening.
NodeId XmlValues::element(NodeId name, const std::vector<Branch>& values) {
  const std::string_view open = style_.open;
  const size_t name_at = open.find("{name}"), type_at = open.find("{type}");
  const size_t end_of_name = name_at + 6;
  std::vector<NodeId> choices;
  for (const Branch& branch : values) {
    std::vector<NodeId> parts = {graph_.text(open.substr(0, name_at)), name};
    if (type_at == std::string_view::npos) {
      parts.push_back(graph_.text(open.substr(end_of_name)));
    } else {
      parts.push_back(graph_.text(open.substr(end_of_name, type_at - end_of_name)));
      if (branch.kind == Kind::kAny) {
        std::vector<NodeId> words = {graph_.text("integer")};
        for (const Kind kind : {Kind::kString, Kind::kNumber, Kind::kBoolean, Kind::kNull, Kind::kObject, Kind::kArray}) {
          words.push_back(graph_.text(type_word(kind)));
        }
        parts.push_back(graph_.choice(words));
      } else {
        parts.push_back(graph_.text(type_word(branch.kind)));
      }
      parts.push_back(graph_.text(open.substr(type_at + 6)));
    }
    parts.push_back(branch.node);
    parts.push_back(graph_.text(style_.close));
    choices.push_back(graph_.sequence(parts));
  }
  return graph_.choice(choices);
}

NodeId XmlValues::named_element(std::string_view name, Json schema, uint32_t depth) {
  const std::string text = style_.escape_names ? escaped_name(name) : std::string(name);
  if (holds_excluded(text)) return graph_.never();
  return element(graph_.text(text), branches(schema, depth));
}

// Made once for each schema, so that one may refer to itself.
NodeId XmlValues::members(Json schema, uint32_t depth) {
  schema = resolved(schema);
  if (error_ || depth > kMostXmlDepth) return refuse(ErrorCode::kLimit, "a schema that is too deep for an XML style");
  const auto [known, added] = objects_.try_emplace(schema.id(), RuleId());
  if (added) {
    const RuleId rule = known->second = graph_.declare("object");
    graph_.define(rule, made_members(schema, depth));
    return graph_.rule(rule);
  }
  return graph_.rule(known->second);
}

NodeId XmlValues::made_members(Json schema, uint32_t depth) {
  const bool recursive = style_.types == XmlStyle::Types::kRecursive;
  refuse_keywords(schema, {"propertyNames", "dependentRequired", "dependentSchemas",
                           "dependencies", "unevaluatedProperties", "not", "if", "allOf", "anyOf", "oneOf"});
  const std::optional<Json> properties = schema.find("properties"), required = schema.find("required");
  std::vector<std::string> declared;
  std::vector<NodeId> sequence, any;
  std::vector<Member> elements;
  const std::optional<Json> others = schema.find("additionalProperties");
  const bool closed = (others ? others->kind() == JsonKind::kFalse : recursive || properties) && !schema.find("patternProperties");
  const Count count = member_count(schema);
  // In any order a member may come again, but not to make up for those that do not exist.
  if (closed && count.min > (properties ? properties->size() : 0)) return graph_.never();
  uint32_t needed = 0;
  for (size_t i = 0; properties && i < properties->size() && !error_; ++i) {
    declared.emplace_back(properties->key(i));
    bool is_required = false;
    for (size_t k = 0; required && k < required->size(); ++k) {
      is_required |= required->at(k).is_string() && required->at(k).string() == declared.back();
    }
    needed += is_required;
    if (recursive) {
      elements.push_back({tagged(declared.back(), value(properties->at(i), depth)), is_required});
      continue;
    }
    const NodeId member = graph_.sequence(space(), named_element(declared.back(), properties->at(i), depth));
    elements.push_back({member, is_required});
    sequence.push_back(is_required ? member : graph_.repeat(member, 0, 1));
    any.push_back(member);
  }
  if (recursive) {
    refuse_keywords(schema, {"patternProperties"});
    if (others && others->kind() != JsonKind::kFalse) refuse(ErrorCode::kUnsupported, "members of any name in this style");
    return tagged_members(elements, needed, count);
  }
  const NodeId other = graph_.sequence(space(), other_members(schema, declared, depth));
  sequence.push_back(graph_.repeat(other, 0, kUnbounded));
  any.push_back(other);
  const bool declared_order = options_.order == PropertyOrder::kDeclared;
  const NodeId all = !declared_order ? graph_.repeat(graph_.choice(any), std::max(needed, count.min), count.max)
                     : count.bounds() ? ordered(elements, other, count)
                                      : graph_.sequence(sequence);
  return graph_.sequence(all, space());
}

XmlValues::Count XmlValues::member_count(Json schema) {
  Count count;
  const auto read = [&](const char* name, uint32_t& bound) {
    const std::optional<Json> value = schema.find(name);
    if (!value) return;
    const std::optional<int64_t> number = value->integer();
    if (!number || *number < 0) {
      refuse(ErrorCode::kInvalid, "a count of members is a whole number from 0", name);
    } else if (*number > graph_.arena().limits().repeat_count) {
      refuse(ErrorCode::kLimit, "a count of members that is too large", name);
    } else {
      bound = static_cast<uint32_t>(*number);
    }
  };
  read("minProperties", count.min);
  read("maxProperties", count.max);
  return count;
}

// From the last member to the first: what stands from a member on, by how many came before, as far as the count tells them apart.
NodeId XmlValues::ordered(const std::vector<Member>& members, std::optional<NodeId> other, const Count& count) {
  const bool bounded = count.max != kUnbounded;
  const uint64_t most = std::min<uint64_t>(bounded ? count.max : count.min, members.size());
  if (count.min > count.max) return graph_.never();
  if ((most + 1) * (members.size() + 1) > kMostBranches) return refuse(ErrorCode::kLimit, "a count over too many members", "minProperties");
  std::vector<NodeId> rest(most + 1);
  for (uint32_t came = 0; came <= most; ++came) {
    const uint32_t least = count.min > came ? count.min - came : 0;
    if (other) {
      rest[came] = graph_.repeat(*other, least, bounded ? count.max - came : kUnbounded);
    } else {
      rest[came] = least == 0 ? graph_.empty() : graph_.never();
    }
  }
  for (size_t i = members.size(); i-- > 0;) {
    for (uint32_t came = 0; came <= most; ++came) {
      const bool full = came == most && bounded && most == count.max;
      const NodeId taken = full ? graph_.never() : graph_.sequence(members[i].element, rest[std::min<uint64_t>(came + 1, most)]);
      rest[came] = members[i].required ? taken : graph_.choice(taken, rest[came]);
    }
  }
  return rest[0];
}

// A member that is not declared; never() where there is none.
NodeId XmlValues::other_members(Json schema, const std::vector<std::string>& declared, uint32_t depth) {
  RegexArena& regexes = graph_.arena().regexes();
  std::vector<std::string_view> texts(declared.begin(), declared.end());
  const RegexId taken = regexes.literals(texts);
  const auto name_node = [&](RegexId names) {
    const CodePointSet plain = CodePointSet({{'"', '"'}, {'&', '&'}, {'<', '<'}, {'>', '>'}, {0, 0x1F}}).complement();
    std::vector<RegexId> parts = {names, regexes.complement(taken), regexes.repeat(regexes.one_of(plain), 1, kUnbounded)};
    for (const std::string& excluded : excludes_) parts.push_back(without(excluded));
    return graph_.regex(regexes.intersection(parts));
  };
  std::vector<NodeId> choices;
  const std::optional<Json> patterns = schema.find("patternProperties"), additional = schema.find("additionalProperties");
  for (size_t i = 0; patterns && i < patterns->size() && !error_; ++i) {
    const Result<RegexId> names = parse_regex(regexes, patterns->key(i), {RegexDialect::kEcma, true});
    if (!names) {
      error_ = names.error();
      return graph_.never();
    }
    choices.push_back(element(name_node(*names), branches(patterns->at(i), depth + 1)));
  }
  const bool closed = additional ? additional->is_boolean() && !additional->is_true() : schema.find("properties") || patterns;
  if (!closed) {
    const RegexId first = regexes.one_of({{'a', 'z'}, {'A', 'Z'}, {'_', '_'}});
    const RegexId rest = regexes.one_of({{'a', 'z'}, {'A', 'Z'}, {'_', '_'}, {'0', '9'}});
    const NodeId name = name_node(regexes.sequence(first, regexes.repeat(rest, 0, kUnbounded)));
    std::vector<Branch> values;
    if (additional && additional->is_object()) {
      values = branches(*additional, depth + 1);
    } else {
      any_branches(values);
    }
    choices.push_back(element(name, values));
  }
  return graph_.choice(choices);
}

// The items of an array in Cohere's style: elements without a name.
NodeId XmlValues::items(Json schema, uint32_t depth) {
  refuse_keywords(schema, {"contains", "minContains", "maxContains", "uniqueItems", "unevaluatedItems"});
  const std::optional<Json> each = schema.find("items"), first = schema.find("prefixItems");
  const std::optional<Json> min = schema.find("minItems"), max = schema.find("maxItems");
  const auto item = [&](std::optional<Json> of) {
    std::vector<Branch> values;
    if (of) {
      values = branches(*of, depth);
    } else {
      any_branches(values);
    }
    XmlStyle unnamed = style_;
    unnamed.open = "<cofl:value{name} type=\"{type}\">";
    std::swap(unnamed, style_);
    const NodeId node = graph_.sequence(space(), element(graph_.empty(), values));
    std::swap(unnamed, style_);
    return node;
  };
  std::vector<NodeId> parts;
  for (size_t i = 0; first && i < first->size() && !error_; ++i) parts.push_back(item(first->at(i)));
  const uint32_t fixed = static_cast<uint32_t>(parts.size());
  const auto bound = [&](const std::optional<Json>& value, uint32_t otherwise) {
    const std::optional<int64_t> number = value ? value->integer() : std::nullopt;
    if (!number || *number < 0 || *number > graph_.arena().limits().repeat_count) return otherwise;
    return static_cast<uint32_t>(*number) < fixed ? 0 : static_cast<uint32_t>(*number) - fixed;
  };
  const bool none = each && each->is_boolean() && !each->is_true();
  if (!none) parts.push_back(graph_.repeat(item(each), bound(min, 0), bound(max, kUnbounded)));
  parts.push_back(space());
  return graph_.sequence(parts);
}

}  // namespace keyway::grammars
