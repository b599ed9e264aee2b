// Schemas of tools to terms of their arguments; see compile_tools.h.
#include "tools/compile_tools.h"

#include <optional>

#include "grammar/derivative.h"

namespace keyway {
namespace {

// The values that are objects: a schema may take others too, where it has no "type".
TermId objects_only(TermArena& arena, TermId values) {
  return arena.sequence(arena.literal("{"), derivative(arena, values, '{'));
}

// What came of one tool.
struct CompiledTool {
  ToolReport report;
  Result<ToolTerm> term;
};

// The term of one tool's arguments.
Result<ToolTerm> compile_arguments(TermArena& arena, const Tool& tool, const SchemaOptions& options, SchemaCompiler& compiler,
                                   SchemaReport& report) {
  SchemaCompilation compiled = compiler.compile(tool.parameters_document, tool.parameters);
  report = std::move(compiled.report);
  if (compiled.error) {
    compiled.error->pointer = tool.parameters_pointer + compiled.error->pointer;
    return std::move(*compiled.error);
  }
  const bool objects = options.arguments || compiled.only_objects;
  const TermId arguments = objects ? compiled.value : objects_only(arena, compiled.value);
  if (arena.exhausted()) return arena.limit_error("compile_fuel", tool.parameters_pointer);
  if (arguments != TermArena::never()) return ToolTerm{tool.name, arguments, std::move(compiled.parameters)};
  return fail(ErrorCode::kUnsatisfiable, "no object satisfies the parameters", tool.parameters_pointer);
}

// Each tool with a budget of its own. `together`: by one compiler; then nothing is returned where a limit stopped one of
// them, for what it left half made may be part of the others.
std::optional<std::vector<CompiledTool>> compile_each(TermArena& arena, const std::vector<const Tool*>& tools,
                                                      const SchemaOptions& options, bool together) {
  std::vector<CompiledTool> out;
  out.reserve(tools.size());
  std::optional<SchemaCompiler> compiler;
  for (const Tool* tool : tools) {
    Budget own(arena.limits().compile_fuel);
    arena.set_budget(&own);
    if (!compiler || !together) compiler.emplace(arena, options);
    ToolReport report{tool->name, {}};
    Result<ToolTerm> term = compile_arguments(arena, *tool, options, *compiler, report.report);
    const bool stopped = arena.exhausted();
    arena.set_budget(nullptr);
    if (stopped && together) return std::nullopt;
    out.push_back({std::move(report), std::move(term)});
  }
  return out;
}

}  // namespace

std::vector<CallableTool> callable_tools(const Registry& registry, const CompiledTools& tools) {
  std::vector<CallableTool> callable;
  for (const Tool* tool : registry.callable()) callable.push_back({tool->name, {}});
  for (const ToolTerm& term : tools.terms) {
    for (CallableTool& tool : callable) {
      if (tool.name == term.name) tool.parameters = term.parameters;
    }
  }
  return callable;
}

SchemaOptions tool_schema_options() {
  return {};
}

Result<SchemaOptions> schema_options(const RegistryOptions& options, SchemaOptions base) {
  if (options.max_string_length) base.max_string_length = *options.max_string_length;
  if (options.max_items) base.max_items = *options.max_items;
  if (options.property_order) base.order = *options.property_order;
  if (options.whitespace) base.whitespace = *options.whitespace;
  return base;
}

Result<CompiledTools> compile_tools(TermArena& arena, Registry& registry, const SchemaOptions& base) {
  Result<SchemaOptions> options = schema_options(registry.options(), base);
  if (!options.ok()) return options.error();
  Budget* const outer = arena.budget();
  const std::vector<const Tool*> tools = registry.callable();
  auto compiled = compile_each(arena, tools, *options, true);
  if (!compiled) compiled = compile_each(arena, tools, *options, false);
  arena.set_budget(outer);
  CompiledTools out;
  auto next = compiled->begin();  // the callable tools in the order of the list
  const Status status = registry.refuse_unless([&](const Tool&) -> Status {
    CompiledTool& tool = *next++;
    out.reports.push_back(std::move(tool.report));
    if (!tool.term.ok()) return tool.term.error();
    out.terms.push_back(std::move(*tool.term));
    return {};
  });
  if (!status.ok()) return status.error();
  return out;
}

}  // namespace keyway
