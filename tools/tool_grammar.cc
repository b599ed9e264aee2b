// Composition of the answer's term from the parts of a format; see tool_grammar.h.
#include "tools/tool_grammar.h"

#include <algorithm>

#include "tools/excerpt.h"
#include "tools/free_text.h"

namespace keyway {
namespace {

class ToolGrammar {
 public:
  ToolGrammar(TermArena& arena, const BoundFormat& format, const ToolGrammarOptions& options)
      : arena_(arena), format_(format), options_(options) {}

  TermId names_of(std::span<const ToolTerm> tools) {
    const std::span<const Element> after = std::span(format_.call).subspan(name_at() + 1);
    std::vector<std::pair<std::string_view, TermId>> names;
    for (const ToolTerm& tool : tools) names.emplace_back(tool.name, frame(after, tool.arguments));
    return arena_.literals_then(std::move(names));
  }

  TermId answer(const Vocabulary& vocabulary, TermId names) {
    names_ = names;
    for (TokenId token = 0; token < vocabulary.size(); ++token) {
      if (vocabulary.kind(token) != TokenKind::kAdded) continue;
      added_.push_back(token);
      if (!is_delimiter(token)) plain_added_.push_back(token);
    }
    const bool calls = options_.choice.kind != ToolChoiceKind::kNone && names_ != TermArena::never();
    const bool required = options_.choice.kind == ToolChoiceKind::kRequired;
    if (calls) after_trigger_ = section_after_trigger();
    if (options_.in_reasoning && format_.reasoning_end) return reasoning_text(required);
    if (!required) return text(true);
    if (!format_.reasoning_begin) return section();
    const TermId parts[] = {space(), element(*format_.reasoning_begin), reasoning_text(true)};
    return arena_.choice(section(), arena_.sequence(parts));
  }

 private:
  bool is_delimiter(TokenId token) const {
    return std::any_of(format_.tokens.begin(), format_.tokens.end(),
                       [token](const auto& owned) { return owned.second == token; });
  }

  TermId space() {
    return arena_.repeat(arena_.bytes(ByteSet::of(" \t\n\r")), 0, format_.format->space_max);
  }

  TermId element(const Element& element) {
    if (element.kind == ElementKind::kToken) return arena_.tokens({element.token});
    if (element.kind != ElementKind::kSpace) return arena_.literal(element.bytes);
    if (options_.whitespace == Whitespace::kFlexible) return space();
    // Compact leaves out the blanks of json.dumps; a line break is a part of the layout.
    const bool blank = options_.whitespace == Whitespace::kCompact && element.bytes == " ";
    return arena_.literal(blank ? "" : element.bytes);
  }

  // A run of parts, with `arguments` in its place.
  TermId frame(std::span<const Element> elements, TermId arguments = TermArena::never()) {
    std::vector<TermId> parts;
    for (const Element& e : elements) parts.push_back(e.kind == ElementKind::kArguments ? arguments : element(e));
    return arena_.sequence(parts);
  }

  size_t name_at() const {
    size_t name = 0;
    while (format_.call[name].kind != ElementKind::kName) ++name;
    return name;
  }

  // One call, without its first `skip` elements. The names share a trie.
  TermId call(size_t skip) {
    return arena_.sequence(frame(std::span(format_.call).subspan(skip, name_at() - skip)), names_);
  }

  TermId section_after_trigger() {
    const bool own_begin = !format_.section_begin.empty();
    const uint32_t more = options_.max_calls == kUnlimitedCalls ? kUnbounded : options_.max_calls - 1;
    const TermId next = arena_.sequence(frame(format_.between_calls), call(0));
    const TermId parts[] = {
        own_begin ? frame(std::span(format_.section_begin).subspan(1)) : TermArena::epsilon(),
        call(own_begin ? 0 : 1), arena_.repeat(next, 0, more), frame(format_.section_end)};
    return arena_.sequence(parts);
  }

  TermId section() { return arena_.sequence(element(format_.trigger()), after_trigger_); }

  // Content, and calls where there are any. `first`: it begins the answer, so that reasoning may come first.
  TermId text(bool first) {
    FreeTextRules rules;
    rules.tokens = plain_added_;
    rules.start_space = format_.format->space_max;
    const TextExit trigger{format_.trigger(), after_trigger_};
    if (format_.format->content_before_calls) rules.anywhere = trigger;
    else rules.at_start.push_back(trigger);
    if (first && format_.reasoning_begin) rules.at_start.push_back({*format_.reasoning_begin, reasoning_text(false)});
    return free_text(arena_, rules);
  }

  // Reasoning up to its end, and what follows. It may name delimiters, for no call begins in it.
  TermId reasoning_text(bool required) {
    FreeTextRules rules;
    rules.may_end = false;
    std::copy_if(added_.begin(), added_.end(), std::back_inserter(rules.tokens),
                 [this](TokenId token) { return token != format_.reasoning_end->token; });
    rules.anywhere = TextExit{*format_.reasoning_end, required ? arena_.sequence(space(), section()) : text(false)};
    return free_text(arena_, rules);
  }

  TermArena& arena_;
  const BoundFormat& format_;
  const ToolGrammarOptions& options_;
  TermId names_ = TermArena::never();
  std::vector<TokenId> added_;        // all added tokens that are no control tokens
  std::vector<TokenId> plain_added_;  // those that are no delimiter of the format
  TermId after_trigger_ = TermArena::never();
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

Result<TermId> tool_names(TermArena& arena, const BoundFormat& format, std::span<const ToolTerm> tools,
                          const ToolGrammarOptions& options) {
  Result<std::vector<ToolTerm>> chosen = chosen_tools(tools, options.choice);
  if (!chosen.ok()) return chosen.error();
  return ToolGrammar(arena, format, options).names_of(*chosen);
}

Result<TermId> tool_grammar_of(TermArena& arena, const BoundFormat& format, const Vocabulary& vocabulary, TermId names,
                               const ToolGrammarOptions& options) {
  if (arena.exhausted()) return arena.limit_error("compile_fuel");
  if (options.choice.kind == ToolChoiceKind::kRequired && names == TermArena::never()) {
    return fail(ErrorCode::kInvalid, "a call is required and there is no tool", "tool_choice", "required", "at least one tool");
  }
  const TermId answer = ToolGrammar(arena, format, options).answer(vocabulary, names);
  if (arena.exhausted()) return arena.limit_error("compile_fuel");
  return answer;
}

Result<TermId> tool_grammar(TermArena& arena, const BoundFormat& format, const Vocabulary& vocabulary,
                            std::span<const ToolTerm> tools, const ToolGrammarOptions& options) {
  const Result<TermId> names = tool_names(arena, format, tools, options);
  if (!names.ok()) return names.error();
  return tool_grammar_of(arena, format, vocabulary, *names, options);
}

}  // namespace keyway
