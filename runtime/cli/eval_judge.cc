// The outsider's judgement; see eval_judge.h. Tested by tests/runtime/eval_judge_test.cc.
#include "runtime/cli/eval_judge.h"

#include <re2/re2.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <vector>

namespace keyway::cli {
namespace {

using nlohmann::json;
constexpr int kMostDepth = 200;

bool has_type(const json& instance, const std::string& type) {
  if (type == "object") return instance.is_object();
  if (type == "array") return instance.is_array();
  if (type == "string") return instance.is_string();
  if (type == "boolean") return instance.is_boolean();
  if (type == "null") return instance.is_null();
  if (type == "number") return instance.is_number();
  if (type == "integer") {
    if (!instance.is_number()) return false;
    const double value = instance.get<double>();
    return instance.is_number_integer() || (std::isfinite(value) && value == std::floor(value));
  }
  return false;
}

size_t code_points(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// One schema against one instance; recursion is counted.
class Validator {
 public:
  bool valid(const json& schema, const json& instance, int depth) {
    if (depth > kMostDepth) return stop(fail(ErrorCode::kLimit, "the schema or the instance is nested too deep"));
    if (schema.is_boolean()) return schema.get<bool>();
    if (!schema.is_object()) return stop(fail(ErrorCode::kInvalid, "a schema is an object or a boolean"));
    for (const auto& [keyword, value] : schema.items()) {
      if (!keyword_holds(schema, keyword, value, instance, depth) || error_) return false;
    }
    return true;
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  bool stop(Error error) {
    if (!error_) error_ = std::move(error);
    return false;
  }

  bool keyword_holds(const json& schema, const std::string& keyword, const json& value, const json& instance,
                     int depth) {
    static const std::set<std::string> annotations = {"title", "description", "default", "examples", "$schema", "$comment",
                                                     "format"};  // an annotation for tools, as drafts have it
    if (annotations.count(keyword)) return true;
    if (keyword == "type") {
      if (value.is_string()) return has_type(instance, value);
      return std::any_of(value.begin(), value.end(), [&](const json& type) { return has_type(instance, type); });
    }
    if (keyword == "enum") return std::find(value.begin(), value.end(), instance) != value.end();
    if (keyword == "const") return value == instance;
    if (keyword == "properties" || keyword == "required" || keyword == "additionalProperties") {
      return !instance.is_object() || object_holds(schema, keyword, value, instance, depth);
    }
    if (keyword == "items" || keyword == "minItems" || keyword == "maxItems" || keyword == "uniqueItems") {
      return !instance.is_array() || array_holds(keyword, value, instance, depth);
    }
    if (keyword == "minLength" || keyword == "maxLength" || keyword == "pattern") {
      return !instance.is_string() || string_holds(keyword, value, instance.get<std::string>());
    }
    if (keyword == "minimum" || keyword == "maximum" || keyword == "exclusiveMinimum" || keyword == "exclusiveMaximum") {
      if (!instance.is_number()) return true;
      return keyword == "minimum"            ? instance >= value
             : keyword == "maximum"          ? instance <= value
             : keyword == "exclusiveMinimum" ? instance > value
                                             : instance < value;
    }
    return stop(fail(ErrorCode::kUnsupported, "the judge does not know this keyword", "", keyword));
  }

  bool object_holds(const json& schema, const std::string& keyword, const json& value, const json& instance, int depth) {
    if (keyword == "required") {
      return std::all_of(value.begin(), value.end(),
                         [&](const json& name) { return instance.contains(name.get<std::string>()); });
    }
    const json declared = schema.value("properties", json::object());
    for (const auto& [name, member] : instance.items()) {
      const bool is_declared = declared.contains(name);
      if (keyword == "properties" && is_declared && !valid(declared[name], member, depth + 1)) return false;
      if (keyword == "additionalProperties" && !is_declared && !valid(value, member, depth + 1)) return false;
    }
    return true;
  }

  bool array_holds(const std::string& keyword, const json& value, const json& instance, int depth) {
    if (keyword == "minItems") return instance.size() >= value.get<size_t>();
    if (keyword == "maxItems") return instance.size() <= value.get<size_t>();
    if (keyword == "uniqueItems") {
      return !value.get<bool>() || std::set<json>(instance.begin(), instance.end()).size() == instance.size();
    }
    return std::all_of(instance.begin(), instance.end(),
                       [&](const json& item) { return valid(value, item, depth + 1); });
  }

  bool string_holds(const std::string& keyword, const json& value, const std::string& text) {
    if (keyword == "minLength") return code_points(text) >= value.get<size_t>();
    if (keyword == "maxLength") return code_points(text) <= value.get<size_t>();
    const RE2 pattern(value.get<std::string>(), RE2::Quiet);
    if (!pattern.ok()) return stop(fail(ErrorCode::kUnsupported, "the judge cannot read this pattern", "", value));
    return RE2::PartialMatch(text, pattern);
  }

  std::optional<Error> error_;
};

// The text with the largest double in place of numbers past it, which the JSON reader would refuse and which JSON allows.
std::string with_finite_numbers(const std::string& text) {
  std::string out;
  bool in_string = false;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    const size_t end = text.find_first_not_of("0123456789+-.eE", at);
    if (!in_string && (c == '-' || (c >= '0' && c <= '9'))) {
      const std::string number = text.substr(at, end == std::string::npos ? end : end - at);
      const bool finite = std::isfinite(std::strtod(number.c_str(), nullptr));
      out += finite ? number : c == '-' ? "-1.7976931348623157e308" : "1.7976931348623157e308";
      at += number.size();
      continue;
    }
    const size_t length = in_string && c == '\\' ? 2 : 1;
    if (c == '"') in_string = !in_string;
    out += text.substr(at, length);
    at += length;
  }
  return out;
}

struct ReadCalls {
  std::vector<json> calls;
  bool well_formed = true;
};

// Everything between <tool_call> and </tool_call>, each body read as JSON.
ReadCalls read_calls(const std::string& text) {
  static const std::string kBegin = "<tool_call>", kEnd = "</tool_call>";
  ReadCalls read;
  for (size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at)) {
    at += kBegin.size();
    const size_t end = text.find(kEnd, at);
    const std::string body = text.substr(at, end == std::string::npos ? end : end - at);
    const json call = json::parse(with_finite_numbers(body), nullptr, false);
    if (call.is_discarded()) {
      read.well_formed = false;
    } else {
      const bool shaped = call.is_object() && call.contains("name") && call["name"].is_string() &&
                          call.contains("arguments") && call["arguments"].is_object();
      read.well_formed = read.well_formed && shaped && end != std::string::npos;
      read.calls.push_back(call);
    }
    if (end == std::string::npos) break;
    at = end + kEnd.size();
  }
  read.well_formed = read.well_formed && !read.calls.empty();
  return read;
}

// Name and arguments with sorted members; numbers keep their kind, so that 2 is not 2.0.
std::vector<std::string> sorted_texts(const std::vector<json>& calls) {
  std::vector<std::string> texts;
  for (const json& call : calls) texts.push_back(json{{"name", call["name"]}, {"arguments", call["arguments"]}}.dump());
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace

Result<bool> instance_is_valid(const json& schema, const json& instance) {
  Validator validator;
  bool valid = false;
  try {
    valid = validator.valid(schema, instance, 0);
  } catch (const json::exception& error) {
    return fail(ErrorCode::kInvalid, "a keyword of the schema has a value of the wrong type", {}, error.what());
  }
  if (validator.error()) return *validator.error();
  return valid;
}

Result<Judgement> judge_answer(const std::string& text, const json& example) {
  std::map<std::string, json> schemas;
  for (const json& tool : example.at("tools")) {
    schemas[tool.at("function").at("name")] = tool.at("function").value("parameters", json::object());
  }
  const ReadCalls read = read_calls(text);
  Judgement judgement;
  judgement.calls = text.find("<tool_call>") != std::string::npos;
  judgement.well_formed = read.well_formed;
  judgement.schema_valid = read.well_formed;
  for (const json& call : read.calls) {
    const bool named = call.is_object() && call.contains("name") && call["name"].is_string();
    const auto schema = named ? schemas.find(call["name"]) : schemas.end();
    if (call.is_object()) judgement.hallucinated_name = judgement.hallucinated_name || schema == schemas.end();
    if (!judgement.schema_valid) continue;
    if (schema == schemas.end()) {
      judgement.schema_valid = false;
      continue;
    }
    const Result<bool> valid = instance_is_valid(schema->second, call["arguments"]);
    if (!valid.ok()) return valid.error();
    judgement.schema_valid = *valid;
  }
  judgement.read = read.calls;
  judgement.exact = read.well_formed &&
                    sorted_texts(read.calls) == sorted_texts(example.at("expected_calls").get<std::vector<json>>());
  return judgement;
}

}  // namespace keyway::cli
