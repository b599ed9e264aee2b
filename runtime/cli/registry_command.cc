// keyway registry: import (registry_import.cc), check, list, diff.
//
// Entry points: add_registry_command. Sources are files and folders, PATH, NAMESPACE=PATH or =PATH (namespaces by file).
// check tells every tool and compiles its schema; list prints what a caller may call, with --watch again whenever a file
// changes; diff compares two lists tool by tool. Tested by tests/runtime/cli_test.py.
#include <poll.h>

#include <cstdio>
#include <map>

#include "runtime/cli/commands.h"
#include "runtime/cli/inputs.h"
#include "runtime/cli/interrupt.h"
#include "runtime/cli/json_output.h"
#include "runtime/cli/registry_import.h"
#include "runtime/cli/terminal.h"
#include "tools/compile_tools.h"
#include "tools/import_tools.h"
#include "tools/registry_watch.h"

namespace keyway::cli {
namespace {

struct RegistryArguments {
  std::vector<std::string> sources;
  std::string caller;
  bool watch = false;
  ToolArguments tools;

  std::vector<RegistrySource> parsed() const {
    std::vector<RegistrySource> out;
    for (const std::string& text : sources) out.push_back(parse_registry_source(text));
    return out;
  }
};

std::string hash_of(const RegistrySet& set) {
  const auto document = parse_json(set.text);
  return document.ok() ? content_hash(*document->root().find("tools")) : "";
}

std::string left_out_json(const LeftOut& one) {
  JsonObject object;
  object.add("name", one.name).add("ok", false).add("status", tool_status_name(one.status));
  return object.add("message", one.error.message).add("at", one.error.pointer).add("given", one.error.given)
      .add("allowed", one.error.allowed).text();
}

void print_list(const RegistrySet& set, bool json) {
  std::vector<std::string> tools;
  const Paint paint(stdout);
  for (const Tool* tool : set.registry.callable()) {
    if (json) {
      tools.push_back(JsonObject().add("name", tool->name).add("description", tool->description).text());
    } else {
      const size_t line = tool->description.find('\n');
      std::printf("%s  %s\n", paint.strong(well_formed(tool->name)).c_str(), well_formed(tool->description.substr(0, line)).c_str());
    }
  }
  if (json) {
    std::printf("%s\n", JsonObject().add("content_hash", hash_of(set)).add_raw("tools", json_array(tools)).text().c_str());
  }
  std::fflush(stdout);
}

Result<int> run_list(const RegistryArguments& arguments, bool json) {
  const auto format = open_call_format(arguments.tools.call_format);
  if (!format.ok()) return format.error();
  if (!arguments.watch) {
    const auto set = read_registry_set(arguments.parsed(), **format, {arguments.caller});
    if (!set.ok()) return set.error();
    print_list(*set, json);
    return kDone;
  }
  const Interrupt interrupt;
  const auto watch = RegistryWatch::open(arguments.parsed(), *format, {arguments.caller});
  if (!watch.ok()) return watch.error();
  print_list(*(*watch)->current(), json);
  while (!interrupt.token().stop_requested()) {
    constexpr int kWaitMs = 200;
    pollfd waiting{(*watch)->descriptor(), POLLIN, 0};
    if (::poll(&waiting, 1, kWaitMs) <= 0) continue;
    const auto changed = (*watch)->refresh();
    if (!changed.ok()) print_error(changed.error(), json);
    if (changed.ok() && *changed) print_list(*(*watch)->current(), json);
  }
  return kDone;
}

// Compiles what is callable; what does not compile joins what was left out.
Result<int> run_check(const RegistryArguments& arguments, bool json) {
  const auto format = open_call_format(arguments.tools.call_format);
  if (!format.ok()) return format.error();
  auto set = read_registry_set(arguments.parsed(), **format, {arguments.caller});
  if (!set.ok()) return set.error();
  TermArena arena;
  const auto compiled = compile_tools(arena, set->registry, tool_schema_options());
  for (const RegistryEntry& entry : set->registry.entries()) {
    if (entry.status != ToolStatus::kCallable) set->left_out.push_back({"", entry.tool.name, entry.status, entry.error});
  }
  const size_t callable = set->registry.callable().size();
  if (json) {
    std::vector<std::string> tools;
    for (const Tool* tool : set->registry.callable()) tools.push_back(JsonObject().add("name", tool->name).add("ok", true).text());
    for (const LeftOut& one : set->left_out) tools.push_back(left_out_json(one));
    JsonObject object;
    object.add("files", set->files.size()).add("callable", callable).add("left_out", set->left_out.size());
    object.add_raw("incomplete", problems_json(set->incomplete));
    std::printf("%s\n", object.add("content_hash", hash_of(*set)).add_raw("tools", json_array(tools)).text().c_str());
  } else {
    for (const Error& missing : set->incomplete) std::printf("incomplete: %s\n", well_formed(missing.to_string()).c_str());
    for (const LeftOut& one : set->left_out) {
      std::printf("%s %s: %s\n", std::string(tool_status_name(one.status)).c_str(), well_formed(one.name).c_str(),
                  well_formed(one.error.to_string()).c_str());
    }
    std::printf("%zu tools of %zu files are callable, %zu are left out; %s\n", callable, set->files.size(),
                set->left_out.size(), hash_of(*set).c_str());
  }
  std::fflush(stdout);
  if (!compiled.ok()) return compiled.error();
  return kDone;
}

// The usable tools of a list by name, as JSON.
Result<std::map<std::string, std::string>> tools_of(const std::string& path) {
  const auto text = read_text_file(path);
  if (!text.ok()) return text.error();
  const auto list = import_tools(*text, {});
  if (!list.ok()) return in_file(list.error(), path);
  std::map<std::string, std::string> tools;
  for (const ImportedTool& tool : list->tools) {
    if (!tool.entry.empty()) tools[tool.name] = tool.entry;
  }
  return tools;
}

Result<int> run_diff(const std::string& old_path, const std::string& new_path, bool json) {
  const auto before = tools_of(old_path);
  if (!before.ok()) return before.error();
  const auto after = tools_of(new_path);
  if (!after.ok()) return after.error();
  std::vector<std::string> added, removed, changed;
  size_t same = 0;
  for (const auto& [name, entry] : *before) {
    const auto found = after->find(name);
    if (found == after->end()) removed.push_back(name);
    else if (found->second != entry) changed.push_back(name);
    else ++same;
  }
  for (const auto& [name, entry] : *after) {
    if (!before->count(name)) added.push_back(name);
  }
  if (json) {
    JsonObject object;
    for (auto [title, names] : {std::pair("added", &added), std::pair("removed", &removed), std::pair("changed", &changed)}) {
      std::vector<std::string> quoted;
      for (const std::string& name : *names) quoted.push_back(json_quote(name));
      object.add_raw(title, json_array(quoted));
    }
    std::printf("%s\n", object.add("same", same).text().c_str());
    return kDone;
  }
  for (const std::string& name : added) std::printf("+ %s\n", well_formed(name).c_str());
  for (const std::string& name : removed) std::printf("- %s\n", well_formed(name).c_str());
  for (const std::string& name : changed) std::printf("~ %s\n", well_formed(name).c_str());
  std::printf("%zu added, %zu removed, %zu changed, %zu the same\n", added.size(), removed.size(), changed.size(), same);
  return kDone;
}

void add_sources(CLI::App& command, RegistryArguments& arguments) {
  command.add_option("sources", arguments.sources, "Files and folders: PATH, NAMESPACE=PATH, or =PATH for namespaces by file")
      ->required();
  command.add_option("--caller", arguments.caller, "Who asks, for the rules of callers");
  command.add_option("--call-format", arguments.tools.call_format, "Whose names are legal")->capture_default_str();
}

}  // namespace

void add_registry_command(CLI::App& app, Program& program) {
  CLI::App* registry = app.add_subcommand("registry", "Import, check, list and compare tool lists");
  registry->require_subcommand(1);
  add_registry_import(*registry, program);
  const auto checked = std::make_shared<RegistryArguments>();
  CLI::App* check = add_command(*registry, program, "check", "Tell every tool that cannot be called, and why",
                                "keyway registry check tools/ mail=mail.json");
  add_sources(*check, *checked);
  check->callback([checked, &program] { program.action = [checked, &program] { return run_check(*checked, program.json); }; });
  const auto listed = std::make_shared<RegistryArguments>();
  CLI::App* list = add_command(*registry, program, "list", "Print the tools that can be called",
                               "keyway registry list tools/ --caller assistant --watch");
  add_sources(*list, *listed);
  list->add_flag("--watch", listed->watch, "Print again whenever a file changes");
  list->callback([listed, &program] { program.action = [listed, &program] { return run_list(*listed, program.json); }; });
  const auto paths = std::make_shared<std::pair<std::string, std::string>>();
  CLI::App* diff = add_command(*registry, program, "diff", "Compare two lists tool by tool", "keyway registry diff old.json new.json");
  diff->add_option("old", paths->first, "A list")->required();
  diff->add_option("new", paths->second, "A list")->required();
  diff->callback([paths, &program] {
    program.action = [paths, &program] { return run_diff(paths->first, paths->second, program.json); };
  });
}

}  // namespace keyway::cli
