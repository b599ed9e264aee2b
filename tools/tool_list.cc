// From JSON to tools; see tool_list.h. The dialect of an entry is decided by its own members, so that lists may be mixed.
#include "tools/tool_list.h"

#include <algorithm>
#include <array>

#include "tools/excerpt.h"

namespace keyway {
namespace {

// A tool without parameters is called with the empty object.
constexpr std::string_view kNoParameters = R"({"type":"object","properties":{},"additionalProperties":false})";
// Parameters that are the schema true: any object.
constexpr std::string_view kAnyParameters = R"({"type":"object"})";

struct ListPlace {
  Json list;
  std::string pointer;
  std::optional<Error> incomplete;
  bool is_registry = false;
};

Error not_a_list(Json given) {
  return fail(ErrorCode::kInvalid, "this is not a tool list", {},
              excerpt(to_json_text(given)),
              "an array of tools, an object with \"tools\", the answer of tools/list, or a registry");
}

// Where the array of tools stands in the document.
Result<ListPlace> find_list(Json root) {
  if (root.is_array()) return ListPlace{root, "", {}, false};
  if (root.is_object()) {
    std::string pointer;
    Json holder = root;
    if (auto result = root.find("result"); result && result->is_object() && !root.find("tools")) {
      holder = *result;
      pointer = "/result";
    }
    if (auto tools = holder.find("tools"); tools && tools->is_array()) {
      return ListPlace{*tools, pointer + "/tools", pages_missing(holder, pointer), root.find("keyway_registry").has_value()};
    }
  }
  return not_a_list(root);
}

// Reads one entry; the first problem found is the entry's error.
class EntryReader {
 public:
  EntryReader(const JsonDocument& document, Json entry, std::string pointer) {
    tool_.document = document;
    tool_.raw = entry;
    tool_.pointer = pointer;
    tool_.parameters_pointer = std::move(pointer);
  }

  ToolListEntry read() {
    ToolListEntry entry;
    Status status = read_members();
    entry.tool = std::move(tool_);
    if (!status.ok()) entry.error = status.error();
    return entry;
  }

 private:
  Status read_members() {
    if (!tool_.raw.is_object()) return refuse("a tool is an object", tool_.pointer, tool_.raw, "an object");
    body_ = tool_.raw;
    body_pointer_ = tool_.pointer;
    // The name first, so that the report can tell which tool it refuses.
    Status type = read_type();
    Status name = read_name();
    if (!type.ok()) return type;
    if (!name.ok()) return name;
    if (Status status = read_description(); !status.ok()) return status;
    if (Status status = read_tags(); !status.ok()) return status;
    if (Status status = read_enabled(); !status.ok()) return status;
    return read_parameters();
  }

  Status read_type() {
    const std::optional<Json> function = tool_.raw.find("function");
    std::optional<Json> type = tool_.raw.find("type");
    if (type && type->is_null()) type.reset();
    if (function && function->is_object()) {
      body_ = *function;
      body_pointer_ = pointer_append(tool_.pointer, "function");
      tool_.dialect = ToolDialect::kOpenAi;
    }
    // "custom" is Anthropic's word for a tool with a schema; its other types are run by their server.
    if (type && !(type->is_string() && (type->string() == "function" || type->string() == "custom"))) {
      return refuse("a tool of a type that Keyway does not know", pointer_append(tool_.pointer, "type"), *type,
                    "\"function\" or \"custom\"");
    }
    // OpenAI's custom tools take a text, maybe of a grammar, and no arguments.
    const std::optional<Json> custom = tool_.raw.find("custom");
    const bool is_custom = type && type->string() == "custom";
    if (is_custom && custom && custom->is_object()) {
      body_ = *custom;
      body_pointer_ = pointer_append(tool_.pointer, "custom");
    }
    if (is_custom && !has_schema(body_)) {
      return refuse("a tool that takes a text and no arguments", body_pointer_, body_, "\"input_schema\": the schema of its arguments");
    }
    if (function && !function->is_object()) {
      return refuse("\"function\" is an object", pointer_append(tool_.pointer, "function"), *function, "an object");
    }
    return {};
  }

  static bool has_schema(Json body) {
    return body.find("parameters") || body.find("inputSchema") || body.find("input_schema");
  }

  Status read_name() {
    const std::optional<Json> name = body_.find("name");
    if (!name) return refuse("a tool has no name", body_pointer_, body_, "\"name\": a string");
    if (!name->is_string()) {
      return refuse("the name of a tool is a string", pointer_append(body_pointer_, "name"), *name, "a string");
    }
    tool_.name = std::string(name->string());
    return {};
  }

  Status read_description() {
    const std::optional<Json> description = body_.find("description");
    if (!description || description->is_null()) return {};
    if (!description->is_string()) {
      return refuse("a description is a string", pointer_append(body_pointer_, "description"), *description,
                    "a string");
    }
    tool_.description = std::string(description->string());
    return {};
  }

  Status read_tags() {
    const std::optional<Json> tags = body_.find("tags");
    if (!tags || tags->is_null()) return {};
    const std::string pointer = pointer_append(body_pointer_, "tags");
    if (!tags->is_array()) return refuse("\"tags\" is an array", pointer, *tags, "an array of strings");
    for (size_t i = 0; i < tags->size(); ++i) {
      if (!tags->at(i).is_string() || tags->at(i).string().empty()) {
        return refuse("a tag is a string", pointer_append(pointer, i), tags->at(i), "a string that is not empty");
      }
      tool_.tags.emplace_back(tags->at(i).string());
    }
    return {};
  }

  Status read_enabled() {
    const std::optional<Json> enabled = body_.find("enabled");
    if (!enabled) return {};
    if (!enabled->is_boolean()) {
      return refuse("\"enabled\" is true or false", pointer_append(body_pointer_, "enabled"), *enabled, "a boolean");
    }
    tool_.enabled = enabled->is_true();
    return {};
  }

  // Several members with the same schema are one; different schemas are refused, for which of them holds is a guess.
  Status read_parameters() {
    struct Member {
      std::string_view name;
      ToolDialect dialect;
    };
    static constexpr std::array<Member, 3> kMembers = {
        {{"parameters", ToolDialect::kFlat}, {"inputSchema", ToolDialect::kMcp},
         {"input_schema", ToolDialect::kAnthropic}}};
    std::optional<Json> schema;
    std::string pointer = body_pointer_;
    for (const Member& member : kMembers) {
      const std::optional<Json> found = body_.find(member.name);
      if (!found || found->is_null()) continue;
      if (schema) {
        if (to_json_text(*schema) == to_json_text(*found)) continue;
        return refuse("a tool with two different schemas", pointer_append(body_pointer_, member.name), *found,
                      "one of \"parameters\", \"inputSchema\" and \"input_schema\"");
      }
      schema = found;
      pointer = pointer_append(body_pointer_, member.name);
      if (tool_.dialect != ToolDialect::kOpenAi) tool_.dialect = member.dialect;
    }
    tool_.parameters_pointer = pointer;
    if (Status status = refuse_other_schema(schema.has_value()); !status.ok()) return status;
    return set_parameters(schema);
  }

  // A schema under another name, or beside the function, would be passed over, and the tool be called without arguments.
  Status refuse_other_schema(bool has_one) const {
    for (size_t i = 0; !has_one && i < body_.size(); ++i) {
      if (body_.at(i).is_null() || !means_schema(body_.key(i))) continue;
      return refuse("a schema under a name that Keyway does not read", pointer_append(body_pointer_, body_.key(i)), body_.at(i),
                    "\"parameters\", \"inputSchema\" or \"input_schema\"");
    }
    for (size_t i = 0; body_pointer_ != tool_.pointer && i < tool_.raw.size(); ++i) {
      if (tool_.raw.at(i).is_null() || !means_schema(tool_.raw.key(i))) continue;
      return refuse("a schema beside the function that it belongs to", pointer_append(tool_.pointer, tool_.raw.key(i)),
                    tool_.raw.at(i), "the schema inside of the function");
    }
    return {};
  }

  // What other makers and slips of the pen call the schema of the arguments, in any case, with or without '_' and '-'.
  static bool means_schema(std::string_view name) {
    if (name.size() > 32) return false;
    std::string letters;
    for (const char c : name) {
      if (c != '_' && c != '-') letters += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    }
    static constexpr std::array<std::string_view, 9> kNames = {
        "parameters", "inputschema", "parametersjsonschema", "parameterdefinitions", "argsschema", "argumentsschema",
        "jsonschema", "params", "arguments"};
    return std::find(kNames.begin(), kNames.end(), letters) != kNames.end();
  }

  Status set_parameters(const std::optional<Json>& schema) {
    if (!schema || schema->is_null()) return own_parameters(kNoParameters);
    if (schema->kind() == JsonKind::kTrue) return own_parameters(kAnyParameters);
    if (!schema->is_object()) {
      return refuse("the parameters of a tool are the schema of an object", tool_.parameters_pointer, *schema,
                    "a JSON Schema object");
    }
    if (auto type = schema->find("type"); type && !allows_object(*type)) {
      return refuse("the arguments of a tool are an object", pointer_append(tool_.parameters_pointer, "type"), *type,
                    "\"object\"");
    }
    tool_.parameters = *schema;
    tool_.parameters_document = tool_.document;
    return {};
  }

  static bool allows_object(Json type) {
    if (type.is_string()) return type.string() == "object";
    for (size_t i = 0; i < type.size(); ++i) {
      if (type.is_array() && type.at(i).is_string() && type.at(i).string() == "object") return true;
    }
    return false;
  }

  Status own_parameters(std::string_view text) {
    Result<JsonDocument> document = parse_json(text);
    if (!document.ok()) return document.error();
    tool_.parameters_document = std::move(*document);
    tool_.parameters = tool_.parameters_document.root();
    return {};
  }

  Error refuse(std::string message, std::string pointer, Json given, std::string allowed) const {
    return fail(ErrorCode::kInvalid, std::move(message), std::move(pointer), excerpt(to_json_text(given)),
                std::move(allowed));
  }

  Tool tool_;
  Json body_;
  std::string body_pointer_;
};

}  // namespace

Result<ToolList> read_tool_list(std::string_view text, const Limits& limits) {
  Result<JsonDocument> document = parse_json(text, limits);
  if (!document.ok()) return document.error();
  ToolList list;
  list.document = std::move(*document);
  Result<ListPlace> place = find_list(list.document.root());
  // The JSON Pointer of the whole text is the empty one, which tells a reader nothing.
  list.place = text_place(text, list.document.root().offset());
  if (!place.ok()) {
    Error error = place.error();
    error.pointer = list.place;
    return error;
  }
  if (!place->pointer.empty()) list.place = place->pointer;
  list.is_registry = place->is_registry;
  list.incomplete = std::move(place->incomplete);
  list.entries.reserve(place->list.size());
  for (size_t i = 0; i < place->list.size(); ++i) {
    EntryReader reader(list.document, place->list.at(i), pointer_append(place->pointer, i));
    list.entries.push_back(reader.read());
  }
  return list;
}

// No cursor and an empty one both mean that this was the last page.
std::optional<Error> pages_missing(Json holder, const std::string& pointer) {
  const auto cursor = holder.find("nextCursor");
  if (!cursor || cursor->is_null() || (cursor->is_string() && cursor->string().empty())) return std::nullopt;
  return fail(ErrorCode::kInvalid, "this is one page of a list; its other tools are not here", pointer_append(pointer, "nextCursor"),
              excerpt(to_json_text(*cursor)), "the tools of every page in one list");
}

std::string tool_template_json(const Tool& tool) {
  if (tool.dialect == ToolDialect::kOpenAi) return to_json_text(tool.raw);
  std::string text = R"({"type": "function", "function": {"name": )" + json_quote(tool.name);
  text += ", \"description\": " + json_quote(tool.description);
  text += ", \"parameters\": " + to_json_text(tool.parameters) + "}}";
  return text;
}

}  // namespace keyway
