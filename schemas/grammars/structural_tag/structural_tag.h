// Structural tags: XGrammar's JSON that vLLM and SGLang hand every tool call over in.
//
// Entry point: compile_structural_tag. Both forms are read: {"type": "structural_tag", "format": ...} with every format of
// XGrammar's documentation, and the older {"structures": [...], "triggers": [...]}. JSON Schemas keep the declared order
// and close objects that declare properties, as XGrammar does.
// Ensures: the term holds exactly the texts of the format; what is not of the dialect is refused with line and column.
// `max_tokens` of any_text counts tokens (grammar/token_count.h).
// Thread safety: as the arena. Tested by tests/schemas/grammars/structural_tag_test.cc.
#pragma once

#include <string_view>

#include "grammar/term.h"
#include "grammar/vocabulary.h"

namespace keyway::grammars {

// `vocabulary` may be null: then a format that names tokens is refused. Requires: the arena has a budget or is unmetered.
// Errors: kSyntax, kInvalid, kNotFound, kUnsupported with "line L, column C" as pointer, kUnsatisfiable, kLimit.
Result<TermId> compile_structural_tag(TermArena& arena, std::string_view text, const Vocabulary* vocabulary = nullptr);

}  // namespace keyway::grammars
