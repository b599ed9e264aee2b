// Composition of the answer's term from the parts of a format; see tool_grammar.h.
#include "tools/tool_grammar.h"

#include <algorithm>

#include "grammar/token_count.h"
#include "tools/blocks_answer.h"
#include "tools/excerpt.h"
#include "tools/frame_terms.h"
#include "tools/free_text.h"
#include "tools/named_terms.h"

namespace keyway {
namespace {

class ToolGrammar {
 public:
  ToolGrammar(TermArena& arena, const BoundFormat& format, const ToolGrammarOptions& options)
      : arena_(arena),
        format_(format),
        options_(options),
        frames_(arena, format.format->space_max, options.whitespace) {}

  ToolNames names_of(std::span<const ToolTerm> tools) {
    ToolNames names;
    for (const BoundLayout& layout : format_.layouts) {
      const std::span<const Element> after_name = std::span(layout.call).subspan(name_at(layout) + 1);
      size_t arguments = 0;
      while (!holds_arguments(after_name[arguments])) ++arguments;
      std::vector<NamedTerm> named;
      named.reserve(tools.size());
      for (const ToolTerm& tool : tools) named.push_back({tool.name, tool.arguments});
      names.by_layout.push_back(named_terms(arena_, std::move(named), frames_.frame(after_name.first(arguments)),
                                            frames_.frame(after_name.subspan(arguments + 1))));
    }
    return names;
  }

  TermId answer(const Vocabulary& vocabulary, const ToolNames& names) {
    for (TokenId token = 0; token < vocabulary.size(); ++token) {
      if (vocabulary.kind(token) != TokenKind::kAdded) continue;
      added_.push_back(token);
      if (!is_delimiter(token)) plain_added_.push_back(token);
    }
    const bool calls = options_.choice.kind != ToolChoiceKind::kNone && !names.empty();
    const bool required = options_.choice.kind == ToolChoiceKind::kRequired;
    for (size_t i = 0; i < format_.layouts.size(); ++i) {
      after_trigger_.push_back(calls ? section_after_trigger(format_.layouts[i], names, i) : TermArena::never());
    }
    if (!format_.blocks.empty()) return blocks_answer(arena_, blocks(calls, required));
    if (options_.in_reasoning && format_.reasons()) return reasoning_text(required);
    if (!required) return text(true);
    if (!format_.reasons()) return sections();
    const TermId parts[] = {frames_.space(), frames_.frame(format_.reasoning_begin), reasoning_text(true)};
    return arena_.choice(sections(), arena_.sequence(parts));
  }

 private:
  static bool holds_arguments(const Element& element) {
    return element.kind == ElementKind::kArguments || element.kind == ElementKind::kMembers;
  }

  bool is_delimiter(TokenId token) const {
    return std::any_of(format_.tokens.begin(), format_.tokens.end(),
                       [token](const auto& owned) { return owned.second == token; }) ||
           token == format_.mark;
  }

  static size_t name_at(const BoundLayout& layout) {
    size_t name = 0;
    while (layout.call[name].kind != ElementKind::kName) ++name;
    return name;
  }

  // One call, without its first `skip` elements. The names share a trie.
  TermId call(const BoundLayout& layout, TermId names, size_t skip) {
    return arena_.sequence(frames_.frame(std::span(layout.call).subspan(skip, name_at(layout) - skip)), names);
  }

  TermId section_after_trigger(const BoundLayout& layout, const ToolNames& names, size_t index) {
    const bool own_begin = !layout.section_begin.empty();
    const uint32_t more = options_.max_calls == kUnlimitedCalls ? kUnbounded : options_.max_calls - 1;
    std::vector<TermId> calls;
    for (uint32_t other : layout.next) calls.push_back(call(format_.layouts[other], names.by_layout[other], 0));
    const TermId next = arena_.sequence(frames_.frame(layout.between_calls), arena_.choice(calls));
    const TermId parts[] = {
        own_begin ? frames_.frame(std::span(layout.section_begin).subspan(1)) : TermArena::epsilon(),
        call(layout, names.by_layout[index], own_begin ? 0 : 1), arena_.repeat(next, 0, more), frames_.frame(layout.section_end)};
    return arena_.sequence(parts);
  }

  // A section in any layout.
  TermId sections() {
    std::vector<TermId> parts;
    for (size_t i = 0; i < format_.layouts.size(); ++i) {
      parts.push_back(arena_.sequence(frames_.element(format_.layouts[i].trigger()), after_trigger_[i]));
    }
    return arena_.choice(parts);
  }

  // Content, and calls where there are any. `first`: it begins the answer, so that reasoning may come first.
  TermId text(bool first) {
    FreeTextRules rules;
    rules.tokens = plain_added_;
    for (size_t i = 0; i < format_.layouts.size(); ++i) add_exit(format_.layouts[i], after_trigger_[i], rules);
    if (first && format_.reasons()) {
      const TermId rest = arena_.sequence(frames_.frame(std::span(format_.reasoning_begin).subspan(1)), reasoning_text(false));
      rules.exits.push_back({format_.reasoning_begin.front(), rest, Where::kStart, false});
    }
    return free_text(arena_, rules);
  }

  // Layouts that begin alike share their exit, as they do in the parser.
  void add_exit(const BoundLayout& layout, TermId then, FreeTextRules& rules) {
    for (TextExit& exit : rules.exits) {
      const bool same = exit.by.bytes == layout.trigger().bytes && exit.where == layout.where &&
                        exit.name_ahead == layout.name_ahead && exit.key_ahead == layout.key_ahead;
      if (!same) continue;
      exit.then = arena_.choice(exit.then, then);
      return;
    }
    rules.exits.push_back({layout.trigger(), then, layout.where, layout.name_ahead, layout.key_ahead});
  }

  std::vector<TokenId> added_but(const Element& end) const {
    std::vector<TokenId> tokens;
    std::copy_if(added_.begin(), added_.end(), std::back_inserter(tokens),
                 [&end](TokenId token) { return token != end.token; });
    return tokens;
  }

  // Reasoning up to its end, and what follows. It may name delimiters, for no call begins in it.
  TermId reasoning_text(bool required) {
    FreeTextRules rules;
    rules.may_end = false;
    rules.tokens = added_but(format_.reasoning_end);
    const TermId after = required ? arena_.sequence(frames_.space(), sections()) : text(false);
    const bool bounded = options_.max_reasoning_tokens != kUnbounded;
    rules.exits.push_back({format_.reasoning_end, bounded ? TermArena::epsilon() : after, Where::kAnywhere, false});
    const TermId reasoning = free_text(arena_, rules);
    if (!bounded) return reasoning;
    return arena_.sequence(counted_term(arena_, reasoning, options_.max_reasoning_tokens), after);
  }

  BlocksAnswer blocks(bool calls, bool required) {
    BlocksAnswer answer;
    for (const BoundBlock& block : format_.blocks) {
      if (required && !block.reasoning) continue;
      answer.blocks.push_back({frames_.frame(block.begin), block.end, block.reasoning ? added_but(block.end) : plain_added_, block.last,
                               block.reasoning ? options_.max_reasoning_tokens : kUnbounded});
    }
    answer.between = frames_.frame(format_.between_blocks);
    answer.section = calls ? sections() : TermArena::never();
    answer.required = required;
    return answer;
  }

  TermArena& arena_;
  const BoundFormat& format_;
  const ToolGrammarOptions& options_;
  FrameTerms frames_;
  std::vector<TokenId> added_;        // all added tokens that are no control tokens
  std::vector<TokenId> plain_added_;  // those that are no delimiter of the format
  std::vector<TermId> after_trigger_;  // of each layout
};

// The tools that the choice allows.
Result<std::vector<ToolTerm>> chosen_tools(std::span<const ToolTerm> tools, const ToolChoice& choice) {
  if (choice.names.empty()) return std::vector<ToolTerm>(tools.begin(), tools.end());
  std::vector<ToolTerm> chosen;
  for (const std::string& name : choice.names) {
    const auto same_name = [&name](const ToolTerm& tool) { return tool.name == name; };
    const auto found = std::find_if(tools.begin(), tools.end(), same_name);
    if (found == tools.end()) {
      std::string allowed;
      for (const ToolTerm& tool : tools) allowed += (allowed.empty() ? "" : ", ") + tool.name;
      return fail(ErrorCode::kNotFound, "the tool choice names a tool that is not callable", "tool_choice", excerpt(name),
                  excerpt(allowed, 300));
    }
    if (std::none_of(chosen.begin(), chosen.end(), same_name)) chosen.push_back(*found);
  }
  return chosen;
}

// The fewest tokens that surely write what ends a reasoning section.
uint32_t end_tokens(const BoundFormat& format) {
  uint32_t most = 0;
  const auto take = [&most](const Element& end) {
    most = std::max(most, end.kind == ElementKind::kToken ? 1 : static_cast<uint32_t>(end.bytes.size()));
  };
  if (format.reasons()) take(format.reasoning_end);
  for (const BoundBlock& block : format.blocks) {
    if (block.reasoning) take(block.end);
  }
  return most;
}

}  // namespace

Result<ToolChoice> parse_tool_choice(std::string_view text) {
  ToolChoice choice;
  if (text == "auto") return choice;
  choice.kind = text == "none" ? ToolChoiceKind::kNone : ToolChoiceKind::kRequired;
  if (text == "none" || text == "required") return choice;
  for (size_t at = 0; at <= text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    choice.names.emplace_back(text.substr(at, comma - at));
    if (choice.names.back().empty()) {
      return fail(ErrorCode::kInvalid, "a tool choice with an empty name", "tool_choice", excerpt(text),
                  "none, auto, required, a name, or names with commas between them");
    }
    at = comma + 1;
  }
  return choice;
}

TokenLookup vocabulary_lookup(const Vocabulary& vocabulary) {
  return [&vocabulary](std::string_view spelling) { return vocabulary.find(spelling); };
}

bool ToolNames::empty() const {
  return std::all_of(by_layout.begin(), by_layout.end(), [](TermId names) { return names == TermArena::never(); });
}

ToolNames join_tool_names(TermArena& arena, const ToolNames& a, const ToolNames& b) {
  ToolNames joined;
  for (size_t i = 0; i < a.by_layout.size(); ++i) joined.by_layout.push_back(arena.choice(a.by_layout[i], b.by_layout[i]));
  return joined;
}

Result<ToolNames> tool_names(TermArena& arena, const BoundFormat& format, std::span<const ToolTerm> tools,
                          const ToolGrammarOptions& options) {
  Result<std::vector<ToolTerm>> chosen = chosen_tools(tools, options.choice);
  if (!chosen.ok()) return chosen.error();
  return ToolGrammar(arena, format, options).names_of(*chosen);
}

Result<TermId> tool_grammar_of(TermArena& arena, const BoundFormat& format, const Vocabulary& vocabulary, const ToolNames& names,
                               const ToolGrammarOptions& options) {
  if (arena.exhausted()) return arena.limit_error("compile_fuel");
  if (options.choice.kind == ToolChoiceKind::kRequired && names.empty()) {
    return fail(ErrorCode::kInvalid, "a call is required and there is no tool", "tool_choice", "required", "at least one tool");
  }
  if (const uint32_t least = end_tokens(format); options.max_reasoning_tokens < least) {
    return fail(ErrorCode::kInvalid, "too few tokens for the end of the reasoning", "max_reasoning_tokens",
                std::to_string(options.max_reasoning_tokens), "at least " + std::to_string(least));
  }
  const TermId answer = ToolGrammar(arena, format, options).answer(vocabulary, names);
  if (arena.exhausted()) return arena.limit_error("compile_fuel");
  return answer;
}

Result<TermId> tool_grammar(TermArena& arena, const BoundFormat& format, const Vocabulary& vocabulary,
                            std::span<const ToolTerm> tools, const ToolGrammarOptions& options) {
  const Result<ToolNames> names = tool_names(arena, format, tools, options);
  if (!names.ok()) return names.error();
  return tool_grammar_of(arena, format, vocabulary, *names, options);
}

}  // namespace keyway
