// Rows and the step of a split state; see automaton.h.
#include "grammar/automaton.h"

#include "grammar/recording.h"
#include "grammar/text_term.h"

namespace keyway {

TermId Automaton::fill(TermId head, uint8_t byte) {
  if (head.value <= TermArena::epsilon().value) return TermArena::never();
  ByteSet same;
  const std::optional<TermId> known = text_derivative(arena_, head, byte, same);
  const TermId next = known ? *known : derivative(arena_, head, byte, same);
  if (arena_.exhausted()) return TermArena::never();
  if (rows_.size() <= head.value) rows_.resize(std::max<size_t>(arena_.size(), head.value + 1));
  if (!rows_[head.value]) {
    rows_[head.value] = std::make_unique<Row>();
    rows_[head.value]->fill(kUnknown);
    ++row_count_;
  }
  Row& row = *rows_[head.value];
  same.for_each([&](uint8_t b) { row[b] = next; });
  return next;
}

State Automaton::join_sequence(TermId stepped, TermId tail) {
  const State to = split(arena_.sequence(stepped, tail));
  if (!is_dead(to)) joined_[place_of(stepped, tail)] = {stepped, tail, to};
  return to;
}

State Automaton::step_either(State s, uint8_t byte, bool record) {
  State found = dead();
  std::vector<TermId> others;  // more ways to read this byte: the grammar is ambiguous here
  for (;;) {
    const TermId next = step_head(s.head, byte);
    if (next != TermArena::never()) {
      const bool tells = record && arena_.records(s.tail);
      const State way = join(next, tells ? record_byte(arena_, s.tail, byte) : s.tail);
      if (is_dead(found)) {
        found = way;
      } else {
        others.push_back(term(way));
      }
    }
    if (!arena_.nullable(s.head) || s.tail == TermArena::epsilon()) break;
    s = split(s.tail);  // the head may be over: what follows may read the byte as well
  }
  if (others.empty()) return found;
  others.push_back(term(found));
  return split(arena_.choice(others));
}

State Automaton::step_token(State s, TokenId token) {
  const TermId next = token_derivative(arena_, term(s), token);
  return next == TermArena::never() ? dead() : split(next);
}

}  // namespace keyway
