// Arena, budget and binding around a front end; see compile.h.
#include "runtime/compile/compile.h"

#include "runtime/compile/tools_kind.h"
#include "schemas/json_schema/base.h"

namespace keyway {
namespace {

Status check_vocab_size(const CompileOptions& options, const Vocabulary& vocabulary) {
  if (options.vocab_size == 0 || (options.vocab_size >= vocabulary.size() && options.vocab_size <= kMaxVocabularySize)) return {};
  return fail(ErrorCode::kMismatch, "the model has fewer rows than the tokenizer has tokens, or too many", "/vocab_size",
              std::to_string(options.vocab_size),
              std::to_string(vocabulary.size()) + " to " + std::to_string(kMaxVocabularySize));
}

Result<CompiledGrammar> bind(const std::shared_ptr<const Vocabulary>& vocabulary, std::unique_ptr<TermArena> arena, KindRoot root,
                             const CompileOptions& options) {
  auto grammar = Grammar::create(vocabulary, std::move(arena), root.term, options.stop_tokens);
  if (!grammar.ok()) return grammar.error();
  const State start = (*grammar)->start();
  return CompiledGrammar{std::move(*grammar), start, std::move(root.report), std::move(root.tools), options.max_rollback,
                         mask_words(std::max(options.vocab_size, vocabulary->size())),
                         static_cast<size_t>(options.limits.arena_bytes / 2)};
}

// Runs front end after front end in one metered arena of its own, and binds the last root.
template <typename Make>
Result<CompiledGrammar> compile_fresh(const std::shared_ptr<const Vocabulary>& vocabulary, const CompileOptions& options, Make make) {
  auto arena = schema_arena(options.limits);
  Budget budget(options.limits.compile_fuel);
  arena->set_budget(&budget);
  Result<KindRoot> root = make(*arena);
  if (!root.ok()) return root.error();
  if (arena->exhausted()) return arena->limit_error("compile_fuel");
  arena->set_budget(nullptr);
  return bind(vocabulary, std::move(arena), std::move(*root), options);
}

// All lists of `before` and one more, from their texts.
Result<CompiledGrammar> compile_again(const std::shared_ptr<const Vocabulary>& vocabulary, const ToolLists& before, std::string_view tools) {
  return compile_fresh(vocabulary, before.options, [&](TermArena& arena) -> Result<KindRoot> {
    Result<KindRoot> root = compile_tools_kind({arena, *before.sources[0].text, before.options, vocabulary});
    for (size_t i = 1; i <= before.sources.size() && root.ok(); ++i) {
      const std::string_view text = i < before.sources.size() ? std::string_view(*before.sources[i].text) : tools;
      root = extend_tools(arena, *vocabulary, *root->tools, root->report, text);
    }
    return root;
  });
}

}  // namespace

Result<CompiledGrammar> compile_grammar(const std::shared_ptr<const Vocabulary>& vocabulary, std::string_view kind, std::string_view text,
                                        std::string_view options_text, const FindCallFormat& find_format) {
  Result<CompileOptions> options = read_compile_options(options_text);
  if (!options.ok()) return options.error();
  if (Status status = check_vocab_size(*options, *vocabulary); !status.ok()) return status.error();
  if (kind == "tools" && options->call_format == "model" && find_format) {
    auto format = find_format();
    if (!format.ok()) return format.error();
    options->format = std::move(*format);
  }
  return compile_fresh(vocabulary, *options,
                       [&](TermArena& arena) { return compile_kind(kind, {arena, text, *options, vocabulary}); });
}

Result<CompiledGrammar> extend_grammar(const std::shared_ptr<const Vocabulary>& vocabulary, const CompiledGrammar& before, std::string_view tools) {
  if (!before.tools) return fail(ErrorCode::kInvalid, "only a grammar of the kind tools can be extended");
  if (before.grammar->bytes() > before.tools->options.limits.arena_bytes / 2) {
    return compile_again(vocabulary, *before.tools, tools);
  }
  std::optional<KindRoot> extended;
  const Result<State> start = before.grammar->add_root([&](TermArena& arena) -> Result<TermId> {
    Result<KindRoot> root = extend_tools(arena, *vocabulary, *before.tools, before.report, tools);
    if (!root.ok()) return root.error();
    extended = std::move(*root);
    return extended->term;
  });
  if (!start.ok() && start.error().code == ErrorCode::kLimit) return compile_again(vocabulary, *before.tools, tools);
  if (!start.ok()) return start.error();
  return CompiledGrammar{before.grammar, *start, std::move(extended->report), std::move(extended->tools),
                         before.max_rollback, before.mask_words, before.half_full_bytes};
}

}  // namespace keyway
