// Reading, choosing and writing; see import_tools.h.
#include "tools/import_tools.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <memory>

#include "tools/excerpt.h"
#include "tools/name_pattern.h"
#include "tools/openapi.h"
#include "tools/sha256.h"
#include "tools/tool_list.h"

namespace keyway {
namespace {

struct Patterns {
  std::vector<std::unique_ptr<RE2>> compiled;

  bool match(const std::string& name) const {
    return std::any_of(compiled.begin(), compiled.end(), [&](const auto& pattern) { return RE2::FullMatch(name, *pattern); });
  }
};

Result<std::shared_ptr<Patterns>> compile_patterns(const std::vector<std::string>& texts) {
  auto patterns = std::make_shared<Patterns>();
  const RE2::Options options = name_pattern_options();
  for (const std::string& text : texts) {
    patterns->compiled.push_back(std::make_unique<RE2>(text, options));
    if (patterns->compiled.back()->ok()) continue;
    return fail(ErrorCode::kSyntax, "a pattern that RE2 does not read: " + patterns->compiled.back()->error(), {},
                excerpt(text), "RE2 syntax");
  }
  return patterns;
}

// The servers of an mcp.json-style file, if it is one.
struct Servers {
  Json list;
  std::string pointer;
};
std::optional<Servers> servers_of(Json root) {
  if (!root.is_object() || root.find("tools")) return std::nullopt;
  for (const std::string_view name : {"mcpServers", "servers"}) {
    if (const auto list = root.find(name); list && list->is_object()) return Servers{*list, pointer_append("", name)};
  }
  return std::nullopt;
}

void add_entry(ToolListEntry entry, std::string_view name_prefix, const std::string& pointer, ImportedList& list) {
  ImportedTool& tool = list.tools.emplace_back();
  tool.given_name = entry.tool.name.empty() ? "" : std::string(name_prefix) + entry.tool.name;
  tool.pointer = pointer + entry.tool.pointer;
  tool.parameters_pointer = pointer + entry.tool.parameters_pointer;
  if (entry.error) {
    tool.error = std::move(*entry.error);
    tool.error.pointer = pointer + tool.error.pointer;
    return;
  }
  tool.entry = "\"description\": " + json_quote(entry.tool.description) + ", \"parameters\": " + to_json_text(entry.tool.parameters);
  if (!entry.tool.enabled) tool.entry += ", \"enabled\": false";
  if (entry.tool.tags.empty()) return;
  std::string tags;
  for (const std::string& tag : entry.tool.tags) tags += (tags.empty() ? "" : ", ") + json_quote(tag);
  tool.entry += ", \"tags\": [" + tags + "]";
}

Status read_servers(Json servers, std::string_view place, const Limits& limits, ImportedList& list) {
  for (size_t i = 0; i < servers.size(); ++i) {
    const std::string server(servers.key(i));
    const auto tools = servers.at(i).find("tools");
    const std::string pointer = pointer_append(place, server);
    if (!tools || !tools->is_array()) {
      ImportedTool& missing = list.tools.emplace_back();
      missing.given_name = server;
      missing.pointer = pointer;
      missing.error = fail(ErrorCode::kNotFound, "the file does not hold the tools of this server", pointer,
                           excerpt(to_json_text(servers.at(i))), "\"tools\": the answer of its tools/list");
      continue;
    }
    auto read = read_tool_list(to_json_text(*tools), limits);
    if (!read.ok()) return read.error();
    if (auto missing = pages_missing(servers.at(i), pointer)) list.incomplete.push_back(std::move(*missing));
    for (ToolListEntry& entry : read->entries) add_entry(std::move(entry), server + "__", pointer + "/tools", list);
  }
  return {};
}

// Operations whose tools the reader of lists takes, and the others, in the order of the document.
Status read_operations(Json document, const Limits& limits, ImportedList& list) {
  auto operations = openapi_operations(document, limits.document_bytes);
  if (!operations.ok()) return operations.error();
  std::string text;
  for (const OpenApiOperation& one : *operations) {
    if (!one.error) text += (text.empty() ? "" : ", ") + one.entry;
  }
  auto read = read_tool_list("[" + text + "]", limits);
  if (!read.ok()) return read.error();
  size_t next = 0;
  for (OpenApiOperation& one : *operations) {
    if (!one.error) {
      add_entry(std::move(read->entries[next++]), "", "", list);
    } else {
      ImportedTool& refused = list.tools.emplace_back();
      refused.given_name = std::move(one.name);
      refused.error = std::move(*one.error);
    }
    list.tools.back().pointer = one.pointer;
    list.tools.back().parameters_pointer = pointer_append(one.pointer, "parameters");
  }
  return {};
}

Result<ImportedList> read_any(std::string_view text, const Limits& limits) {
  const auto document = parse_json(text, limits);
  if (!document.ok()) return document.error();
  const Json root = document->root();
  ImportedList list;
  if (const auto servers = servers_of(root)) {
    list.format = "mcp.json";
    if (Status status = read_servers(servers->list, servers->pointer, limits, list); !status.ok()) return status.error();
    return list;
  }
  if (root.is_object() && (root.find("openapi") || root.find("swagger")) && root.find("paths")) {
    list.format = "openapi";
    if (Status status = read_operations(root, limits, list); !status.ok()) return status.error();
    return list;
  }
  auto read = read_tool_list(text, limits);
  if (!read.ok()) return read.error();
  list.format = read->is_registry ? "registry" : "tool list";
  if (read->incomplete) list.incomplete.push_back(std::move(*read->incomplete));
  for (ToolListEntry& entry : read->entries) add_entry(std::move(entry), "", "", list);
  return list;
}

void leave_out(ImportedTool& tool, ErrorCode code, std::string message, std::string allowed) {
  tool.error = fail(code, std::move(message), tool.pointer, excerpt(tool.name), std::move(allowed));
  tool.entry.clear();
}

// All bearers of a name used twice: which one was meant would be a guess.
void refuse_duplicates(ImportedList& list) {
  std::map<std::string, size_t> bearers;
  for (const ImportedTool& tool : list.tools) bearers[tool.name] += !tool.name.empty() && !tool.excluded;
  for (ImportedTool& tool : list.tools) {
    const size_t count = tool.name.empty() ? 0 : bearers[tool.name];
    if (count < 2 || tool.entry.empty()) continue;
    leave_out(tool, ErrorCode::kInvalid, "a name that " + std::to_string(count) + " tools bear", "every name once");
  }
}

}  // namespace

Result<ImportedList> import_tools(std::string_view text, const ImportOptions& options, const Limits& limits) {
  auto list = read_any(text, limits);
  if (!list.ok()) return list;
  const auto allow = compile_patterns(options.allow);
  if (!allow.ok()) return allow.error();
  const auto deny = compile_patterns(options.deny);
  if (!deny.ok()) return deny.error();
  std::vector<bool> used(options.rename.size(), false);
  for (ImportedTool& tool : list->tools) {
    tool.name = tool.given_name;
    for (size_t i = 0; i < options.rename.size(); ++i) {
      if (options.rename[i].first != tool.given_name) continue;
      tool.name = options.rename[i].second;
      used[i] = true;
    }
    if (!tool.name.empty()) tool.name = options.prefix + tool.name;
    const bool allowed = options.allow.empty() || (*allow)->match(tool.given_name);
    tool.excluded = !tool.entry.empty() && (!allowed || (*deny)->match(tool.given_name));
    if (tool.excluded) leave_out(tool, ErrorCode::kNotAllowed, allowed ? "denied" : "not allowed", "");
  }
  for (size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) return fail(ErrorCode::kNotFound, "a tool to rename that the list does not have", {}, options.rename[i].first);
  }
  refuse_duplicates(*list);
  return list;
}

std::string content_hash(Json tools) {
  JsonStyle compact;
  compact.item_separator = ",";
  compact.key_separator = ":";
  return "sha256:" + sha256_hex(to_json_text(tools, compact));
}

std::string registry_text(const ImportedList& list, std::string_view from) {
  std::string tools;
  for (const ImportedTool& tool : list.tools) {
    if (tool.entry.empty()) continue;
    tools += (tools.empty() ? "" : ",\n") + std::string("    {\"name\": ") + json_quote(tool.name) + ", " + tool.entry + "}";
  }
  const auto document = parse_json("[" + tools + "]");
  std::string text = "{\n  \"keyway_registry\": 1,\n  \"description\": " + json_quote("Imported from " + std::string(from));
  // The text was written here from values that were read; it parses.
  text += ",\n  \"content_hash\": " + json_quote(document.ok() ? content_hash(document->root()) : "");
  return text + ",\n  \"tools\": [\n" + tools + "\n  ]\n}\n";
}

}  // namespace keyway
