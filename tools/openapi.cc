// Operations to tools; see openapi.h. Recursion is bounded by the depth of the document, which the reader bounds.
#include "tools/openapi.h"

#include <algorithm>
#include <array>
#include <map>

#include "schemas/json_schema/uri.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

constexpr std::array<std::string_view, 8> kMethods = {"get", "put", "post", "delete", "options", "head", "patch", "trace"};
constexpr std::string_view kComponents[] = {"#/components/schemas/", "#/definitions/"};
// Members of a schema whose values are schemas by name, and those whose values are data.
constexpr std::string_view kSchemaMaps[] = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"};
constexpr std::string_view kData[] = {"enum", "const", "default", "example", "examples", "required"};
// Headers that OpenAPI takes from elsewhere: a parameter of such a name is to be passed over.
constexpr std::string_view kOwnHeaders[] = {"Accept", "Content-Type", "Authorization"};

template <typename List>
bool holds(const List& list, std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

std::string_view string_member(Json object, std::string_view name) {
  const auto value = object.find(name);
  return value && value->is_string() ? value->string() : std::string_view();
}

bool is_set(Json object, std::string_view name) {
  const auto value = object.find(name);
  return value && value->is_true();
}

// A step of a JSON Pointer in a URI.
std::string unescaped(std::string_view token) {
  const std::string text = percent_decode(token).value_or(std::string(token));
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool tilde = text[i] == '~' && i + 1 < text.size() && (text[i + 1] == '0' || text[i + 1] == '1');
    out += !tilde ? text[i] : text[++i] == '1' ? '/' : '~';
  }
  return out;
}

std::string escaped(std::string_view key) {
  std::string out;
  for (const char c : key) out += c == '~' ? "~0" : c == '/' ? "~1" : c == '%' ? "%25" : std::string(1, c);
  return out;
}

class Reader {
 public:
  Reader(Json document, uint64_t limit_bytes) : document_(document), limit_bytes_(limit_bytes) {}

  Result<std::vector<OpenApiOperation>> read() {
    const auto paths = document_.find("paths");
    if (!paths || !paths->is_object()) {
      return fail(ErrorCode::kInvalid, "an OpenAPI document has paths", "/paths", {}, "an object");
    }
    for (size_t i = 0; i < paths->size(); ++i) {
      const std::string pointer = pointer_append("/paths", paths->key(i));
      problem_.reset();
      pointer_ = pointer;
      const Json path = resolved(paths->at(i));
      if (!path.is_object()) refuse("the operations of a path are an object", path, "an object");
      if (problem_) out_.push_back({"", pointer, "", std::move(problem_)});
      for (size_t k = 0; k < path.size() && path.is_object(); ++k) {
        if (!holds(kMethods, path.key(k))) continue;
        pointer_ = pointer_append(pointer, path.key(k));
        add_operation(paths->key(i), path.key(k), path, path.at(k));
        if (bytes_ <= limit_bytes_) continue;
        return fail(ErrorCode::kLimit, "the tools of this document are too long", pointer_, {},
                    "document_bytes " + std::to_string(limit_bytes_));
      }
    }
    return std::move(out_);
  }

 private:
  void add_operation(std::string_view path, std::string_view method, Json shared, Json operation) {
    problem_.reset();
    std::string name(string_member(operation, "operationId"));
    if (name.empty()) name = made_name(method, path);
    if (!operation.is_object()) refuse("an operation is an object", operation, "an object");
    std::string_view description = string_member(operation, "description");
    if (description.empty()) description = string_member(operation, "summary");
    std::string entry = "{\"name\": " + json_quote(name) + ", \"description\": " + json_quote(description);
    entry += ", \"parameters\": " + arguments(shared, operation) + "}";
    bytes_ += entry.size();
    if (problem_) problem_->message = "tool " + json_quote(excerpt(name, 64)) + ": " + problem_->message;
    if (problem_) entry.clear();
    out_.push_back({std::move(name), pointer_, std::move(entry), std::move(problem_)});
  }

  // The first problem of an operation is its error; its place is that of the operation.
  void refuse(std::string message, Json given, std::string allowed) {
    refuse(std::move(message), to_json_text(given), std::move(allowed));
  }
  void refuse(std::string message, const std::string& given, std::string allowed) {
    if (!problem_) problem_ = fail(ErrorCode::kInvalid, std::move(message), pointer_, excerpt(given), std::move(allowed));
  }

  // "get_pets_id" of GET /pets/{id}.
  static std::string made_name(std::string_view method, std::string_view path) {
    std::string name(method);
    bool gap = true;
    for (const char c : path) {
      const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
      if (word && gap) name += '_';
      if (word) name += c;
      gap = !word;
    }
    return name;
  }

  std::string arguments(Json shared, Json operation) {
    properties_.clear();
    required_.clear();
    needed_.clear();
    definitions_.clear();
    places_.clear();
    add_parameters(operation);
    // The operation's own parameters hide those of its path.
    const std::map<std::string, std::string> own = places_;
    add_parameters(shared, &own);
    if (const auto body = operation.find("requestBody")) add_body(resolved(*body));
    std::string text = "{\"type\": \"object\", \"properties\": {" + properties_ + "}, \"required\": [" + required_ + "]";
    return text + ", \"additionalProperties\": false" + definitions() + "}";
  }

  void add_parameters(Json holder, const std::map<std::string, std::string>* hidden = nullptr) {
    const auto list = holder.find("parameters");
    if (list && !list->is_array()) refuse("\"parameters\" is an array", *list, "an array");
    for (size_t i = 0; list && list->is_array() && i < list->size(); ++i) add_parameter(resolved(list->at(i)), hidden);
  }

  // What a local reference names, if there is such a place.
  std::optional<Json> named(std::string_view reference) const {
    std::optional<Json> found = reference.rfind("#/", 0) == 0 ? std::optional<Json>(document_) : std::nullopt;
    for (size_t from = 2; found && from <= reference.size();) {
      const size_t end = std::min(reference.find('/', from), reference.size());
      found = step(*found, unescaped(reference.substr(from, end - from)));
      from = end + 1;
    }
    return found;
  }

  static std::optional<Json> step(Json at, const std::string& key) {
    if (!at.is_array()) return at.is_object() ? at.find(key) : std::nullopt;
    const bool index = !key.empty() && key.size() < 10 && key.find_first_not_of("0123456789") == std::string::npos;
    if (!index || std::stoul(key) >= at.size()) return std::nullopt;
    return at.at(std::stoul(key));
  }

  // What a reference to a component names; the value itself where it is none.
  Json resolved(Json value) {
    Json at = value;
    for (int hop = 0; at.is_object() && at.find("$ref"); ++hop) {
      const std::string_view reference = string_member(at, "$ref");
      const std::optional<Json> found = named(reference);
      if (!found || hop == 16) {
        refuse("a reference that does not resolve", std::string(reference), "a place in this document");
        return value;
      }
      at = *found;
    }
    return at;
  }

  void add_parameter(Json parameter, const std::map<std::string, std::string>* hidden) {
    const std::string_view name = string_member(parameter, "name"), in = string_member(parameter, "in");
    if (in == "body") return add_schema("body", in, parameter, parameter.find("schema"));
    if (name.empty()) return refuse("a parameter without a name", parameter, "\"name\": a string");
    if (in == "header" && holds(kOwnHeaders, name)) return;
    if (hidden) {
      const auto own = hidden->find(std::string(name));
      if (own != hidden->end() && own->second == in) return;
    }
    std::optional<Json> schema = parameter.find("schema");
    if (const auto content = parameter.find("content"); !schema && content && content->is_object() && content->size() > 0) {
      schema = content->at(0).find("schema");
    }
    add_schema(name, in, parameter, schema);
  }

  void add_body(Json body) {
    const auto content = body.find("content");
    for (size_t i = 0; content && content->is_object() && i < content->size(); ++i) {
      const std::string_view type = content->key(i);
      if (type.find("json") == std::string_view::npos && type != "*/*") continue;
      return add_schema("body", "body", body, content->at(i).find("schema"));
    }
    refuse("a body that is not JSON", content ? *content : body, "\"content\" with a type of JSON");
  }

  void add_schema(std::string_view name, std::string_view in, Json holder, std::optional<Json> schema) {
    const auto [place, fresh] = places_.emplace(name, in);
    if (!fresh) {
      const std::string where = place->second + ", " + std::string(in);
      return refuse("two parameters of one name, for arguments have no places", std::string(name) + ": " + where,
                    "every name once");
    }
    properties_ += (properties_.empty() ? "" : ", ") + json_quote(name) + ": ";
    if (schema) {
      write_schema(*schema, properties_);
    } else if (in != "body" && holder.find("type")) {
      write_schema(holder, properties_, true);  // Swagger 2: the parameter is its own schema
    } else {
      properties_ += "{}";
    }
    // A path has a value for each of its parameters, whatever the document says.
    if (is_set(holder, "required") || in == "path") required_ += (required_.empty() ? "" : ", ") + json_quote(name);
  }

  void write_list(Json list, std::string& out) {
    out += '[';
    for (size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out += ", ";
      write_schema(list.at(i), out);
    }
    out += ']';
  }

  void write_map(Json map, std::string& out) {
    out += '{';
    for (size_t i = 0; i < map.size(); ++i) {
      out += (i > 0 ? ", " : "") + json_quote(map.key(i)) + ": ";
      write_schema(map.at(i), out);
    }
    out += '}';
  }

  void write_schema(Json value, std::string& out, bool is_parameter = false) {
    if (value.is_array()) return write_list(value, out);
    // References below a base of their own are not to this document.
    if (!value.is_object() || value.find("$id")) {
      out += to_json_text(value);
      return;
    }
    out += '{';
    bool first = true;
    for (size_t i = 0; i < value.size(); ++i) {
      const std::string_view key = value.key(i);
      if (is_parameter && (key == "name" || key == "in" || key == "required")) continue;
      const std::string member = written_member(value, key, value.at(i));
      if (member.empty()) continue;
      out += (first ? "" : ", ") + json_quote(key) + ": " + member;
      first = false;
    }
    out += '}';
  }

  // The value of a member of a schema, or nothing where it says nothing in 2020-12.
  std::string written_member(Json schema, std::string_view key, Json value) {
    if (key == "$ref" && value.is_string()) return json_quote(written_reference(value.string()));
    if (key == "type" && value.is_string() && is_set(schema, "nullable")) return "[" + to_json_text(value) + ", \"null\"]";
    if (key == "minimum" && is_set(schema, "exclusiveMinimum")) return {};
    if (key == "maximum" && is_set(schema, "exclusiveMaximum")) return {};
    if (value.is_boolean() && (key == "exclusiveMinimum" || key == "exclusiveMaximum")) {
      const auto bound = schema.find(key == "exclusiveMinimum" ? "minimum" : "maximum");
      return value.is_true() && bound ? to_json_text(*bound) : std::string();
    }
    if (key == "required" && value.is_array()) return written_required(schema, value);
    std::string out;
    if (holds(kSchemaMaps, key) && value.is_object()) {
      write_map(value, out);
    } else if (holds(kData, key)) {
      out = to_json_text(value);
    } else {
      write_schema(value, out);
    }
    return out;
  }

  std::string written_required(Json schema, Json names) {
    const auto properties = schema.find("properties");
    std::string out;
    for (size_t i = 0; i < names.size(); ++i) {
      const auto property = properties && names.at(i).is_string() ? properties->find(names.at(i).string()) : std::nullopt;
      if (property && is_set(*property, "readOnly")) continue;
      out += (out.empty() ? "" : ", ") + to_json_text(names.at(i));
    }
    return "[" + out + "]";
  }

  // A reference into this document as one to $defs; others as they are.
  std::string written_reference(std::string_view reference) {
    if (reference.empty() || reference[0] != '#') return std::string(reference);
    const auto schema = named(reference);
    if (!schema) {
      refuse("a reference that does not resolve", std::string(reference), "a place in this document");
      return "#";
    }
    std::string key(reference);
    for (const std::string_view prefix : kComponents) {
      if (reference.rfind(prefix, 0) == 0 && reference.find('/', prefix.size()) == std::string_view::npos) {
        key = unescaped(reference.substr(prefix.size()));
      }
    }
    const auto known = definitions_.find(key);
    if (known != definitions_.end() && known->second != reference && named(known->second)->offset() != schema->offset()) {
      key = std::string(reference);  // a component and a definition of one name
    }
    if (definitions_.emplace(key, std::string(reference)).second) needed_.push_back(key);
    return "#/$defs/" + escaped(key);
  }

  // What was referred to, and what that refers to.
  std::string definitions() {
    std::string text;
    for (size_t i = 0; i < needed_.size() && text.size() <= limit_bytes_; ++i) {
      const std::string key = needed_[i];
      text += (text.empty() ? "" : ", ") + json_quote(key) + ": ";
      write_schema(*named(definitions_[key]), text);
    }
    return text.empty() ? "" : ", \"$defs\": {" + text + "}";
  }

  Json document_;
  uint64_t limit_bytes_;
  std::vector<OpenApiOperation> out_;
  uint64_t bytes_ = 0;
  // Of the operation at hand:
  std::string pointer_;
  std::optional<Error> problem_;
  std::string properties_;
  std::string required_;
  std::map<std::string, std::string> places_;       // name of an argument to where it is sent
  std::vector<std::string> needed_;                 // keys of $defs, in the order they were met
  std::map<std::string, std::string> definitions_;  // key of $defs to the reference it stands for
};

}  // namespace

Result<std::vector<OpenApiOperation>> openapi_operations(Json document, uint64_t limit_bytes) {
  return Reader(document, limit_bytes).read();
}

}  // namespace keyway
