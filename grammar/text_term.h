// Text terms: a regular language of code points (regex.h) spelled in bytes.
//
// Entry points: TextSpelling, text_term, class_term.
//   kUtf8            the code points in UTF-8 (grammars of kind regex, raw values)
//   kJson            the inside of a JSON string, every spelling that decodes to the text: UTF-8, \uXXXX with digits of
//                    either case, surrogate pairs, the short escapes \" \\ \/ \b \f \n \r \t
//   kJsonCanonical   the inside of a JSON string with only the escapes that json.dumps(ensure_ascii=False) writes
// A text term is a reference whose state is the expression's derivative, so that it grows only where a text goes.
// Invariant: the bytes of text_term(r, s) are exactly the spellings of the texts of r; no quote is included.
// Thread safety: as the arena. Tested by tests/grammar/text_term_test.cc.
#pragma once

#include <optional>

#include "grammar/term.h"

namespace keyway {

enum class TextSpelling : uint8_t { kUtf8, kJson, kJsonCanonical };

// The spellings of one code point of the class.
TermId class_term(TermArena& arena, const CodePointSet& set, TextSpelling spelling);

// Requires: r is an expression of arena.regexes(). never() where r is empty, or where the budget ran out
// (arena.exhausted() tells).
TermId text_term(TermArena& arena, RegexId r, TextSpelling spelling);

// The expression and spelling of a text term; nullopt for every other term.
struct TextState {
  RegexId expression;
  TextSpelling spelling;
};
std::optional<TextState> text_state(TermArena& arena, TermId term);

// For the copy of an arena, whose first definition the texts are.
std::shared_ptr<TextTerms> copy_text_terms(const TextTerms& terms);
std::shared_ptr<Definition> as_definition(const std::shared_ptr<TextTerms>& terms);

}  // namespace keyway
