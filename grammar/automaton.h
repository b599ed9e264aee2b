// The byte automaton over terms, built while it is walked: one row of 256 successors per local term.
//
// Entry points: State, Automaton. A state is a term split in two: `head`, the part that reads now, and `tail`, what
// follows it. The tail is the stack: rows are made for heads alone and are shared by every stack, so that the body of a
// string has one row however deep it stands.
//
//   text so far   {"a": [tr            head = <ue>   tail = <more items, then members, then "}">
//
// Invariants: term(step(s, b)) equals derivative(term(s), b) for every byte b; rows are caches: dropping one costs time
// only. A budget that runs out gives a dead state and arena().exhausted(); no row is kept from then on.
// Thread safety: one thread at a time. Tested by tests/grammar/matcher_test.cc.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "grammar/derivative.h"

namespace keyway {

// A plain value. Requires: head is no sequence; the end of a text is {epsilon, epsilon}; dead is {never, epsilon}.
struct State {
  TermId head;
  TermId tail;
  friend bool operator==(const State&, const State&) = default;
};

struct StateHash {
  size_t operator()(const State& s) const noexcept {
    return (uint64_t{s.head.value} << 32 | s.tail.value) * 0x9E3779B97F4A7C15ull >> 7;
  }
};

class Automaton {
 public:
  explicit Automaton(TermArena& arena) : arena_(arena), joined_(kFirstJoined) {}

  TermArena& arena() const { return arena_; }
  State split(TermId term) const {
    if (arena_.kind(term) != TermKind::kSequence) return {term, TermArena::epsilon()};
    return {arena_.head(term), arena_.tail(term)};
  }
  TermId term(State s) const { return arena_.sequence(s.head, s.tail); }
  static State dead() { return {TermArena::never(), TermArena::epsilon()}; }
  static bool is_dead(State s) { return s.head == TermArena::never(); }
  bool accepting(State s) const { return arena_.nullable(s.head) && arena_.nullable(s.tail); }
  // Bytes of a shortest text from here, a special token counting 1; saturates at kLongest.
  uint32_t shortest(State s) const {
    return std::min(arena_.shortest(s.head) + arena_.shortest(s.tail), kLongest);
  }

  // Complexity: O(1) once the row's entry is made, but for heads that may be empty, where the tail is asked too.
  State step(State s, uint8_t byte) {
    if (arena_.records(s.tail)) return step_either(s, byte, true);
    return step_unrecorded(s, byte);
  }
  // The same without telling the tail's recorders of the byte (recording.h): exact for what the state reads next as long as
  // reaches_recorder() is false.
  State step_unrecorded(State s, uint8_t byte) {
    if (arena_.nullable(s.head) && s.tail != TermArena::epsilon()) return step_either(s, byte, false);
    return join(step_head(s.head, byte), s.tail);
  }
  // Whether what a next byte does may depend on what was recorded.
  bool reaches_recorder(State s) const {
    return arena_.recalls(s.head) || (arena_.nullable(s.head) && arena_.recalls(s.tail));
  }
  // What a head becomes, its tail left aside; never() where it dies. Requires: no sequence.
  TermId step_head(TermId head, uint8_t byte) {
    if (arena_.kind(head) == TermKind::kBytes) {
      return arena_.byte_set(head).contains(byte) ? TermArena::epsilon() : TermArena::never();
    }
    if (head.value < rows_.size() && rows_[head.value]) {
      const uint32_t next = (*rows_[head.value])[byte];
      if (next != kUnknown) return TermId(next);
    }
    return fill(head, byte);
  }
  State step_token(State s, TokenId token);

  // Drops all rows, 1 KB each: they are made again where they are asked for. Complexity: O(terms).
  void forget_rows();
  size_t row_bytes() const { return row_count_ * sizeof(Row) + single_steps_.bytes() + copied_.bytes(); }
  size_t bytes() const { return row_bytes() + joined_.size() * sizeof(Joined) + rows_.size() * sizeof(rows_[0]); }

 private:
  // Successors of a head alone, by byte. Entries are made on first use, for all bytes of the same derivative at once: a
  // walk of the trie asks most structural heads for one or two bytes only.
  using Row = std::array<uint32_t, 256>;  // values of ids, which nothing fills in first
  static constexpr uint32_t kUnknown = 0xFFFFFFFFu;
  TermId fill(TermId head, uint8_t byte, bool copies = true);
  // Where a text is like another one (RegexArena::like) the rows of both are filled from that one; nullopt where that says
  // nothing of the byte.
  std::optional<TermId> fill_like(TermId text, uint8_t byte);
  bool has_row(TermId head) const { return head.value < rows_.size() && rows_[head.value]; }
  Row& row_of(TermId head);
  Row* new_row();
  // Asked once: most texts are like no other.
  bool may_copy(TermId text) const { return !has_row(text) || (copied_.find(text.value) != nullptr); }
  // Requires: a choice. `same` becomes bytes that have the same derivative.
  TermId step_choice(TermId head, uint8_t byte, ByteSet& same);
  static uint64_t step_key(TermId head, uint8_t byte) { return uint64_t{head.value} << 8 | byte; }
  // Where the head may be empty, or recorders of the tail are to be told.
  State step_either(State s, uint8_t byte, bool record);
  // What a step of the head became, in front of its tail.
  State join(TermId stepped, TermId tail) {
    if (stepped == TermArena::never()) return dead();
    if (stepped == TermArena::epsilon()) return split(tail);
    if (tail == TermArena::epsilon()) return split(stepped);
    if (arena_.kind(stepped) != TermKind::kSequence) return {stepped, tail};
    const Joined& known = joined_[place_of(stepped, tail)];
    if (known.stepped == stepped && known.tail == tail) return known.to;
    return join_sequence(stepped, tail);
  }
  State join_sequence(TermId stepped, TermId tail);

  // Joins of late: a walk of the trie comes to the same ones with byte after byte, and each is a search of the arena for
  // every part of what was stepped. Receipt: grammar/README.md, "Masks, step by step".
  struct Joined {
    TermId stepped{0}, tail{0};  // never() where free
    State to{TermId(0), TermId(0)};
  };
  static constexpr size_t kFirstJoined = 16, kJoined = 512;  // powers of two; 8 KB, which a grammar's first mask seldom fills
  size_t place_of(TermId stepped, TermId tail) const {
    return ((uint64_t{stepped.value} << 32 | tail.value) * 0x9E3779B97F4A7C15ull >> 40) & (joined_.size() - 1);
  }

  TermArena& arena_;
  std::vector<Joined> joined_;
  size_t joins_ = 0;  // made, as long as there are few
  std::vector<Row*> rows_;                     // by term id; null where there is none
  std::vector<std::unique_ptr<Row[]>> slabs_;  // where they lie: one by one they cost more to give back than to fill
  size_t slab_rows_ = 0, slab_used_ = 0;       // of the last one
  size_t row_count_ = 0;                       // of all of them
  FlatMap<TermId> single_steps_;               // of choices and names without a row, by head and byte
  FlatMap<bool> copied_;                       // texts whose rows are begun with another's
};

}  // namespace keyway
