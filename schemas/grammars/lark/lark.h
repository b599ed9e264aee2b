// Lark grammars, in the dialects of llguidance and of XGrammar.
//
// Entry points: compile_lark, LarkOptions. Rules, terminals, %import common, %ignore, %json, %regex, %lark, named grammars,
// special tokens, lazy, suffix, stop, parametric rules; whatever else is refused with line and column.
// A terminal is one regular language; in a rule every terminal is a place where ignored text may come before the next one.
// Lexing is not longest-match-first: a text is in the language if some way of cutting it into terminals is;
// but a lazy rule ends as soon as it may, whatever terminal could go on (lark_rivals.h). max_tokens counts (token_count.h).
// Thread safety: as the arena. Tested by tests/schemas/grammars/lark_test.cc.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "grammar/term.h"
#include "grammar/vocabulary.h"

namespace keyway::grammars {

enum class LarkDialect : uint8_t { kLlguidance, kXGrammar };

struct LarkOptions {
  LarkDialect dialect = LarkDialect::kLlguidance;
  const Vocabulary* vocabulary = nullptr;                       // for special tokens; null: a grammar that names one is refused
  std::map<std::string, std::string, std::less<>> named_grammars;  // what @name means: Lark texts
};

// Requires: the arena has a budget or is unmetered. Errors: kSyntax, kInvalid, kNotFound, kUnsupported with
// "line L, column C" as pointer, kUnsatisfiable, kLimit.
Result<TermId> compile_lark(TermArena& arena, std::string_view text, const LarkOptions& options = {});

}  // namespace keyway::grammars
