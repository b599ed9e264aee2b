// Rows by derivative classes, and the step of a split state; see automaton.h.
#include "grammar/automaton.h"

namespace keyway {

const Automaton::Row* Automaton::row(TermId head) {
  if (head.value < rows_.size() && rows_[head.value]) return rows_[head.value].get();
  scratch_.fill(TermArena::never());
  for (const ByteSet& set : derivative_classes(arena_, head)) {
    TermId next = TermArena::never();
    bool first = true;
    set.for_each([&](uint8_t b) {
      if (first) next = derivative(arena_, head, b);
      first = false;
      scratch_[b] = next;
    });
  }
  if (arena_.exhausted() || !arena_.pay(16)) {
    scratch_.fill(TermArena::never());
    return &scratch_;
  }
  if (rows_.size() <= head.value) rows_.resize(std::max<size_t>(arena_.size(), head.value + 1));
  rows_[head.value] = std::make_unique<Row>(scratch_);
  ++row_count_;
  return rows_[head.value].get();
}

// What a step of the head became, in front of its tail.
State Automaton::join(TermId stepped, TermId tail) const {
  if (stepped == TermArena::epsilon()) return split(tail);
  if (tail == TermArena::epsilon()) return split(stepped);
  if (arena_.kind(stepped) != TermKind::kSequence) return {stepped, tail};
  return split(arena_.sequence(stepped, tail));
}

State Automaton::step(State s, uint8_t byte) {
  for (;;) {
    TermId next = TermArena::never();
    if (arena_.kind(s.head) == TermKind::kBytes) {
      if (arena_.byte_set(s.head).contains(byte)) next = TermArena::epsilon();
    } else if (s.head.value > TermArena::epsilon().value) {
      next = (*row(s.head))[byte];
    }
    if (!arena_.nullable(s.head) || s.tail == TermArena::epsilon()) {
      return next == TermArena::never() ? dead() : join(next, s.tail);
    }
    if (next == TermArena::never()) {  // only the tail can read this byte
      s = split(s.tail);
      continue;
    }
    const TermId tail_next = derivative(arena_, s.tail, byte);
    if (tail_next == TermArena::never()) return join(next, s.tail);
    return split(arena_.choice(arena_.sequence(next, s.tail), tail_next));
  }
}

State Automaton::step_token(State s, TokenId token) {
  const TermId next = token_derivative(arena_, term(s), token);
  return next == TermArena::never() ? dead() : split(next);
}

}  // namespace keyway
