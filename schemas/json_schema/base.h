// The frozen base of JSON grammars: an arena in which what every schema needs is made already.
//
// Entry points: schema_arena, known_numbers, keep_numbers, known_characters, known_spacing, known_scalars.
// String bodies, numbers and integers are expressions of hundreds of nodes. They are made once per process, stepped through
// all of their states, and copied into the arena of a grammar, where ids mean the same. Receipt: schemas/json_schema/README.md.
// Invariant: a grammar made in a copy of the base has the language that it has in an empty arena, and pays the same for
// what it adds.
// Thread safety: any number of threads. Tested by tests/schemas/json_schema/base_test.cc.
#pragma once

#include <array>
#include <memory>

#include "grammar/flat_map.h"
#include "grammar/term.h"
#include "schemas/json_schema/compile.h"
#include "schemas/json_schema/number_set.h"
#include "schemas/json_schema/spacing.h"

namespace keyway {

// A new arena with what JSON grammars share.
std::unique_ptr<TermArena> schema_arena(const Limits& limits = {});

namespace json_schema {

// What is known of numbers in this arena; null before keep_numbers.
const KnownNumbers* known_numbers(TermArena& arena, NumberSpelling spelling);
// Keeps it for the next schema of the arena.
void keep_numbers(TermArena& arena, NumberSpelling spelling, const KnownNumbers& numbers);

// The term of each ASCII character in a JSON string, by code point; never() for those that names seldom have.
using CharacterTerms = std::array<TermId, 128>;
// Null in an arena without the base. Good as long as the arena.
const CharacterTerms* known_characters(TermArena& arena);
// That of JSON with flexible white space; null in an arena without the base. Good as long as the arena.
const Spacing* known_spacing(TermArena& arena);
// Values in JSON that most schemas have.
struct KnownScalars {
  TermId null_value, true_value, false_value;
  TermId any_string;       // with its quotes
  FlatMap<TermId> numbers;  // of NumberSpelling::kAny, by key_of their set
};
// Null in an arena without the base. Good as long as the arena.
const KnownScalars* known_scalars(TermArena& arena);

}  // namespace json_schema
}  // namespace keyway
