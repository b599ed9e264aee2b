// Schemas of tools to terms of their arguments; see compile_tools.h.
#include "tools/compile_tools.h"

#include <optional>

#include "grammar/derivative.h"
#include "tools/lazy_arguments.h"

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

}  // namespace

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

namespace {

// What the cache tells of a tool; its pointers are made those of this list.
std::optional<CompiledTool> cached_tool(TermArena& arena, const Tool& tool, CompiledCache& cache, const std::string& parameters,
                                        LazyArguments& lazy) {
  std::optional<CachedTool> known = cache.find(parameters);
  if (!known) return std::nullopt;
  ToolReport report{tool.name, std::move(known->report)};
  if (!known->error) return CompiledTool{std::move(report), ToolTerm{tool.name, lazy.add(arena, tool, known->shortest), {}}};
  known->error->pointer = tool.parameters_pointer + known->error->pointer;
  return CompiledTool{std::move(report), std::move(*known->error)};
}

void keep(CompiledCache& cache, const Tool& tool, const std::string& parameters, const TermArena& arena, const CompiledTool& made) {
  CachedTool out{std::nullopt, 0, made.report.report};
  if (made.term.ok()) {
    out.shortest = arena.shortest(made.term->arguments);
  } else {
    out.error = made.term.error();
    // An error is about a place in the parameters, whatever list they stand in.
    if (out.error->pointer.compare(0, tool.parameters_pointer.size(), tool.parameters_pointer) != 0) return;
    out.error->pointer.erase(0, tool.parameters_pointer.size());
  }
  cache.add(parameters, out);
}

// Each tool with a budget of its own. `together`: by one compiler; then nothing is returned where a limit stopped one of
// them, for what it left half made may be part of the others.
std::optional<std::vector<CompiledTool>> compile_each(TermArena& arena, const std::vector<const Tool*>& tools,
                                                      const SchemaOptions& options, bool together, CompiledCache* cache) {
  std::vector<CompiledTool> out;
  std::shared_ptr<LazyArguments> lazy = cache == nullptr ? nullptr : LazyArguments::create(arena, options);
  out.reserve(tools.size());
  std::optional<SchemaCompiler> compiler;
  for (const Tool* tool : tools) {
    const std::string parameters = cache == nullptr ? std::string() : to_json_text(tool->parameters);
    if (cache != nullptr) {
      if (std::optional<CompiledTool> known = cached_tool(arena, *tool, *cache, parameters, *lazy)) {
        out.push_back(std::move(*known));
        continue;
      }
    }
    Budget own(arena.limits().compile_fuel);
    arena.set_budget(&own);
    if (!compiler || !together) compiler.emplace(arena, options);
    ToolReport report{tool->name, {}};
    Result<ToolTerm> term = compile_arguments(arena, *tool, options, *compiler, report.report);
    const bool stopped = arena.exhausted();
    arena.set_budget(nullptr);
    if (stopped && together) return std::nullopt;
    out.push_back({std::move(report), std::move(term)});
    if (cache != nullptr && !stopped) keep(*cache, *tool, parameters, arena, out.back());
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

std::optional<std::string> cache_binding(const SchemaOptions& options, const Limits& limits) {
  if (options.arguments || options.separators || !options.documents.empty()) return std::nullopt;
  std::string out = "keyway " KEYWAY_VERSION;
  const auto add = [&](auto value) { out += " " + std::to_string(static_cast<uint64_t>(value)); };
  add(options.draft);
  add(options.order);
  add(options.whitespace);
  add(options.spelling);
  add(options.max_whitespace);
  add(options.numbers);
  add(options.formats);
  add(options.unknown_keywords);
  add(options.one_of_is_any_of);
  add(options.closed_objects);
  add(options.max_string_length);
  add(options.max_items);
  for (uint64_t limit : {limits.document_bytes, limits.compile_fuel, limits.arena_bytes}) add(limit);
  for (uint32_t limit : {limits.document_depth, limits.nesting, limits.regex_depth, limits.repeat_count,
                         limits.text_bytes, limits.alternatives}) {
    add(limit);
  }
  return out;
}

Result<CompiledTools> compile_tools(TermArena& arena, Registry& registry, const SchemaOptions& base, CompiledCache* cache) {
  Result<SchemaOptions> options = schema_options(registry.options(), base);
  if (!options.ok()) return options.error();
  Budget* const outer = arena.budget();
  const std::vector<const Tool*> tools = registry.callable();
  auto compiled = compile_each(arena, tools, *options, true, cache);
  if (!compiled) compiled = compile_each(arena, tools, *options, false, nullptr);
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
