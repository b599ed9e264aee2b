// Random live terms over a small alphabet, with special tokens and a recursive nonterminal.
#pragma once

#include <memory>
#include <random>

#include "grammar/term.h"
#include "tests/support/toy_vocabulary.h"

namespace keyway::test {

// reference(0, 0): "(" inside ")" inside, or "a"; a context-free language.
class Nest : public Definition {
 public:
  TermId unfold(TermArena& arena, uint32_t, uint32_t) override {
    const TermId parts[] = {arena.literal("("), self(arena), arena.literal(")"), self(arena)};
    return arena.choice(arena.sequence(parts), arena.literal("a"));
  }
  TermId self(TermArena& arena) const { return arena.reference(id, 0, 0, {false, 1}); }
  DefinitionId id;
};

class RandomTerms {
 public:
  RandomTerms(TermArena& arena, std::mt19937& random) : arena_(arena), random_(random) {
    nest_->id = arena.define(nest_);
  }

  TermId make(int depth) {
    const unsigned pick = random_() % (depth == 0 ? 6 : 11);
    switch (pick) {
      case 0: return arena_.literal("ab");
      case 1: return arena_.literal("(");
      case 2: return arena_.bytes(ByteSet::of("abc"));
      case 3: return arena_.literal("bc\"");
      case 4: return nest_->self(arena_);
      case 5: return arena_.tokens(random_() % 2 == 0 ? std::vector<TokenId>{kToyCall}
                                                      : std::vector<TokenId>{kToySpecial, kToyDone});
      case 6: {
        const uint32_t min = random_() % 3;
        return arena_.repeat(make(depth - 1), min, random_() % 3 == 0 ? kUnbounded : min + random_() % 4);
      }
      case 7: return arena_.choice(make(depth - 1), make(depth - 1));
      case 8: return arena_.optional(make(depth - 1));
      default: return arena_.sequence(make(depth - 1), make(depth - 1));
    }
  }

 private:
  TermArena& arena_;
  std::mt19937& random_;
  std::shared_ptr<Nest> nest_ = std::make_shared<Nest>();
};

}  // namespace keyway::test
