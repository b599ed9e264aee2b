// The parameters of a registry's tools to terms, each on its own.
//
// Entry points: compile_tools, schema_options, cache_binding. A tool whose parameters do not compile, or that no arguments satisfy, is
// refused with the JSON Pointer in its list; the others work. Arguments are an object whatever the schema would take.
// Tested by tests/tools/compile_tools_test.cc.
#pragma once

#include <string>
#include <vector>

#include "schemas/json_schema/compile.h"
#include "tools/call_parser.h"
#include "tools/compiled_cache.h"
#include "tools/registry.h"
#include "tools/tool_grammar.h"

namespace keyway {

struct ToolReport {
  std::string name;
  SchemaReport report;  // pointers are relative to the tool's parameters
};

struct CompiledTools {
  std::vector<ToolTerm> terms;      // of the callable tools, in the order of the list
  std::vector<ToolReport> reports;  // of all tools that were compiled, the refused ones too
};

// The callable tools, for CallParserPlan::create_for; with the kinds of their parameters where they have been compiled.
std::vector<CallableTool> callable_tools(const Registry& registry, const CompiledTools& tools);

// How tools are compiled where nobody says otherwise: `format` asserts, so that a call is not sent away for a date that
// the tool cannot read; a format that is not known is an annotation.
SchemaOptions tool_schema_options();

// `base` with what the registry file says. Errors: kUnsupported for an option that is not enforced.
Result<SchemaOptions> schema_options(const RegistryOptions& options, SchemaOptions base = tool_schema_options());

// The term of one tool's arguments, and what is to be said of their schema. Errors: those of the schema, with pointers into the
// list of the tool; kUnsatisfiable where no object satisfies it. Requires: the compiler is of this arena and these options.
Result<ToolTerm> compile_arguments(TermArena& arena, const Tool& tool, const SchemaOptions& options, SchemaCompiler& compiler,
                                   SchemaReport& report);

// What verdicts on parameters depend on beside them: for CompiledCache::open. nullopt where they are not to be kept: other documents,
// arguments or separators in a form of their own.
std::optional<std::string> cache_binding(const SchemaOptions& options, const Limits& limits);

// Compiles every callable tool with a budget of its own (Limits::compile_fuel), and refuses those that fail.
// Errors: that of Registry::usable(); with "strict", the first refusal; that of schema_options.
// With a cache, of the binding that the options have, tools that it holds are compiled when a text names them; the
// others are added to it.
Result<CompiledTools> compile_tools(TermArena& arena, Registry& registry, const SchemaOptions& base = tool_schema_options(),
                                    CompiledCache* cache = nullptr);

}  // namespace keyway
