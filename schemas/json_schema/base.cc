// What is shared by all schemas; see base.h.
#include "schemas/json_schema/base.h"

#include <optional>
#include <vector>

#include "grammar/automaton.h"
#include "schemas/json_schema/scalar_terms.h"
#include "schemas/json_schema/spacing.h"

namespace keyway {
namespace json_schema {
namespace {

class SchemaPart : public ArenaPart {
 public:
  std::shared_ptr<ArenaPart> copy() const override { return std::make_shared<SchemaPart>(*this); }
  std::optional<KnownNumbers> numbers[3];  // by NumberSpelling
  // Null in an arena without the base.
  std::shared_ptr<const CharacterTerms> characters;
  std::shared_ptr<const Spacing> spacing;
  std::shared_ptr<const KnownScalars> scalars;
};

// Makes every state of a text and the step of each by every byte. Only the arena is filled: rows belong to a grammar.
void walk_all(Automaton& automaton, TermId text) {
  constexpr size_t kMostStates = 200;
  std::vector<State> states{automaton.split(text)};
  for (size_t done = 0; done < states.size() && states.size() < kMostStates; ++done) {
    for (unsigned b = 0; b < 256; ++b) {
      const State next = automaton.step(states[done], static_cast<uint8_t>(b));
      if (Automaton::is_dead(next) || std::find(states.begin(), states.end(), next) != states.end()) continue;
      states.push_back(next);
    }
  }
}

// What the names of members are made of: letters, digits, underscore and hyphen; and what names and constants are as
// expressions. Requires: keep_numbers was called.
void keep_characters(TermArena& arena) {
  for (char c = 0x20; c < 0x7F; ++c) arena.regexes().literal({&c, 1});
  const auto part = std::dynamic_pointer_cast<SchemaPart>(arena.part_of_front_end());
  const ByteSet characters = ByteSet::range('a', 'z') | ByteSet::range('A', 'Z') | ByteSet::range('0', '9') | ByteSet::of("_-");
  CharacterTerms terms{};
  characters.for_each([&](uint8_t c) { terms[c] = class_term(arena, CodePointSet{{c, c}}, TextSpelling::kJson); });
  part->characters = std::make_shared<const CharacterTerms>(terms);
  part->spacing = std::make_shared<const Spacing>(arena, Whitespace::kFlexible, kUnbounded);
}

// Numbers and integers, and the bounds that every tenth schema has of each, down to the shortest text.
std::vector<NumberSet> usual_numbers(NumberAlgebra& numbers) {
  std::vector<NumberSet> sets = {numbers.integers(false), numbers.integers(true), numbers.all()};
  const Decimal zero, one{false, "1", 0};
  for (const NumberSet& set : {numbers.at_least(zero, false), numbers.at_least(zero, true), numbers.at_least(one, false)}) {
    const NumberSet integers[] = {set, numbers.integers(false)};
    sets.push_back(set);
    sets.push_back(numbers.intersect(integers));
  }
  return sets;
}

// Requires: keep_numbers was called.
void keep_scalars(TermArena& arena, NumberAlgebra& numbers, const std::vector<NumberSet>& usual) {
  ScalarTerms scalars(arena, numbers, TextSpelling::kJson);
  KnownScalars known{arena.literal("null"), arena.literal("true"), arena.literal("false"), scalars.string(arena.regexes().all(), false), {}};
  arena.choice(known.true_value, known.false_value);
  for (const NumberSet& set : usual) {
    if (known.numbers.find(key_of(set)) == nullptr) known.numbers.insert(key_of(set), scalars.number(set));
  }
  std::dynamic_pointer_cast<SchemaPart>(arena.part_of_front_end())->scalars = std::make_shared<const KnownScalars>(std::move(known));
}

std::unique_ptr<const TermArena> make_base() {
  auto arena = std::make_unique<TermArena>();
  Automaton automaton(*arena);
  walk_all(automaton, text_term(*arena, arena->regexes().all(), TextSpelling::kJson));
  NumberAlgebra numbers(arena->regexes(), NumberSpelling::kAny);
  for (const NumberSet& set : {numbers.integers(false), numbers.integers(true), numbers.all()}) {
    walk_all(automaton, text_term(*arena, numbers.spellings(set), TextSpelling::kUtf8));
  }
  const std::vector<NumberSet> usual = usual_numbers(numbers);
  keep_numbers(*arena, NumberSpelling::kAny, numbers.known_with_bounds());
  keep_characters(*arena);
  keep_scalars(*arena, numbers, usual);
  const Spacing spacing(*arena, SchemaOptions().whitespace, SchemaOptions().max_whitespace);
  for (TermId separator : {spacing.comma(), spacing.colon(), spacing.inside()}) walk_all(automaton, separator);
  return arena;
}

}  // namespace

const KnownNumbers* known_numbers(TermArena& arena, NumberSpelling spelling) {
  const auto part = std::dynamic_pointer_cast<SchemaPart>(arena.part_of_front_end());
  if (part == nullptr) return nullptr;
  const std::optional<KnownNumbers>& known = part->numbers[static_cast<size_t>(spelling)];
  return known ? &*known : nullptr;
}

void keep_numbers(TermArena& arena, NumberSpelling spelling, const KnownNumbers& numbers) {
  auto part = std::dynamic_pointer_cast<SchemaPart>(arena.part_of_front_end());
  if (part == nullptr) {
    part = std::make_shared<SchemaPart>();
    arena.part_of_front_end() = part;
  }
  part->numbers[static_cast<size_t>(spelling)] = numbers;
}

const CharacterTerms* known_characters(TermArena& arena) {
  const auto part = std::dynamic_pointer_cast<SchemaPart>(arena.part_of_front_end());
  return part != nullptr ? part->characters.get() : nullptr;
}

const Spacing* known_spacing(TermArena& arena) {
  const auto part = std::dynamic_pointer_cast<SchemaPart>(arena.part_of_front_end());
  return part != nullptr ? part->spacing.get() : nullptr;
}

const KnownScalars* known_scalars(TermArena& arena) {
  const auto part = std::dynamic_pointer_cast<SchemaPart>(arena.part_of_front_end());
  return part != nullptr ? part->scalars.get() : nullptr;
}

}  // namespace json_schema

std::unique_ptr<TermArena> schema_arena(const Limits& limits) {
  // A copy of what was made: it keeps what copies share in the form in which they share it.
  static const auto base = std::make_unique<const TermArena>(*json_schema::make_base(), Limits{});
  return std::make_unique<TermArena>(*base, limits);
}

}  // namespace keyway
