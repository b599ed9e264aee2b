// Reading files and joining what is callable in them; see registry_set.h.
#include "tools/registry_set.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

#include "tools/excerpt.h"
#include "tools/import_tools.h"

namespace keyway {
namespace {

namespace fs = std::filesystem;

struct File {
  std::string path;
  std::string prefix;
};

Error in_file(Error error, const std::string& path) {
  error.pointer = error.pointer.empty() ? path : path + ": " + error.pointer;
  return error;
}

Result<std::string> read_file(const std::string& path, uint64_t limit_bytes) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fail(ErrorCode::kNotFound, "the file cannot be opened", path);
  std::string text;
  char buffer[1 << 16];
  while (stream.read(buffer, sizeof buffer) || stream.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(stream.gcount()));
    if (text.size() > limit_bytes) {
      return fail(ErrorCode::kLimit, "the file is too long", path, {}, "document_bytes " + std::to_string(limit_bytes));
    }
  }
  if (stream.bad()) return fail(ErrorCode::kIo, "the file cannot be read", path);
  return text;
}

Result<std::vector<File>> files_of(const RegistrySource& source) {
  std::error_code code;
  std::vector<std::string> paths;
  if (!fs::is_directory(source.path, code)) paths.push_back(source.path);
  code.clear();  // what is not there is told when it is read
  for (const auto& entry : paths.empty() ? fs::directory_iterator(source.path, code) : fs::directory_iterator()) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  }
  if (code) return fail(ErrorCode::kIo, "the folder cannot be read: " + code.message(), source.path);
  if (paths.empty()) return fail(ErrorCode::kNotFound, "there is no tool list in this folder", source.path, {}, "NAME.json");
  std::sort(paths.begin(), paths.end());
  std::vector<File> files;
  for (std::string& path : paths) {
    const std::string name_space = source.by_file ? fs::path(path).stem().string() : source.name_space;
    files.push_back({std::move(path), name_space.empty() ? "" : name_space + "__"});
  }
  return files;
}

struct ListText {
  std::string text;
  std::vector<ImportedTool> imported;  // those in the text, in order, where the file is not a list itself
};

// Tool lists and registries as they are, the rest through the importer, whose refusals are told here.
Result<ListText> list_text(std::string text, const std::string& path, const Limits& limits, RegistrySet& set) {
  const auto document = parse_json(text, limits);
  if (!document.ok()) return document.error();
  const Json root = document->root();
  if (root.is_array() || (root.is_object() && (root.find("tools") || root.find("result")))) return ListText{std::move(text), {}};
  auto imported = import_tools(text, {}, limits);
  if (!imported.ok()) return imported.error();
  ListText list;
  for (const ImportedTool& tool : imported->tools) {
    if (tool.entry.empty()) set.left_out.push_back({path, tool.name, ToolStatus::kRefused, in_file(tool.error, path)});
    if (!tool.entry.empty()) list.imported.push_back(tool);
  }
  for (const Error& missing : imported->incomplete) set.incomplete.push_back(in_file(missing, path));
  list.text = registry_text(*imported, fs::path(path).filename().string());
  return list;
}

void take_least(std::optional<uint32_t>& into, const std::optional<uint32_t>& other) {
  if (other) into = into ? std::min(*into, *other) : *other;
}

template <typename T>
Status same(std::optional<T>& into, const std::optional<T>& other, const char* name) {
  if (into && other && *into != *other) {
    return fail(ErrorCode::kMismatch, "registries whose options exclude each other", pointer_append("/options", name));
  }
  if (other) into = other;
  return {};
}

Status join_options(RegistryOptions& into, const RegistryOptions& other) {
  if (Status status = same(into.property_order, other.property_order, "property_order"); !status.ok()) return status;
  if (Status status = same(into.whitespace, other.whitespace, "whitespace"); !status.ok()) return status;
  take_least(into.parallel_calls, other.parallel_calls);
  take_least(into.max_string_length, other.max_string_length);
  take_least(into.max_items, other.max_items);
  into.strict = into.strict || other.strict;
  return {};
}

std::string options_text(const RegistryOptions& options) {
  std::string text;
  auto add = [&](const std::string& name, const std::string& value) {
    text += (text.empty() ? "" : ", ") + json_quote(name) + ": " + value;
  };
  if (options.property_order) add("property_order", *options.property_order == PropertyOrder::kAny ? "\"any\"" : "\"declared\"");
  if (options.whitespace) {
    add("whitespace", *options.whitespace == Whitespace::kFlexible    ? "\"flexible\""
                      : *options.whitespace == Whitespace::kJsonDumps ? "\"json_dumps\""
                                                                      : "\"compact\"");
  }
  if (options.parallel_calls) {
    add("parallel_calls", *options.parallel_calls == kUnlimitedCalls ? "true" : std::to_string(*options.parallel_calls));
  }
  if (options.max_string_length) add("max_string_length", std::to_string(*options.max_string_length));
  if (options.max_items) add("max_items", std::to_string(*options.max_items));
  return "{" + text + "}";
}

struct Joined {
  std::string file;
  std::string name;
  std::string entry;  // JSON
  std::string pointer;  // of the tool, and of its parameters, with the file
  std::string parameters_pointer;
};

std::string entry_text(const Tool& tool, const std::string& name) {
  std::string text = "{\"name\": " + json_quote(name) + ", \"description\": " + json_quote(tool.description);
  return text + ", \"parameters\": " + to_json_text(tool.parameters) + "}";
}

Status join_file(const File& file, const CallFormat& format, const RegistryUse& use, const Limits& limits,
                 RegistryOptions& options, std::vector<Joined>& joined, RegistrySet& set) {
  set.files.push_back(file.path);
  auto raw = read_file(file.path, limits.document_bytes);
  if (!raw.ok()) return raw.error();
  const auto text = list_text(std::move(*raw), file.path, limits, set);
  if (!text.ok()) return in_file(text.error(), file.path);
  auto registry = Registry::read(text->text, format, limits, use);
  if (!registry.ok()) return in_file(registry.error(), file.path);
  if (Status status = join_options(options, registry->options()); !status.ok()) return in_file(status.error(), file.path);
  if (registry->incomplete()) set.incomplete.push_back(in_file(*registry->incomplete(), file.path));
  for (size_t i = 0; i < registry->entries().size(); ++i) {
    const RegistryEntry& entry = registry->entries()[i];
    const std::string name = file.prefix + entry.tool.name;
    std::string pointer = entry.tool.pointer, parameters = entry.tool.parameters_pointer;
    if (!text->imported.empty()) {
      pointer = text->imported[i].pointer;
      parameters = text->imported[i].parameters_pointer;
    }
    if (entry.status == ToolStatus::kCallable) {
      joined.push_back({file.path, name, entry_text(entry.tool, name), file.path + ": " + pointer, file.path + ": " + parameters});
      continue;
    }
    Error error = entry.error;
    if (error.pointer.rfind(entry.tool.pointer, 0) == 0) error.pointer = pointer + error.pointer.substr(entry.tool.pointer.size());
    set.left_out.push_back({file.path, name, entry.status, in_file(std::move(error), file.path)});
  }
  return {};
}

}  // namespace

RegistrySource parse_registry_source(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {std::string(text), "", false};
  return {std::string(text.substr(equals + 1)), std::string(text.substr(0, equals)), equals == 0};
}

Result<RegistrySet> read_registry_set(const std::vector<RegistrySource>& sources, const CallFormat& format,
                                      const RegistryUse& use, const Limits& limits) {
  RegistrySet set;
  RegistryOptions options;
  std::vector<Joined> joined;
  for (const RegistrySource& source : sources) {
    const auto files = files_of(source);
    if (!files.ok()) return files.error();
    for (const File& file : *files) {
      if (Status status = join_file(file, format, use, limits, options, joined, set); !status.ok()) return status.error();
    }
  }
  std::map<std::string_view, size_t> bearers;
  for (const Joined& tool : joined) ++bearers[tool.name];
  std::string tools;
  std::vector<const Joined*> taken;
  for (const Joined& tool : joined) {
    if (const size_t count = bearers[tool.name]; count > 1) {
      set.left_out.push_back({tool.file, tool.name, ToolStatus::kRefused,
                              fail(ErrorCode::kInvalid, "tool " + json_quote(excerpt(tool.name, 64)) + ": a name that " +
                                   std::to_string(count) + " tools bear", tool.file, excerpt(tool.name), "every name once")});
      continue;
    }
    tools += (tools.empty() ? "" : ",\n") + tool.entry;
    taken.push_back(&tool);
  }
  set.text = "{\"keyway_registry\": 1, \"options\": " + options_text(options) + ", \"tools\": [\n" + tools + "\n]}\n";
  auto registry = Registry::read(set.text, format, limits);
  if (!registry.ok()) return registry.error();
  set.registry = std::move(*registry);
  for (size_t i = 0; i < taken.size(); ++i) set.registry.set_place(i, taken[i]->pointer, taken[i]->parameters_pointer);
  for (const RegistryEntry& entry : set.registry.entries()) {
    if (entry.status == ToolStatus::kCallable) continue;  // a name past the longest, with its namespace
    set.left_out.push_back({"", entry.tool.name, entry.status, entry.error});
  }
  if (!set.left_out.empty() && options.strict) return set.left_out.front().error;
  if (set.registry.callable().empty() && !set.left_out.empty()) {
    Error error = set.left_out.front().error;
    error.message = "no tool is callable; " + error.message;
    return error;
  }
  if (Status status = set.registry.usable(); !status.ok()) return status.error();
  return set;
}

}  // namespace keyway
