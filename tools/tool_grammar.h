// From tools, choice and call format to one term: the answers that a model may give.
//
// Entry points: tool_grammar, parse_tool_choice, vocabulary_lookup.
//   none      text in which nothing commits to a call
//   auto      the same, or text up to a call; from what commits on, name and arguments are exact
//   required  at least one call, and nothing before it but reasoning
// A set of names narrows auto and required to those tools. After the last call comes the end, as the format has it.
// Invariant: an answer of the term is read by CallParser, bound to the same BoundFormat, without an error, and its calls
// are those that the grammar followed.
// Thread safety: as the arena. Tested by tests/tools/tool_grammar_test.cc.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/term.h"
#include "grammar/vocabulary.h"
#include "schemas/json_schema/value_kinds.h"
#include "tools/call_format.h"
#include "tools/registry_options.h"

namespace keyway {

enum class ToolChoiceKind : uint8_t { kNone, kAuto, kRequired };

struct ToolChoice {
  ToolChoiceKind kind = ToolChoiceKind::kAuto;
  std::vector<std::string> names;  // only these tools; empty: all
};

// "none", "auto", "required", a name, or names with commas between them: one of those is required.
Result<ToolChoice> parse_tool_choice(std::string_view text);

struct ToolTerm {
  std::string name;
  TermId arguments;  // the texts of the arguments, as the format writes them. Requires: not never()
  std::vector<ParameterKinds> parameters{};  // where the format does not tell strings from other values
};

struct ToolGrammarOptions {
  ToolChoice choice;
  uint32_t max_calls = kUnlimitedCalls;  // 1: parallel calls off. Requires: not 0
  Whitespace whitespace = Whitespace::kFlexible;  // around the name and arguments, not inside the arguments
  bool in_reasoning = false;             // the prompt has already opened the reasoning section
  uint32_t max_reasoning_tokens = kUnbounded;  // of a reasoning section, its end included (grammar/token_count.h)
};

// The added and special tokens of a vocabulary, for bind_call_format. Requires: outlived by the vocabulary.
TokenLookup vocabulary_lookup(const Vocabulary& vocabulary);

// The tools as one term for each layout of a format: each name followed by what the layout writes between it and the end
// of the call.
struct ToolNames {
  std::vector<TermId> by_layout;
  bool empty() const;  // no tool
};

// Requires: names are unique and legal in the format. Errors: kNotFound for a name in the choice that no tool bears.
Result<ToolNames> tool_names(TermArena& arena, const BoundFormat& format, std::span<const ToolTerm> tools,
                             const ToolGrammarOptions& options = {});

// The tools of two lists with different names, at the cost of the smaller list. Requires: of the same format.
ToolNames join_tool_names(TermArena& arena, const ToolNames& a, const ToolNames& b);

// tool_grammar() with tools that tool_names() made terms of, by the same options.
Result<TermId> tool_grammar_of(TermArena& arena, const BoundFormat& format, const Vocabulary& vocabulary,
                               const ToolNames& names, const ToolGrammarOptions& options = {});

// Requires: `format` is bound to `vocabulary`; names are unique and legal in the format. Without tools auto is none.
// Errors: kNotFound for a name in the choice that no tool bears; kInvalid where a call is required and there is no tool, or
// where max_reasoning_tokens has no room for the end of the reasoning, byte by byte where no token of the format is;
// kLimit where the arena's budget runs out.
// Complexity: O(bytes of names and format); terms of free text are made on demand.
Result<TermId> tool_grammar(TermArena& arena, const BoundFormat& format, const Vocabulary& vocabulary,
                            std::span<const ToolTerm> tools, const ToolGrammarOptions& options = {});

}  // namespace keyway
