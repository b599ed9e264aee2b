// Text terms: a regular language of code points (regex.h) spelled in bytes.
//
// Entry points: TextSpelling, text_term, class_term.
//   kUtf8            the code points in UTF-8 (grammars of kind regex, raw values)
//   kJson            the inside of a JSON string, every spelling that decodes to the text: UTF-8, \uXXXX with digits of
//                    either case, surrogate pairs, the short escapes \" \\ \/ \b \f \n \r \t
//   kJsonCanonical   the inside of a JSON string with only the escapes that json.dumps(ensure_ascii=False) writes
//   json_spelling()  the inside of a JSON string without U+007F, with the escapes that are named; what they do not write is
//                    in no text
// A text term is a reference whose state is the expression's derivative, so that it grows only where a text goes.
// Invariant: the bytes of text_term(r, s) are exactly the spellings of the texts of r; no quote is included.
// Thread safety: as the arena. Tested by tests/grammar/text_term_test.cc.
#pragma once

#include <optional>

#include "grammar/term.h"

namespace keyway {

enum class TextSpelling : uint16_t { kUtf8, kJson, kJsonCanonical };  // and those of json_spelling()

// Which letters may follow a backslash.
struct JsonEscapes {
  std::string_view letters = "\"\\bfnrtu";  // of these; u writes control characters, in digits of either case
  bool u_writes_all = false;                // every code point may be written with u, where letters has it
};
// Requires: letters are of `"\bfnrtu`.
TextSpelling json_spelling(const JsonEscapes& escapes);
// Less u_writes_all.
TextSpelling without_general_escapes(TextSpelling spelling);
// The code points that the spelling can write.
CodePointSet writable(TextSpelling spelling);

// The spellings of one code point of the class.
TermId class_term(TermArena& arena, const CodePointSet& set, TextSpelling spelling);

// Requires: r is an expression of arena.regexes(). never() where r is empty or has no text that can be written, or where the budget ran out
// (arena.exhausted() tells).
TermId text_term(TermArena& arena, RegexId r, TextSpelling spelling);

// The expression and spelling of a text term; nullopt for every other term.
struct TextState {
  RegexId expression;
  TextSpelling spelling;
};
std::optional<TextState> text_state(TermArena& arena, TermId term);

// The derivative of a text term by one byte where it is known without spelling its classes out, and in `same` bytes that
// have it too. nullopt: what the term unfolds to has to be stepped. Ensures: the term that derivative() gives.
// Receipt: grammar/README.md, "Masks, step by step".
std::optional<TermId> text_derivative(TermArena& arena, TermId text, uint8_t byte, ByteSet& same);

// For the copy of an arena, whose first definition the texts are.
std::shared_ptr<TextTerms> copy_text_terms(const TextTerms& terms);
std::shared_ptr<Definition> as_definition(const std::shared_ptr<TextTerms>& terms);

}  // namespace keyway
