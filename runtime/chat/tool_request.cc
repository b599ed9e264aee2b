// From a tool list to grammar and parser; see tool_request.h. Tested by tests/runtime/cli_test.py.
#include "runtime/chat/tool_request.h"

#include "runtime/compile/cached_tools.h"
#include "schemas/json_schema/base.h"
#include "tools/frame_terms.h"

namespace keyway {
namespace {

Result<std::shared_ptr<Grammar>> compile_grammar(Registry& registry, const BoundFormat& format,
                                                 std::shared_ptr<const Vocabulary> vocabulary,
                                                 const ToolRequestOptions& options, CompiledTools& tools,
                                                 std::optional<Error>& cache_unwritten) {
  auto arena = schema_arena(options.limits);
  if (!registry.entries().empty()) {
    Result<SchemaOptions> spelled = schema_options(registry.options(), options.schema);
    if (!spelled.ok()) return spelled.error();
    spelled->arguments = argument_spelling(*arena, format, options.schema.whitespace);
    Result<CompiledTools> compiled = compile_tools_cached(*arena, registry, *spelled, options.cache, *vocabulary, cache_unwritten);
    if (!compiled.ok()) return compiled.error();
    tools = std::move(*compiled);
  }
  const Result<SchemaOptions> schema = schema_options(registry.options(), options.schema);
  if (!schema.ok()) return schema.error();
  ToolGrammarOptions grammar_options;
  grammar_options.choice = options.choice;
  grammar_options.max_calls =
      options.max_calls.value_or(registry.options().parallel_calls.value_or(kUnlimitedCalls));
  grammar_options.whitespace = schema->whitespace;
  Budget budget(options.limits.compile_fuel);
  arena->set_budget(&budget);
  const Result<TermId> root = tool_grammar(*arena, format, *vocabulary, tools.terms, grammar_options);
  arena->set_budget(nullptr);
  if (!root.ok()) return root.error();
  return Grammar::create(std::move(vocabulary), std::move(arena), *root);
}

}  // namespace

Result<ToolRequest> ToolRequest::create(std::optional<std::string_view> tools_text,
                                        std::shared_ptr<const Vocabulary> vocabulary,
                                        const ToolRequestOptions& options) {
  const auto format = options.format ? Result<std::shared_ptr<const CallFormat>>(options.format) : shipped_call_format("hermes");
  if (!format.ok()) return format.error();
  ToolRequest request;
  if (tools_text) {
    Result<Registry> registry = Registry::load(*tools_text, **format, options.limits, {options.caller});
    if (!registry.ok()) return registry.error();
    request.registry = std::move(*registry);
    if (Status status = exclude_calls(request.registry, options.excluded); !status.ok()) return status.error();
  }
  const auto bound = bind_call_format(*format, vocabulary_lookup(*vocabulary));
  CompiledTools tools;
  if (options.masked) {
    auto grammar = compile_grammar(request.registry, *bound, std::move(vocabulary), options, tools, request.cache_unwritten);
    if (!grammar.ok()) return grammar.error();
    request.grammar = std::move(*grammar);
  }
  request.plan = CallParserPlan::create_for(bound, callable_tools(request.registry, tools));
  return request;
}

}  // namespace keyway
