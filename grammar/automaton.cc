// Rows and the step of a split state; see automaton.h.
#include "grammar/automaton.h"

#include "grammar/listed_texts.h"
#include "grammar/recording.h"
#include "grammar/text_term.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

// The derivative of a choice of alternatives that begin with bytes, such as a letter and its escapes; nullopt where it is none
// such, or several read the byte.
std::optional<TermId> step_letters(TermArena& arena, TermId letters, uint8_t byte, ByteSet& same) {
  TermId found = TermArena::never();
  ByteSet alike = same;
  for (const TermId part : arena.parts(letters)) {
    const bool sequence = arena.kind(part) == TermKind::kSequence;
    const TermId head = sequence ? arena.head(part) : part;
    if (arena.kind(head) != TermKind::kBytes) return std::nullopt;
    const ByteSet& set = arena.byte_set(head);
    const bool taken = set.contains(byte);
    alike = alike & (taken ? set : ~set);
    if (!taken) continue;
    if (found != TermArena::never() || (sequence && arena.records(arena.tail(part)))) return std::nullopt;
    found = sequence ? arena.tail(part) : TermArena::epsilon();
  }
  same = alike;
  return found;
}

// The derivative of one alternative; `text(head, same)` gives that of a text, which other states share.
template <typename Text>
TermId step_alternative(TermArena& arena, State part, uint8_t byte, ByteSet& same, Text text) {
  std::vector<TermId> ways;  // more than one where a text may be over
  for (;;) {
    const TermKind kind = arena.records(part.tail) ? TermKind::kNever : arena.kind(part.head);
    bool over = false;
    std::optional<TermId> stepped;
    if (kind == TermKind::kBytes) {
      const ByteSet& set = arena.byte_set(part.head);
      const bool taken = set.contains(byte);
      same = same & (taken ? set : ~set);
      stepped = taken ? part.tail : TermArena::never();
    } else if (kind == TermKind::kChoice) {
      const auto letter = step_letters(arena, part.head, byte, same);
      if (letter) stepped = arena.sequence(*letter, part.tail);
    } else if (kind == TermKind::kReference && text_state(arena, part.head)) {
      over = arena.nullable(part.head) && part.tail != TermArena::epsilon();
      stepped = arena.sequence(text(part.head, same), part.tail);
    }
    if (!stepped && kind == TermKind::kReference) {
      ByteSet alike;
      auto named = arena.step_names(part.head, byte, alike);
      if (!named && !arena.nullable(part.head)) named = listed_derivative(arena, part.head, byte, alike);
      if (named) {
        same = same & alike;
        stepped = arena.sequence(*named, part.tail);
      }
    }
    if (!stepped) {
      ByteSet alike;
      stepped = derivative(arena, arena.sequence(part.head, part.tail), byte, alike);
      same = same & alike;
    }
    if (!over && ways.empty()) return *stepped;
    if (*stepped != TermArena::never()) ways.push_back(*stepped);
    if (!over) return ways.size() == 1 ? ways[0] : arena.choice(ways);
    const bool sequence = arena.kind(part.tail) == TermKind::kSequence;
    part = sequence ? State{arena.head(part.tail), arena.tail(part.tail)} : State{part.tail, TermArena::epsilon()};
  }
}

}  // namespace

// Of a choice one alternative at a time: most begin with a letter, which tells at once, or are every other key, of which all
// states of an object have one row; by the definition it was unfolded in each, all its classes spelled. Receipt: README.md,
// "Masks, step by step".
TermId Automaton::fill(TermId head, uint8_t byte, bool copies) {
  if (head.value <= TermArena::epsilon().value) return TermArena::never();
  const bool choice = arena_.kind(head) == TermKind::kChoice, reference = arena_.kind(head) == TermKind::kReference;
  const bool lone = choice || (reference && !text_state(arena_, head));
  if (lone) {
    if (const TermId* const known = single_steps_.find(step_key(head, byte))) return *known;
  }
  if (copies && reference && !lone && may_copy(head)) {
    if (const auto copied = fill_like(head, byte)) return *copied;
  }
  ByteSet same = ByteSet::all();
  std::optional<TermId> known = choice      ? step_choice(head, byte, same)
                                : lone      ? arena_.step_names(head, byte, same)
                                : reference ? text_derivative(arena_, head, byte, same)
                                            : std::nullopt;
  if (!known && lone && !choice) known = listed_derivative(arena_, head, byte, same);
  const TermId next = known ? *known : derivative(arena_, head, byte, same);
  if (arena_.exhausted()) return TermArena::never();
  // The states inside the names of an object have a row each, and most are asked for one letter.
  if (lone && same.size() == 1 && !has_row(head)) {
    single_steps_.insert(step_key(head, byte), next);
    return next;
  }
  Row& row = row_of(head);
  same.for_each([&](uint8_t b) { row[b] = next.value; });
  return next;
}

Automaton::Row& Automaton::row_of(TermId head) {
  if (rows_.size() <= head.value) rows_.resize(std::max<size_t>(arena_.size(), head.value + 1));
  if (rows_[head.value] == nullptr) rows_[head.value] = new_row();
  return *rows_[head.value];
}

// A class of a pattern has a state for each character that a range may begin with, all alike but for the hyphen. Receipt:
// README.md, "The worst masks".
std::optional<TermId> Automaton::fill_like(TermId text, uint8_t byte) {
  const TextState state = *text_state(arena_, text);
  const auto like = arena_.regexes().like(state.expression);
  if (!like) return std::nullopt;
  if (copied_.find(text.value) == nullptr) copied_.insert(text.value, true);
  const CodePointSet& but = arena_.regexes().set(like->but);
  const bool past_ascii = !but.overlaps(0x80, kMaxCodePoint);
  const auto alike = [&](uint8_t b) { return b < 0x80 ? b != '\\' && !but.contains(b) : past_ascii; };
  const TermId other = text_term(arena_, like->other, state.spelling);
  if (!alike(byte) || !text_state(arena_, other)) return std::nullopt;
  const bool known = has_row(other) && (*rows_[other.value])[byte] != kUnknown;
  const TermId next = known ? TermId((*rows_[other.value])[byte]) : fill(other, byte, false);
  if (arena_.exhausted()) return TermArena::never();
  Row& row = row_of(text);
  const Row& from = *rows_[other.value];
  for (unsigned b = 0; b < row.size(); ++b) {
    if (row[b] == kUnknown && from[b] != kUnknown && alike(static_cast<uint8_t>(b))) row[b] = from[b];
  }
  return next;
}

Automaton::Row* Automaton::new_row() {
  static constexpr size_t kFirst = 4, kMost = 32;
  if (slab_used_ == slab_rows_) {
    const size_t rows = slab_rows_ == 0 ? kFirst : std::min(2 * slab_rows_, kMost);
    slabs_.push_back(std::make_unique_for_overwrite<Row[]>(rows));
    slab_rows_ = rows;
    slab_used_ = 0;
    row_count_ += rows;
  }
  Row* const row = &slabs_.back()[slab_used_++];
  row->fill(kUnknown);
  return row;
}

void Automaton::forget_rows() {
  std::fill(rows_.begin(), rows_.end(), nullptr);
  slabs_.clear();
  slab_rows_ = slab_used_ = row_count_ = 0;
  single_steps_ = FlatMap<TermId>();
  copied_ = FlatMap<bool>();
}

TermId Automaton::step_choice(TermId head, uint8_t byte, ByteSet& same) {
  const auto text = [&](TermId part, ByteSet& alike) {
    const TermId next = step_head(part, byte);
    if (arena_.exhausted()) return TermArena::never();
    const Row& row = *rows_[part.value];
    const ByteSet asked = alike;
    asked.for_each([&](uint8_t b) {
      if (row[b] != next.value) alike.erase(b);
    });
    return next;
  };
  std::vector<TermId> results;
  // Indexed anew each time: stepping may make choices and move the arena's tables. Texts come last: they compare rows for the
  // bytes that are still alike.
  for (const bool texts : {false, true}) {
    for (size_t i = 0; i < arena_.parts(head).size(); ++i) {
      const State part = split(arena_.parts(head)[i]);
      if (text_state(arena_, part.head).has_value() != texts) continue;
      if (!arena_.pay()) break;
      const TermId stepped = step_alternative(arena_, part, byte, same, text);
      if (stepped != TermArena::never()) results.push_back(stepped);
    }
  }
  return results.size() == 1 ? results[0] : arena_.choice(results);
}

State Automaton::join_sequence(TermId stepped, TermId tail) {
  const State to = split(arena_.sequence(stepped, tail));
  if (is_dead(to)) return to;
  if (joined_.size() == kFirstJoined && ++joins_ > kFirstJoined) joined_.assign(kJoined, {});
  joined_[place_of(stepped, tail)] = {stepped, tail, to};
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
