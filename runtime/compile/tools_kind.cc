// Registry, arguments and names to one term; see tools_kind.h.
#include "runtime/compile/tools_kind.h"

#include "runtime/compile/cached_tools.h"
#include "tools/frame_terms.h"
#include "tools/registry.h"

namespace keyway {
namespace {

// What one list adds.
struct AddedTools {
  std::vector<ToolTerm> terms;
  std::shared_ptr<const std::vector<ToolVerdict>> verdicts;
};

AddedTools judge(const Registry& registry, CompiledTools compiled) {
  auto verdicts = std::make_shared<std::vector<ToolVerdict>>();
  verdicts->reserve(registry.entries().size());
  size_t next = 0;  // reports are in the order of the list, those that were refused before have none
  for (const RegistryEntry& entry : registry.entries()) {
    const bool ok = entry.status == ToolStatus::kCallable;
    ToolVerdict& verdict = verdicts->emplace_back(ToolVerdict{entry.tool.name, ok, ok ? Error{} : entry.error, {}});
    if (entry.status == ToolStatus::kDisabled) verdict.error = fail(ErrorCode::kNotAllowed, "the tool is disabled", entry.tool.pointer);
    if (next < compiled.reports.size() && compiled.reports[next].name == entry.tool.name) {
      verdict.report = std::move(compiled.reports[next++].report);
    }
  }
  return {std::move(compiled.terms), std::move(verdicts)};
}

bool is_taken(const ToolLists& lists, const std::string& name) {
  return std::any_of(lists.sources.begin(), lists.sources.end(),
                     [&](const ToolLists::Source& source) { return source.names->contains(name); });
}

Result<Registry> load(std::string_view text, const ToolLists& lists) {
  Result<Registry> registry = Registry::load(text, *lists.format->format, lists.options.limits);
  if (!registry.ok()) return registry;
  Status fresh = registry->refuse_unless([&](const Tool& tool) -> Status {
    if (!is_taken(lists, tool.name)) return {};
    return fail(ErrorCode::kInvalid, "a name that a tool of an earlier list bears", tool.pointer, tool.name,
                "every name once");
  });
  if (!fresh.ok()) return fresh.error();
  return registry;
}

// Only tools of the choice become callable; a list that is added later need not hold them all.
void keep_chosen(std::vector<ToolTerm>& terms, const ToolChoice& choice) {
  if (choice.names.empty()) return;
  std::erase_if(terms, [&](const ToolTerm& tool) {
    return std::find(choice.names.begin(), choice.names.end(), tool.name) == choice.names.end();
  });
}

Result<AddedTools> compile_list(TermArena& arena, const Vocabulary& vocabulary, std::string_view text, ToolLists& lists,
                                GrammarReport& report) {
  Result<Registry> registry = load(text, lists);
  if (!registry.ok()) return registry.error();
  if (registry->incomplete()) report.incomplete.push_back(*registry->incomplete());
  const bool first = lists.sources.empty();
  if (first) {
    const Result<SchemaOptions> schema = schema_options(registry->options(), lists.schema);
    if (!schema.ok()) return schema.error();
    lists.schema = *schema;
    lists.schema.arguments = argument_spelling(arena, *lists.format, schema->whitespace);
    lists.grammar.whitespace = schema->whitespace;
    lists.grammar.max_calls = lists.options.parallel.value_or(registry->options().parallel_calls.value_or(kUnlimitedCalls));
  }
  const Result<SchemaOptions> schema = schema_options(registry->options(), lists.schema);
  if (!schema.ok()) return schema.error();
  Result<CompiledTools> compiled =
      compile_tools_cached(arena, *registry, *schema, lists.options.cache, vocabulary, report.cache_unwritten);
  if (!compiled.ok()) return compiled.error();
  AddedTools added = judge(*registry, std::move(*compiled));
  if (!first) keep_chosen(added.terms, lists.grammar.choice);
  auto names = std::make_shared<std::unordered_set<std::string>>();
  for (const ToolTerm& tool : added.terms) names->insert(tool.name);
  lists.sources.push_back({std::make_shared<const std::string>(text), std::move(names)});
  return added;
}

// Joins the tools of one more list to `lists` and makes the root again.
Result<KindRoot> add_list(TermArena& arena, const Vocabulary& vocabulary, ToolLists lists, GrammarReport report,
                          std::string_view text) {
  Result<AddedTools> added = compile_list(arena, vocabulary, text, lists, report);
  if (!added.ok()) return added.error();
  const bool first = lists.sources.size() == 1;
  ToolGrammarOptions naming = lists.grammar;
  if (!first) naming.choice.names.clear();  // keep_chosen() has done it
  const Result<ToolNames> names = tool_names(arena, *lists.format, added->terms, naming);
  if (!names.ok()) return names.error();
  lists.names = first ? *names : join_tool_names(arena, lists.names, *names);
  const Result<TermId> root = tool_grammar_of(arena, *lists.format, vocabulary, lists.names, lists.grammar);
  if (!root.ok()) return root.error();
  report.tools.push_back(std::move(added->verdicts));
  return KindRoot{*root, std::move(report), std::make_shared<const ToolLists>(std::move(lists))};
}

}  // namespace

Result<KindRoot> compile_tools_kind(const KindInput& input) {
  ToolLists lists;
  lists.options = input.options;
  const auto format = input.options.format ? Result<std::shared_ptr<const CallFormat>>(input.options.format)
                                           : shipped_call_format(input.options.call_format);
  if (!format.ok()) return format.error();
  lists.format = bind_call_format(*format, vocabulary_lookup(*input.vocabulary));
  if (input.options.reasoning == Reasoning::kNone) {
    auto silent = std::make_shared<BoundFormat>(*lists.format);
    silent->reasoning_begin.clear();
    lists.format = std::move(silent);
  }
  lists.grammar.max_reasoning_tokens = input.options.max_reasoning_tokens;
  lists.grammar.in_reasoning = input.options.reasoning == Reasoning::kOpen;
  Result<ToolChoice> choice = parse_tool_choice(input.options.tool_choice);
  if (!choice.ok()) return choice.error();
  lists.grammar.choice = std::move(*choice);
  lists.schema = input.options.schema;
  lists.schema.formats = input.options.formats.value_or(tool_schema_options().formats);
  return add_list(input.arena, *input.vocabulary, std::move(lists), {}, input.text);
}

Result<KindRoot> extend_tools(TermArena& arena, const Vocabulary& vocabulary, const ToolLists& before,
                              const GrammarReport& report, std::string_view text) {
  return add_list(arena, vocabulary, before, report, text);
}

}  // namespace keyway
