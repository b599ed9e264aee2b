// Reading, converting and judging; see bfcl.h. Tested by tests/runtime/bfcl_test.cc.
#include "runtime/cli/bfcl.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

namespace keyway::cli {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr int kMostSchemaDepth = 100;
constexpr std::string_view kPrefix = "BFCL_v";

// The JSON Schema type of a type in the dialect; "" where any value is meant, empty where there is none of that name.
std::optional<std::string_view> schema_type(std::string_view type) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {"string", "string"}, {"integer", "integer"}, {"number", "number"}, {"boolean", "boolean"}, {"array", "array"},
      {"object", "object"}, {"null", "null"}, {"dict", "object"}, {"float", "number"}, {"tuple", "array"},
      {"list", "array"}, {"String", "string"}, {"char", "string"}, {"Boolean", "boolean"}, {"Bigint", "integer"},
      {"long", "integer"}, {"byte", "integer"}, {"short", "integer"}, {"double", "number"}, {"Array", "array"},
      {"ArrayList", "array"}, {"HashMap", "object"}, {"Hashtable", "object"}, {"Set", "array"}, {"Queue", "array"},
      {"Stack", "array"}, {"any", ""}, {"Any", ""}, {"", ""}};
  for (const auto& [given, meant] : kTypes) {
    if (given == type) return meant;
  }
  return std::nullopt;
}

class Converter {
 public:
  explicit Converter(std::map<std::string, size_t>& converted) : converted_(converted) {}

  // The first problem; empty where all was converted.
  const std::string& problem() const { return problem_; }

  ordered_json schema(const ordered_json& given, int depth = 0) {
    if (!given.is_object() || depth > kMostSchemaDepth) {
      problem_ = given.is_object() ? "a schema is nested too deep" : "a schema is an object";
      return true;
    }
    ordered_json out = ordered_json::object();
    for (const auto& [name, value] : given.items()) {
      if (name == "type" && value.is_string()) {
        type(value.get<std::string>(), out);
      } else if (name == "properties" && value.is_object()) {
        out[name] = ordered_json::object();
        for (const auto& [key, member] : value.items()) out[name][key] = schema(member, depth + 1);
      } else if ((name == "items" || name == "additionalProperties") && value.is_object()) {
        out[name] = schema(value, depth + 1);
      } else if (name == "optional") {
        ++converted_["\"optional\", left out: \"required\" says it"];
      } else {
        out[name] = value;
      }
    }
    return out;
  }

 private:
  void type(const std::string& given, ordered_json& out) {
    const auto meant = schema_type(given);
    if (!meant) {
      problem_ = "a type that the dialect does not have: " + given;
      return;
    }
    if (*meant != given) ++converted_["type " + given + " to " + (meant->empty() ? "any value" : std::string(*meant))];
    if (!meant->empty()) out["type"] = *meant;
  }

  std::map<std::string, size_t>& converted_;
  std::string problem_;
};

Result<ordered_json> convert_tools(const ordered_json& functions, std::map<std::string, size_t>& converted) {
  ordered_json tools = ordered_json::array();
  for (const ordered_json& function : functions) {
    Converter converter(converted);
    ordered_json body = function;
    if (body.contains("parameters")) body["parameters"] = converter.schema(function["parameters"]);
    if (!converter.problem().empty()) return fail(ErrorCode::kUnsupported, converter.problem());
    ordered_json tool = {{"type", "function"}, {"function", std::move(body)}};
    if (std::find(tools.begin(), tools.end(), tool) != tools.end()) {
      ++converted["a function given twice alike, once left out"];
      continue;
    }
    tools.push_back(std::move(tool));
  }
  return tools;
}

// The non-empty lines of a file, each read as JSON.
Result<std::vector<ordered_json>> read_lines(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fail(ErrorCode::kNotFound, "the file cannot be opened", path.string());
  std::vector<ordered_json> lines;
  size_t number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    ordered_json value = ordered_json::parse(line, nullptr, false);
    if (value.is_discarded() || !value.is_object()) {
      return fail(ErrorCode::kSyntax, "a line is one JSON object", path.string() + ": line " + std::to_string(number));
    }
    lines.push_back(std::move(value));
  }
  return lines;
}

std::string category_of(const fs::path& file) {
  const std::string name = file.stem().string();
  const size_t version_end = name.find('_', kPrefix.size());
  return name.rfind(kPrefix, 0) == 0 && version_end != std::string::npos ? name.substr(version_end + 1) : name;
}

Result<std::map<std::string, json>> read_answers(const fs::path& file) {
  std::map<std::string, json> answers;
  const fs::path path = file.parent_path() / "possible_answer" / file.filename();
  std::error_code code;
  if (!fs::exists(path, code)) return answers;
  const auto lines = read_lines(path);
  if (!lines.ok()) return lines.error();
  for (const ordered_json& line : *lines) {
    if (!line.contains("id") || !line.contains("ground_truth") || !line["ground_truth"].is_array()) {
      return fail(ErrorCode::kInvalid, "a possible answer has an id and a ground_truth", path.string());
    }
    answers[line["id"].get<std::string>()] = json::parse(line["ground_truth"].dump());
  }
  return answers;
}

Status read_file(const fs::path& file, BfclSet& set) {
  const auto lines = read_lines(file);
  if (!lines.ok()) return lines.error();
  const auto answers = read_answers(file);
  if (!answers.ok()) return answers.error();
  for (const ordered_json& line : *lines) {
    const std::string id = line.value("id", "");
    const std::string place = file.string() + ": " + id;
    const bool single = line.contains("question") && line["question"].is_array() && line["question"].size() == 1 &&
                        line["question"][0].is_array() && line.contains("function") && line["function"].is_array();
    if (!single) return fail(ErrorCode::kInvalid, "a question of one turn has \"question\" and \"function\"", place);
    const auto tools = convert_tools(line["function"], set.converted);
    if (!tools.ok()) return fail(tools.error().code, tools.error().message, place);
    const auto answer = answers->find(id);
    if (!answers->empty() && answer == answers->end()) {
      return fail(ErrorCode::kNotFound, "there is no possible answer of this id", place);
    }
    set.questions.push_back({id, category_of(file),
                             {{"tools", *tools}, {"messages", line["question"][0]}, {"expected_calls", ordered_json::array()}},
                             answer == answers->end() ? json::array() : answer->second});
  }
  return {};
}

bool accepted(const json& value, const json& choice, int depth);

bool among(const json& value, const json& choices, int depth) {
  return choices.is_array() && std::any_of(choices.begin(), choices.end(),
                                           [&](const json& choice) { return accepted(value, choice, depth); });
}

// Members among their accepted values; what may be left out accepts the empty string.
bool members_accepted(const json& given, const json& accepted_members, int depth) {
  if (!given.is_object() || !accepted_members.is_object()) return false;
  for (const auto& [name, value] : given.items()) {
    if (!accepted_members.contains(name) || !among(value, accepted_members[name], depth)) return false;
  }
  for (const auto& [name, choices] : accepted_members.items()) {
    if (given.contains(name)) continue;
    if (!choices.is_array() || std::find(choices.begin(), choices.end(), json("")) == choices.end()) return false;
  }
  return true;
}

// Objects of an answer hold accepted values again, member by member; everything else is equal or not.
bool accepted(const json& value, const json& choice, int depth) {
  if (depth > kMostSchemaDepth) return false;
  if (choice.is_object()) return value == choice || members_accepted(value, choice, depth + 1);
  if (!choice.is_array() || !value.is_array()) return value == choice;
  if (value.size() != choice.size()) return false;
  for (size_t i = 0; i < value.size(); ++i) {
    if (!accepted(value[i], choice[i], depth + 1)) return false;
  }
  return true;
}

bool call_accepted(const json& call, const json& answer) {
  if (!answer.is_object() || answer.size() != 1) return false;
  return answer.begin().key() == call["name"] && members_accepted(call["arguments"], answer.begin().value(), 0);
}

// Finds an answer for `call`, moving earlier calls to other answers where that helps. Depth: at most the calls.
bool assign(size_t call, const std::vector<std::vector<bool>>& fits, std::vector<bool>& tried,
            std::vector<std::optional<size_t>>& owner) {
  for (size_t answer = 0; answer < owner.size(); ++answer) {
    if (!fits[call][answer] || tried[answer]) continue;
    tried[answer] = true;
    if (owner[answer] && !assign(*owner[answer], fits, tried, owner)) continue;
    owner[answer] = call;
    return true;
  }
  return false;
}

}  // namespace

bool is_bfcl(const std::string& path) {
  std::error_code code;
  if (fs::is_directory(path, code)) return true;
  std::ifstream stream(path, std::ios::binary);
  std::string line;
  if (!std::getline(stream, line)) return false;
  const json first = json::parse(line, nullptr, false);
  return first.is_object() && first.contains("question") && first.contains("function");
}

Result<BfclSet> read_bfcl(const std::string& path) {
  std::vector<fs::path> files;
  std::error_code code;
  if (!fs::is_directory(path, code)) files.push_back(path);
  for (const auto& entry : files.empty() ? fs::directory_iterator(path, code) : fs::directory_iterator()) {
    const std::string name = entry.path().filename().string();
    if (name.rfind(kPrefix, 0) != 0 || entry.path().extension() != ".json") continue;
    if (name.find("multi_turn") == std::string::npos) files.push_back(entry.path());
  }
  if (files.empty()) return fail(ErrorCode::kNotFound, "there is no BFCL file", path, {}, "BFCL_v*.json");
  std::sort(files.begin(), files.end());
  BfclSet set;
  for (const fs::path& file : files) {
    if (Status status = read_file(file, set); !status.ok()) return status.error();
  }
  return set;
}

bool bfcl_exact(const std::vector<json>& calls, const json& answers) {
  if (calls.size() != answers.size()) return false;
  std::vector<std::vector<bool>> fits(calls.size(), std::vector<bool>(answers.size()));
  for (size_t call = 0; call < calls.size(); ++call) {
    for (size_t answer = 0; answer < answers.size(); ++answer) fits[call][answer] = call_accepted(calls[call], answers[answer]);
  }
  std::vector<std::optional<size_t>> owner(answers.size());
  for (size_t call = 0; call < calls.size(); ++call) {
    std::vector<bool> tried(answers.size(), false);
    if (!assign(call, fits, tried, owner)) return false;
  }
  return true;
}

}  // namespace keyway::cli
