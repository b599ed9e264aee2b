// Operations to tools; see openapi.h. Recursion is bounded by the depth of the document, which the reader bounds.
#include "tools/openapi.h"

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace keyway {
namespace {

constexpr std::array<std::string_view, 8> kMethods = {"get", "put", "post", "delete", "options", "head", "patch", "trace"};
constexpr std::string_view kComponents[] = {"#/components/schemas/", "#/definitions/"};

std::string_view string_member(Json object, std::string_view name) {
  const auto value = object.find(name);
  return value && value->is_string() ? value->string() : std::string_view();
}

// The name of the component that a reference names, or empty.
std::string_view component_name(std::string_view reference) {
  for (const std::string_view prefix : kComponents) {
    if (reference.rfind(prefix, 0) == 0) return reference.substr(prefix.size());
  }
  return {};
}

std::string unescaped(std::string_view token) {
  std::string out;
  for (size_t i = 0; i < token.size(); ++i) {
    const bool tilde = token[i] == '~' && i + 1 < token.size();
    out += tilde && token[i + 1] == '1' ? '/' : tilde && token[i + 1] == '0' ? '~' : token[i];
    if (tilde && (token[i + 1] == '0' || token[i + 1] == '1')) ++i;
  }
  return out;
}

class Reader {
 public:
  Reader(Json document, uint64_t limit_bytes) : document_(document), limit_bytes_(limit_bytes) {}

  Result<std::string> read() {
    const auto paths = document_.find("paths");
    if (!paths || !paths->is_object()) {
      return fail(ErrorCode::kInvalid, "an OpenAPI document has paths", "/paths", {}, "an object");
    }
    for (size_t i = 0; i < paths->size(); ++i) {
      const Json path = paths->at(i);
      for (size_t k = 0; k < path.size() && path.is_object(); ++k) {
        if (std::find(kMethods.begin(), kMethods.end(), path.key(k)) == kMethods.end()) continue;
        add_operation(paths->key(i), path.key(k), path, path.at(k));
        if (out_.size() > limit_bytes_) {
          return fail(ErrorCode::kLimit, "the tools of this document are too long", pointer_append("/paths", paths->key(i)),
                      {}, "document_bytes " + std::to_string(limit_bytes_));
        }
      }
    }
    return "{\"tools\": [" + out_ + "]}";
  }

 private:
  void add_operation(std::string_view path, std::string_view method, Json shared, Json operation) {
    std::string name(string_member(operation, "operationId"));
    if (name.empty()) name = made_name(method, path);
    std::string_view description = string_member(operation, "description");
    if (description.empty()) description = string_member(operation, "summary");
    out_ += (out_.empty() ? "" : ", ") + std::string("{\"name\": ") + json_quote(name);
    out_ += ", \"description\": " + json_quote(description) + ", \"parameters\": " + arguments(shared, operation) + "}";
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
    names_.clear();
    problem_.clear();
    // The operation's own parameters hide those of its path.
    for (const Json holder : {operation, shared}) {
      const auto list = holder.find("parameters");
      for (size_t i = 0; list && list->is_array() && i < list->size(); ++i) add_parameter(resolved(list->at(i)));
    }
    if (const auto body = operation.find("requestBody")) add_body(resolved(*body));
    // No object: the reader of lists refuses the tool by name and shows this text.
    if (!problem_.empty()) return json_quote(problem_);
    std::string text = "{\"type\": \"object\", \"properties\": {" + properties_ + "}, \"required\": [" + required_ + "]";
    text += ", \"additionalProperties\": false" + definitions() + "}";
    return text;
  }

  // What a reference to a component names; the value itself where it is none.
  Json resolved(Json value) {
    Json at = value;
    for (int hop = 0; hop < 16 && at.is_object() && at.find("$ref"); ++hop) {
      const std::string_view reference = string_member(at, "$ref");
      std::optional<Json> found = reference.rfind("#/", 0) == 0 ? std::optional<Json>(document_) : std::nullopt;
      for (size_t from = 2; found && from <= reference.size();) {
        const size_t end = std::min(reference.find('/', from), reference.size());
        found = found->find(unescaped(reference.substr(from, end - from)));
        from = end + 1;
      }
      if (!found) {
        problem_ = "a reference that does not resolve: " + std::string(reference);
        return value;
      }
      at = *found;
    }
    return at;
  }

  void add_parameter(Json parameter) {
    if (!problem_.empty()) return;
    const std::string_view name = string_member(parameter, "name");
    if (string_member(parameter, "in") == "body") return add_schema("body", parameter, parameter.find("schema"));
    if (name.empty()) {
      problem_ = "a parameter without a name";
      return;
    }
    std::optional<Json> schema = parameter.find("schema");
    if (const auto content = parameter.find("content"); !schema && content && content->size() > 0) {
      schema = content->at(0).find("schema");
    }
    add_schema(name, parameter, schema);
  }

  void add_body(Json body) {
    const auto content = body.find("content");
    for (size_t i = 0; content && content->is_object() && i < content->size(); ++i) {
      if (content->key(i).find("json") != std::string_view::npos) return add_schema("body", body, content->at(i).find("schema"));
    }
    problem_ = "a body that is not JSON";
  }

  void add_schema(std::string_view name, Json holder, std::optional<Json> schema) {
    if (!names_.insert(std::string(name)).second) return;
    properties_ += (properties_.empty() ? "" : ", ") + json_quote(name) + ": ";
    if (schema) {
      write_schema(*schema, properties_);
    } else if (string_member(holder, "in") != "body" && holder.find("type")) {
      write_schema(holder, properties_, true);  // Swagger 2: the parameter is its own schema
    } else {
      properties_ += "{}";
    }
    if (const auto required = holder.find("required"); required && required->is_true()) {
      required_ += (required_.empty() ? "" : ", ") + json_quote(name);
    }
  }

  // A schema with references to components as references to $defs.
  void write_schema(Json value, std::string& out, bool is_parameter = false) {
    if (value.is_array()) {
      out += '[';
      for (size_t i = 0; i < value.size(); ++i) {
        if (i > 0) out += ", ";
        write_schema(value.at(i), out);
      }
      out += ']';
      return;
    }
    if (!value.is_object()) {
      out += to_json_text(value);
      return;
    }
    const auto nullable = value.find("nullable");
    const auto type = value.find("type");
    out += '{';
    bool first = true;
    for (size_t i = 0; i < value.size(); ++i) {
      const std::string_view key = value.key(i);
      if (is_parameter && (key == "name" || key == "in" || key == "required")) continue;
      out += (first ? "" : ", ") + json_quote(key) + ": ";
      first = false;
      write_member(key, value.at(i), nullable && nullable->is_true() && type && type->is_string(), out);
    }
    out += '}';
  }

  void write_member(std::string_view key, Json value, bool nullable, std::string& out) {
    const std::string_view component = key == "$ref" && value.is_string() ? component_name(value.string()) : std::string_view();
    if (!component.empty()) {
      if (std::find(needed_.begin(), needed_.end(), component) == needed_.end()) needed_.emplace_back(component);
      out += json_quote("#/$defs/" + std::string(component));
    } else if (key == "type" && nullable) {
      out += "[" + to_json_text(value) + ", \"null\"]";
    } else {
      write_schema(value, out);
    }
  }

  // The components that were referred to, and those that they refer to.
  std::string definitions() {
    std::string text;
    for (size_t i = 0; i < needed_.size() && text.size() <= limit_bytes_; ++i) {
      const std::string name = needed_[i];
      const auto components = document_.find("components");
      const auto schemas = components ? components->find("schemas") : document_.find("definitions");
      const auto schema = schemas ? schemas->find(unescaped(name)) : std::nullopt;
      if (!schema) continue;  // the reference stays, and the tool is refused for it
      text += (text.empty() ? "" : ", ") + json_quote(unescaped(name)) + ": ";
      write_schema(*schema, text);
    }
    return text.empty() ? "" : ", \"$defs\": {" + text + "}";
  }

  Json document_;
  uint64_t limit_bytes_;
  std::string out_;
  std::string properties_;
  std::string required_;
  std::vector<std::string> needed_;  // components of the tool at hand, as references spell them
  std::set<std::string> names_;
  std::string problem_;
};

}  // namespace

Result<std::string> openapi_tool_list(Json document, uint64_t limit_bytes) { return Reader(document, limit_bytes).read(); }

}  // namespace keyway
