// Lazy terms as references whose state is the part's derivative; see lazy_term.h.
#include "schemas/grammars/lazy_term.h"

#include "grammar/derivative.h"

namespace keyway::grammars {
namespace {

class LazyTerms : public Definition {
 public:
  void set_id(DefinitionId id) { id_ = id; }

  TermId make(TermArena& arena, TermId term) const {
    if (term == TermArena::never()) return term;
    if (arena.nullable(term)) return TermArena::epsilon();
    return arena.reference(id_, term.value, 0, {.nullable = false, .shortest = arena.shortest(term)});
  }

  TermId unfold(TermArena& arena, uint32_t x, uint32_t) override {
    const TermId term(x);
    std::vector<TermId> parts;
    ByteSet seen;
    first_bytes(arena, term).for_each([&](uint8_t byte) {
      if (seen.contains(byte)) return;
      ByteSet same;
      const TermId next = derivative(arena, term, byte, same);
      seen = seen | same;
      parts.push_back(arena.sequence(arena.bytes(same), make(arena, next)));
    });
    for (const TokenId token : next_tokens(arena, term)) {
      const TermId next = token_derivative(arena, term, token);
      parts.push_back(arena.sequence(arena.tokens({token}), make(arena, next)));
    }
    return arena.choice(parts);
  }

 private:
  DefinitionId id_;
};

}  // namespace

TermId lazy_term(TermArena& arena, TermId term) {
  const auto terms = std::make_shared<LazyTerms>();
  terms->set_id(arena.define(terms));
  return terms->make(arena, term);
}

TermId without_empty(TermArena& arena, TermId term) {
  if (!arena.nullable(term) || !arena.pay()) return arena.nullable(term) ? TermArena::never() : term;
  switch (arena.kind(term)) {
    case TermKind::kSequence: {
      const TermId head = arena.head(term), tail = arena.tail(term);
      const TermId with_head = arena.sequence(without_empty(arena, head), tail);
      return arena.choice(with_head, without_empty(arena, tail));
    }
    case TermKind::kChoice: {
      std::vector<TermId> parts(arena.parts(term).begin(), arena.parts(term).end());
      for (TermId& part : parts) part = without_empty(arena, part);
      return arena.choice(parts);
    }
    case TermKind::kRepeat: {
      const uint32_t min = arena.repeat_min(term), max = arena.repeat_max(term);
      const TermId part = arena.part(term);
      const TermId rest = arena.repeat(part, min == 0 ? 0 : min - 1, max == kUnbounded ? kUnbounded : max - 1);
      return arena.sequence(without_empty(arena, part), rest);
    }
    case TermKind::kReference: return without_empty(arena, arena.unfold(term));
    default: return TermArena::never();  // epsilon
  }
}

}  // namespace keyway::grammars
