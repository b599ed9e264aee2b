// keyway check: what of a schema, or of every tool of a registry, is enforced, narrowed, ignored and refused.
//
// Entry points: add_check_command. Invariant: exit code 2 where a schema is refused or no tool is callable.
// Tested by tests/runtime/cli_test.py.
#include <cstdio>

#include "runtime/cli/commands.h"
#include "runtime/cli/inputs.h"
#include "runtime/cli/json_output.h"
#include "runtime/cli/report.h"
#include "runtime/cli/terminal.h"
#include "tools/compile_tools.h"

namespace keyway::cli {
namespace {

struct CheckArguments {
  std::string file;
  ToolArguments tools;
};

SchemaCompilation compile_alone(const JsonDocument& document, Json root, const SchemaOptions& options) {
  TermArena arena;
  Budget budget(Limits().compile_fuel);
  arena.set_budget(&budget);
  return compile_json_schema(arena, document, root, options);
}

// A list of tools, by its shape: an array, a registry, or an object that holds one under a name that lists use.
bool is_tool_list(Json root) {
  if (root.is_array()) return true;
  if (!root.is_object()) return false;
  if (root.find("keyway_registry") || root.find("jsonrpc")) return true;
  const auto tools = root.find("tools");
  return tools && tools->is_array();
}

Result<int> check_schema(const JsonDocument& document, const SchemaOptions& options, bool json) {
  const SchemaCompilation compiled = compile_alone(document, document.root(), options);
  if (json) {
    std::printf("%s\n", schema_report_json(compiled.report).text().c_str());
  } else {
    print_schema_report(compiled.report, "");
  }
  std::fflush(stdout);
  if (compiled.error) return *compiled.error;
  return kDone;
}

std::string tool_json(const RegistryEntry& entry, const SchemaReport& report) {
  JsonObject object;
  object.add("name", entry.tool.name).add("ok", entry.status == ToolStatus::kCallable);
  object.add("status", tool_status_name(entry.status)).add("pointer", entry.tool.pointer);
  if (entry.status == ToolStatus::kRefused || entry.status == ToolStatus::kExcluded) {
    object.add("message", entry.error.message).add("at", entry.error.pointer);
    object.add("given", entry.error.given).add("allowed", entry.error.allowed);
  }
  return object.add("report", schema_report_json(report)).text();
}

void print_tool(const RegistryEntry& entry, const SchemaReport& report) {
  const Paint paint(stdout);
  const bool ok = entry.status == ToolStatus::kCallable;
  const std::string status(tool_status_name(entry.status));
  std::printf("%s %s", ok ? paint.good(status).c_str() : paint.bad(status).c_str(),
              paint.strong(well_formed(entry.tool.name.empty() ? entry.tool.pointer : entry.tool.name)).c_str());
  if (!ok && !entry.error.message.empty()) std::printf(": %s", well_formed(entry.error.to_string()).c_str());
  std::printf("\n");
  print_schema_report(report, "  ");
}

Result<int> check_registry(const std::string& text, const CheckArguments& arguments, bool json) {
  const auto format = open_call_format(arguments.tools.call_format);
  if (!format.ok()) return format.error();
  auto registry = Registry::read(text, **format);
  if (!registry.ok()) return registry.error();
  TermArena arena;
  const SchemaOptions base = layout_options(arguments.tools, tool_schema_options());
  const auto compiled = compile_tools(arena, *registry, base);
  const auto options = schema_options(registry->options(), base);
  if (!options.ok()) return options.error();
  std::vector<std::string> tools;
  for (const RegistryEntry& entry : registry->entries()) {
    // Compiled once more by itself: the verdict on the list keeps no report where every tool is refused.
    const SchemaReport report = entry.tool.parameters_document
                                    ? compile_alone(entry.tool.parameters_document, entry.tool.parameters, *options).report
                                    : SchemaReport();
    if (json) {
      tools.push_back(tool_json(entry, report));
    } else {
      print_tool(entry, report);
    }
  }
  std::vector<Error> incomplete;
  if (registry->incomplete()) incomplete.push_back(*registry->incomplete());
  for (const Error& missing : incomplete) {
    if (!json) std::printf("incomplete: %s\n", well_formed(missing.to_string()).c_str());
  }
  if (json) {
    JsonObject object;
    object.add_raw("tools", json_array(tools)).add_raw("incomplete", problems_json(incomplete));
    std::printf("%s\n", object.text().c_str());
  }
  std::fflush(stdout);
  if (!compiled.ok()) return compiled.error();
  return kDone;
}

Result<int> run_check(const CheckArguments& arguments, bool json) {
  const auto text = read_text_file(arguments.file);
  if (!text.ok()) return text.error();
  const auto document = parse_json(*text);
  if (!document.ok()) return in_file(document.error(), arguments.file);
  auto code = is_tool_list(document->root()) ? check_registry(*text, arguments, json)
                                             : check_schema(*document, layout_options(arguments.tools, {}), json);
  if (!code.ok()) return in_file(code.error(), arguments.file);
  return code;
}

}  // namespace

void add_check_command(CLI::App& app, Program& program) {
  const auto arguments = std::make_shared<CheckArguments>();
  CLI::App* command = add_command(app, program, "check", "Report what of a schema or of a tool list is enforced",
                                  "keyway check examples/tools/quickstart.json");
  command->add_option("file", arguments->file, "A JSON Schema, a registry, or a tool list")->required();
  command->add_option("--call-format", arguments->tools.call_format, "Whose names are legal")->capture_default_str();
  add_layout_options(*command, arguments->tools);
  command->callback([arguments, &program] {
    program.action = [arguments, &program] { return run_check(*arguments, program.json); };
  });
}

}  // namespace keyway::cli
