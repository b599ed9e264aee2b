// Importing; see registry_import.h. A tool that a call format cannot write or whose schema does not compile is left out of
// the file and told, so that what was imported is what can be called.
#include "runtime/cli/registry_import.h"

#include <cstdio>
#include <fstream>
#include <map>

#include "runtime/cli/inputs.h"
#include "runtime/cli/json_output.h"
#include "runtime/cli/terminal.h"
#include "tools/compile_tools.h"
#include "tools/import_tools.h"

namespace keyway::cli {
namespace {

struct ImportArguments {
  std::string list;
  std::string out;
  std::string pin;
  std::vector<std::string> rename;
  ImportOptions options;
  ToolArguments tools;
};

Status read_renames(ImportArguments& arguments) {
  for (const std::string& text : arguments.rename) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
      return fail(ErrorCode::kInvalid, "a tool is renamed by GIVEN=NAME", "--rename", text, "GIVEN=NAME");
    }
    arguments.options.rename.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return {};
}

// Takes out what cannot be called. Requires: the entries of `registry` are the usable tools of `list`, in order.
void leave_out_uncallable(ImportedList& list, const Registry& registry) {
  size_t at = 0;
  for (ImportedTool& tool : list.tools) {
    if (tool.entry.empty()) continue;
    const RegistryEntry& entry = registry.entries()[at++];
    if (entry.status != ToolStatus::kRefused) continue;
    tool.error = entry.error;
    // Its place in the list it came from, not in the file that is being made.
    std::string& where = tool.error.pointer;
    const std::string &place = entry.tool.pointer, &parameters = entry.tool.parameters_pointer;
    if (where.rfind(parameters, 0) == 0) {
      where = tool.parameters_pointer + where.substr(parameters.size());
    } else if (where.rfind(place, 0) == 0) {
      where = tool.pointer + where.substr(place.size());
    }
    tool.entry.clear();
  }
}

std::string tool_json(const ImportedTool& tool) {
  JsonObject object;
  object.add("given", tool.given_name).add("name", tool.name).add("ok", !tool.entry.empty());
  if (tool.entry.empty()) {
    object.add("excluded", tool.excluded).add("message", tool.error.message).add("at", tool.error.pointer);
    object.add("given_there", tool.error.given).add("allowed", tool.error.allowed);
  }
  return object.text();
}

void report(const ImportedList& list) {
  for (const Error& missing : list.incomplete) std::fprintf(stderr, "incomplete: %s\n", well_formed(missing.to_string()).c_str());
  for (const ImportedTool& tool : list.tools) {
    if (!tool.entry.empty()) continue;
    std::fprintf(stderr, "%s %s: %s\n", tool.excluded ? "excluded" : "refused",
                 well_formed(tool.given_name.empty() ? tool.pointer : tool.given_name).c_str(),
                 well_formed(tool.error.to_string()).c_str());
  }
}

std::string hash_in(const std::string& registry) {
  const auto document = parse_json(registry);
  const auto hash = document.ok() ? document->root().find("content_hash") : std::nullopt;
  return hash ? std::string(hash->string()) : "";
}

Result<int> write_out(const ImportArguments& arguments, const ImportedList& list, const std::string& text, bool json) {
  if (!arguments.out.empty()) {
    std::ofstream stream(arguments.out, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) return fail(ErrorCode::kIo, "the file cannot be written", arguments.out);
  }
  if (json) {
    std::vector<std::string> tools;
    for (const ImportedTool& tool : list.tools) tools.push_back(tool_json(tool));
    JsonObject object;
    object.add("format", list.format).add("content_hash", hash_in(text)).add_raw("incomplete", problems_json(list.incomplete));
    object.add_raw("tools", json_array(tools));
    if (arguments.out.empty()) object.add_raw("registry", to_json_text(parse_json(text)->root()));
    std::printf("%s\n", object.text().c_str());
    return kDone;
  }
  report(list);
  if (arguments.out.empty()) std::fputs(text.c_str(), stdout);
  return kDone;
}

Result<int> run_import(ImportArguments arguments, bool json) {
  if (Status status = read_renames(arguments); !status.ok()) return status.error();
  const auto text = read_text_file(arguments.list);
  if (!text.ok()) return text.error();
  auto list = import_tools(*text, arguments.options);
  if (!list.ok()) return in_file(list.error(), arguments.list);
  const auto format = open_call_format(arguments.tools.call_format);
  if (!format.ok()) return format.error();
  auto registry = Registry::read(registry_text(*list, arguments.list), **format);
  if (!registry.ok()) return in_file(registry.error(), arguments.list);
  TermArena arena;
  if (!registry->entries().empty()) {
    const auto compiled = compile_tools(arena, *registry, layout_options(arguments.tools, tool_schema_options()));
    if (!compiled.ok() && !registry->callable().empty()) return compiled.error();
  }
  leave_out_uncallable(*list, *registry);
  const std::string made = registry_text(*list, arguments.list);
  if (!arguments.pin.empty() && arguments.pin != hash_in(made)) {
    return fail(ErrorCode::kMismatch, "the tools are not those that were pinned", arguments.list, hash_in(made), arguments.pin);
  }
  if (registry->callable().empty()) {
    for (const ImportedTool& tool : list->tools) {
      if (tool.entry.empty() && !tool.excluded) return in_file(tool.error, arguments.list);
    }
    return fail(ErrorCode::kInvalid, "no tool is left to import", arguments.list);
  }
  return write_out(arguments, *list, made, json);
}

}  // namespace

void add_registry_import(CLI::App& app, Program& program) {
  const auto arguments = std::make_shared<ImportArguments>();
  CLI::App* command = add_command(app, program, "import", "Make a registry file of a list, an OpenAPI document or an mcp.json",
                                  "keyway registry import tools.json --prefix web_ --deny 'delete_.*' --out web.json");
  command->add_option("list", arguments->list, "What to import")->required();
  command->add_option("--out", arguments->out, "Where to write the registry; without it, standard output");
  command->add_option("--prefix", arguments->options.prefix, "Before every name");
  command->add_option("--allow", arguments->options.allow, "Only tools whose name this matches (RE2); several times")
      ->allow_extra_args(false);
  command->add_option("--deny", arguments->options.deny, "Not the tools whose name this matches; several times")
      ->allow_extra_args(false);
  command->add_option("--rename", arguments->rename, "GIVEN=NAME; several times")->allow_extra_args(false);
  command->add_option("--pin", arguments->pin, "The content hash that the result must have");
  command->add_option("--call-format", arguments->tools.call_format, "Whose names are legal")->capture_default_str();
  command->callback([arguments, &program] {
    program.action = [arguments, &program] { return run_import(*arguments, program.json); };
  });
}

}  // namespace keyway::cli
