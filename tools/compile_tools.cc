// Schemas of tools to terms of their arguments; see compile_tools.h.
#include "tools/compile_tools.h"

#include "grammar/derivative.h"

namespace keyway {
namespace {

// The values that are objects: a schema may take others too, where it has no "type".
TermId objects_only(TermArena& arena, TermId values) {
  return arena.sequence(arena.literal("{"), derivative(arena, values, '{'));
}

// The term of one tool's arguments.
Result<ToolTerm> compile_arguments(TermArena& arena, const Tool& tool, const SchemaOptions& options,
                                   SchemaReport& report) {
  SchemaCompilation compiled = compile_json_schema(arena, tool.parameters_document, tool.parameters, options);
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
  CompiledTools out;
  Budget* const outer = arena.budget();
  const Status status = registry.refuse_unless([&](const Tool& tool) -> Status {
    Budget own(arena.limits().compile_fuel);
    arena.set_budget(&own);
    out.reports.push_back({tool.name, {}});
    Result<ToolTerm> arguments = compile_arguments(arena, tool, *options, out.reports.back().report);
    arena.set_budget(outer);
    if (!arguments.ok()) return arguments.error();
    out.terms.push_back(std::move(*arguments));
    return {};
  });
  if (!status.ok()) return status.error();
  return out;
}

}  // namespace keyway
