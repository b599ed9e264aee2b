// GBNF (llama.cpp) and XGrammar's EBNF, read into terms.
//
// Entry points: compile_gbnf, compile_ebnf, BnfOptions. Both write rules `name ::= ...` of literals, classes, references,
// groups and repetitions; they differ in names, escapes, line ends and in what EBNF adds: options of rules and macros.
// Ensures: the term holds exactly the texts of the root rule; whatever is not of the dialect is refused with its line and
// column. A token that the grammar names is taken as that token, or as its bytes where it is text.
// Thread safety: as the arena. Tested by tests/schemas/grammars/gbnf_test.cc and ebnf_test.cc.
#pragma once

#include <string>
#include <string_view>

#include "grammar/term.h"
#include "grammar/vocabulary.h"
#include "schemas/grammars/rule_graph.h"

namespace keyway::grammars {

struct BnfOptions {
  std::string root = "root";               // the rule that a text must be
  const Vocabulary* vocabulary = nullptr;  // for tokens by id or spelling; null: a grammar that names one is refused
};

// Requires: the arena has a budget or is unmetered. Errors: kSyntax, kInvalid, kNotFound and kUnsupported with
// "line L, column C" as pointer, kUnsatisfiable, kLimit.
Result<TermId> compile_gbnf(TermArena& arena, std::string_view text, const BnfOptions& options = {});
Result<TermId> compile_ebnf(TermArena& arena, std::string_view text, const BnfOptions& options = {});

// The same as a node, for grammars inside other grammars.
Result<NodeId> read_ebnf(RuleGraph& graph, std::string_view text, const BnfOptions& options = {});

}  // namespace keyway::grammars
