// Rows and the step of a split state; see automaton.h.
#include "grammar/automaton.h"

#include "grammar/listed_texts.h"
#include "grammar/recording.h"
#include "grammar/text_term.h"

namespace keyway {
namespace {

// The derivative of one alternative; `text(head, same)` gives that of a text, which other states share.
template <typename Text>
TermId step_alternative(TermArena& arena, State part, uint8_t byte, ByteSet& same, Text text) {
  if (!arena.nullable(part.head) && !arena.records(part.tail)) {
    if (arena.kind(part.head) == TermKind::kBytes) {
      const ByteSet& set = arena.byte_set(part.head);
      const bool taken = set.contains(byte);
      same = taken ? set : ~set;
      return taken ? part.tail : TermArena::never();
    }
    if (text_state(arena, part.head)) return arena.sequence(text(part.head, same), part.tail);
    if (const auto listed = listed_derivative(arena, part.head, byte, same)) return arena.sequence(*listed, part.tail);
  }
  return derivative(arena, arena.sequence(part.head, part.tail), byte, same);
}

}  // namespace

// Of a choice one alternative at a time: most begin with a letter, which tells at once, or are every other key, of which all
// states of an object have one row; by the definition it was unfolded in each, all its classes spelled. Receipt: README.md,
// "Masks, step by step".
TermId Automaton::fill(TermId head, uint8_t byte) {
  if (head.value <= TermArena::epsilon().value) return TermArena::never();
  ByteSet same = ByteSet::all();
  const auto text = [&](TermId part, ByteSet& alike) {
    const TermId next = step_head(part, byte);
    if (arena_.exhausted()) return TermArena::never();
    alike = {};
    for (unsigned b = 0; b < 256; ++b) {
      if ((*rows_[part.value])[b] == next) alike.insert(static_cast<uint8_t>(b));
    }
    return next;
  };
  const auto step_choice = [&] {
    std::vector<TermId> results;
    // Indexed anew each time: stepping may make choices and move the arena's tables.
    for (size_t i = 0; i < arena_.parts(head).size() && arena_.pay(); ++i) {
      ByteSet alike;
      const TermId stepped = step_alternative(arena_, split(arena_.parts(head)[i]), byte, alike, text);
      if (stepped != TermArena::never()) results.push_back(stepped);
      same = same & alike;
    }
    return results.size() == 1 ? results[0] : arena_.choice(results);
  };
  const bool choice = arena_.kind(head) == TermKind::kChoice;
  std::optional<TermId> known = choice ? step_choice() : text_derivative(arena_, head, byte, same);
  if (!known) known = listed_derivative(arena_, head, byte, same);
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
