// What fuzz targets of grammar front ends share: compile within a small budget, step a text, follow shortest promises.
//
// Entry point: step_grammar.
#pragma once

#include <string_view>

#include "grammar/derivative.h"
#include "tests/fuzz/fuzz.h"

namespace keyway::fuzz {

// compile(arena) -> Result<TermId>. Checks errors, and that no state of the text is a dead end.
template <typename Compile>
void step_grammar(std::string_view text, Compile compile) {
  Limits limits;
  limits.arena_bytes = 32u << 20;
  TermArena arena(limits);
  Budget budget(200'000);
  arena.set_budget(&budget);
  const auto term = compile(arena);
  if (!term.ok()) {
    check_error(term.error());
    return;
  }
  TermId at = *term;
  for (const char c : text.substr(0, 64)) {
    if (arena.exhausted()) return;
    check(arena.nullable(at) || !first_bytes(arena, at).empty() || !next_tokens(arena, at).empty() || arena.exhausted());
    const TermId next = derivative(arena, at, static_cast<uint8_t>(c));
    if (next == TermArena::never()) return;
    at = next;
  }
}

}  // namespace keyway::fuzz
