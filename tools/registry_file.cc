// Reading and checking a registry file, member by member; see registry_file.h.
#include "tools/registry_file.h"

#include <algorithm>

#include "tools/argument_limits.h"
#include "tools/excerpt.h"
#include "tools/refuse.h"
#include "tools/import_tools.h"

namespace keyway {
namespace {

constexpr int64_t kMaxLength = 1'000'000'000;
constexpr int64_t kMaxParallelCalls = 1000;
constexpr size_t kMaxPatternCharacters = 1000;
constexpr size_t kMaxNameCharacters = 256;

// JSON Schema counts code points.
size_t code_points(std::string_view utf8) {
  return static_cast<size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::optional<Error> unknown_member(Json object, const std::string& pointer,
                                    std::initializer_list<std::string_view> names) {
  std::string allowed;
  for (std::string_view name : names) allowed += (allowed.empty() ? "\"" : ", \"") + std::string(name) + "\"";
  for (size_t i = 0; i < object.size(); ++i) {
    if (std::find(names.begin(), names.end(), object.key(i)) != names.end()) continue;
    return fail(ErrorCode::kInvalid, "a member that registries do not have", pointer_append(pointer, object.key(i)),
                excerpt(object.key(i)), allowed);
  }
  return std::nullopt;
}

Status read_string(Json root, std::string_view name) {
  const auto value = root.find(name);
  if (!value || value->is_string()) return {};
  return refuse("a string is expected", pointer_append("", name), *value, "a string");
}

Status read_patterns(Json root, std::string_view name, std::vector<std::string>& out, std::string_view place = "") {
  const auto list = root.find(name);
  if (!list) return {};
  const std::string pointer = pointer_append(place, name);
  if (!list->is_array()) return refuse("patterns are an array", pointer, *list, "an array of strings");
  for (size_t i = 0; i < list->size(); ++i) {
    const Json item = list->at(i);
    if (!item.is_string() || item.string().empty() || code_points(item.string()) > kMaxPatternCharacters) {
      return refuse("a pattern is a string", pointer_append(pointer, i), item, "a string of 1 to 1000 characters");
    }
    out.emplace_back(item.string());
  }
  return {};
}

// An integer of the options within [1, max].
Status read_count(Json options, std::string_view name, int64_t max, std::optional<uint32_t>& out) {
  const auto value = options.find(name);
  if (!value) return {};
  const std::optional<int64_t> number = value->is_number() ? value->integer() : std::nullopt;
  if (!number || *number < 1 || *number > max) {
    return refuse("a count is expected", pointer_append("/options", name), *value,
                  "an integer from 1 to " + std::to_string(max));
  }
  out = static_cast<uint32_t>(*number);
  return {};
}

template <typename T>
Status read_word(Json options, std::string_view name, std::initializer_list<std::pair<std::string_view, T>> words,
                 std::optional<T>& out) {
  const auto value = options.find(name);
  if (!value) return {};
  std::string allowed;
  for (const auto& [word, meaning] : words) {
    if (value->is_string() && value->string() == word) out = meaning;
    allowed += (allowed.empty() ? "\"" : ", \"") + std::string(word) + "\"";
  }
  if (out) return {};
  return refuse("an option with a value that it does not have", pointer_append("/options", name), *value, allowed);
}

Status read_parallel_calls(Json options, RegistryOptions& out) {
  const auto value = options.find("parallel_calls");
  if (value && value->is_boolean()) {
    out.parallel_calls = value->is_true() ? kUnlimitedCalls : 1;
    return {};
  }
  return read_count(options, "parallel_calls", kMaxParallelCalls, out.parallel_calls);
}

Status read_options(Json root, RegistryOptions& out) {
  const auto options = root.find("options");
  if (!options) return {};
  if (!options->is_object()) return refuse("\"options\" is an object", "/options", *options, "an object");
  if (auto error = unknown_member(*options, "/options",
                                  {"property_order", "whitespace", "parallel_calls", "max_string_length", "max_items",
                                   "strict"})) {
    return *error;
  }
  Status status = read_word<PropertyOrder>(
      *options, "property_order", {{"any", PropertyOrder::kAny}, {"declared", PropertyOrder::kDeclared}},
      out.property_order);
  if (!status.ok()) return status;
  status = read_word<Whitespace>(*options, "whitespace",
                                      {{"flexible", Whitespace::kFlexible},
                                       {"json_dumps", Whitespace::kJsonDumps},
                                       {"compact", Whitespace::kCompact}},
                                      out.whitespace);
  if (!status.ok()) return status;
  if (status = read_parallel_calls(*options, out); !status.ok()) return status;
  if (status = read_count(*options, "max_string_length", kMaxLength, out.max_string_length); !status.ok()) {
    return status;
  }
  if (status = read_count(*options, "max_items", kMaxLength, out.max_items); !status.ok()) return status;
  const auto strict = options->find("strict");
  if (strict && !strict->is_boolean()) {
    return refuse("\"strict\" is true or false", "/options/strict", *strict, "a boolean");
  }
  out.strict = strict && strict->is_true();
  return {};
}

// What the registry's schema asks of a tool and other tool lists do not.
std::optional<Error> check_tool(const Tool& tool) {
  if (auto error = unknown_member(tool.raw, tool.pointer, {"name", "description", "parameters", "tags", "enabled", "callers", "limits"})) {
    return error;
  }
  if (code_points(tool.name) > kMaxNameCharacters || tool.name.empty()) {
    return fail(ErrorCode::kInvalid, "a name of a length that registries do not allow",
                pointer_append(tool.pointer, "name"), excerpt(tool.name), "1 to 256 characters");
  }
  for (std::string_view name : {"description", "parameters", "tags"}) {
    const auto value = tool.raw.find(name);
    const bool bad = value && (value->is_null() || (name == "parameters" && !value->is_object()));
    if (bad) return refuse("a value of the wrong type", pointer_append(tool.pointer, name), *value, "leave it out");
  }
  return std::nullopt;
}

// What the entry of a registry says besides what every list says.
Status read_tool_rules(Tool& tool) {
  if (auto error = check_tool(tool)) return *error;
  if (Status status = read_patterns(tool.raw, "callers", tool.callers, tool.pointer); !status.ok()) return status;
  return apply_argument_limits(tool);
}

Status check_content_hash(Json root) {
  const auto given = root.find("content_hash");
  if (!given) return {};
  const std::string hash = content_hash(*root.find("tools"));
  if (given->is_string() && given->string() == hash) return {};
  return fail(ErrorCode::kMismatch, "the tools are not those that were pinned", "/content_hash",
              excerpt(to_json_text(*given)), hash);
}

Status read_callers(Json root, RegistryFile& file) {
  const auto callers = root.find("callers");
  if (!callers) return {};
  if (!callers->is_object()) return refuse("\"callers\" is an object", "/callers", *callers, "an object");
  file.has_callers = true;
  for (size_t i = 0; i < callers->size(); ++i) {
    const Json rules = callers->at(i);
    const std::string pointer = pointer_append("/callers", callers->key(i));
    if (!rules.is_object()) return refuse("the rules of a caller are an object", pointer, rules, "an object");
    if (auto error = unknown_member(rules, pointer, {"allow", "deny"})) return *error;
    CallerRules& caller = file.callers.emplace_back();
    caller.caller = callers->key(i);
    caller.has_allow = rules.find("allow").has_value();
    if (Status status = read_patterns(rules, "allow", caller.allow, pointer); !status.ok()) return status;
    if (Status status = read_patterns(rules, "deny", caller.deny, pointer); !status.ok()) return status;
  }
  return {};
}

}  // namespace

Result<RegistryFile> read_registry_file(ToolList& list) {
  const Json root = list.document.root();
  if (auto error = unknown_member(
          root, "", {"$schema", "keyway_registry", "description", "tools", "allow", "deny", "content_hash", "callers",
                     "options"})) {
    return *error;
  }
  const auto version = root.find("keyway_registry");
  if (!version->is_number() || version->integer() != 1) {
    return refuse("a registry of a version that Keyway does not know", "/keyway_registry", *version, "1");
  }
  for (std::string_view name : {"$schema", "description"}) {
    if (Status status = read_string(root, name); !status.ok()) return status.error();
  }
  RegistryFile file;
  file.has_allow = root.find("allow").has_value();
  if (Status status = read_patterns(root, "allow", file.allow); !status.ok()) return status.error();
  if (Status status = read_patterns(root, "deny", file.deny); !status.ok()) return status.error();
  if (Status status = read_options(root, file.options); !status.ok()) return status.error();
  if (Status status = check_content_hash(root); !status.ok()) return status.error();
  if (Status status = read_callers(root, file); !status.ok()) return status.error();
  for (ToolListEntry& entry : list.entries) {
    if (entry.error) continue;
    if (Status status = read_tool_rules(entry.tool); !status.ok()) entry.error = status.error();
  }
  return file;
}

}  // namespace keyway
