// Text references: expressions stepped on demand; see text_term.h. The spellings of classes are in class_spelling.cc.
#include "grammar/text_term.h"

#include <unordered_map>

#include "grammar/class_spelling.h"

namespace keyway {

// The nonterminals of texts, one family per arena: x is the expression, y the spelling.
//   text(r) = choice over transitions (C, target) of class(C) text(target), and the empty text where r holds it
// A state that leads back to itself, such as every text, so is its own tail, and masks of it are made once.
class TextTerms : public Definition {
 public:
  TermId unfold(TermArena& arena, uint32_t x, uint32_t y) override {
    const RegexId r(x);
    const TextSpelling spelling = static_cast<TextSpelling>(y);
    const auto list = arena.regexes().transitions(r);
    const std::vector<RegexArena::Transition> steps(list.begin(), list.end());  // a copy: the calls below move it
    std::vector<TermId> choices;
    for (const RegexArena::Transition& step : steps) {
      choices.push_back(arena.sequence(class_term(arena, step.on, spelling), text_term(arena, step.target, spelling)));
    }
    if (arena.regexes().nullable(r)) choices.push_back(TermArena::epsilon());
    return arena.exhausted() ? TermArena::never() : arena.choice(choices);
  }

  TermId class_term(TermArena& arena, ClassId on, TextSpelling spelling) {
    const uint64_t key = (uint64_t{on.value} << 8) | static_cast<uint64_t>(spelling);
    if (auto known = classes_.find(key); known != classes_.end()) return known->second;
    const TermId term = spell_class(arena, arena.regexes().set(on), spelling);
    if (arena.exhausted()) return TermArena::never();
    classes_.emplace(key, term);
    return term;
  }

  DefinitionId id;

 private:
  std::unordered_map<uint64_t, TermId> classes_;
};

namespace {

TextTerms& text_terms(TermArena& arena) {
  if (arena.text_terms() == nullptr) {
    arena.text_terms() = std::make_shared<TextTerms>();
    arena.text_terms()->id = arena.define(arena.text_terms());
  }
  return *arena.text_terms();
}

}  // namespace

TermId class_term(TermArena& arena, const CodePointSet& set, TextSpelling spelling) {
  const RegexId r = arena.regexes().one_of(set);
  const auto list = arena.regexes().transitions(r);
  if (list.empty()) return TermArena::never();
  return text_terms(arena).class_term(arena, list[0].on, spelling);
}

TermId text_term(TermArena& arena, RegexId r, TextSpelling spelling) {
  RegexArena& regexes = arena.regexes();
  if (r == regexes.epsilon()) return TermArena::epsilon();
  const std::optional<bool> empty = regexes.is_empty(r);
  if (!empty.has_value() || *empty) return TermArena::never();
  const auto shortest = regexes.least_weight(r, spelling == TextSpelling::kUtf8 ? least_utf8 : least_json);
  if (!shortest.has_value()) return TermArena::never();
  const TermFacts facts{regexes.nullable(r), *shortest};
  return arena.reference(text_terms(arena).id, r.value, static_cast<uint32_t>(spelling), facts);
}

}  // namespace keyway
