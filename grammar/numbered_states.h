// States with small numbers and rows of them: what a walk of most of a vocabulary steps.
//
// Entry points: NumberedStates::of, step.
// A step of the automaton asks the arena about the head, the tail and what the head became; most texts have a few dozen
// states, and a walk steps them a hundred thousand times. Receipt: README.md, "The worst masks".
// Invariant: state(step(of(s), b)) is Automaton::step(s, b). Rows are caches: they are dropped together where they are full.
// Thread safety: one thread at a time. Tested by tests/grammar/matcher_test.cc.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "grammar/automaton.h"
#include "grammar/flat_map.h"
#include "grammar/utf8_edges.h"

namespace keyway {

class NumberedStates {
 public:
  using Number = uint16_t;
  static constexpr Number kDead = 0;

  explicit NumberedStates(Automaton& automaton) : automaton_(automaton) {}

  // Requires: the state tells no recorder (recording.h); not full().
  Number of(State state);
  // Complexity: O(1) once the entry is made. kDead, and nothing kept, where the budget ran out. Requires: not full().
  Number step(Number from, uint8_t byte) {
    const Number to = rows_[size_t{from} * 256 + byte];
    return to != kUnknown ? to : fill(from, byte);
  }
  State state(Number number) const { return states_[number]; }
  uint32_t shortest(Number number) const { return shortest_[number]; }

  // Texts of how many bytes of an alphabet, of ASCII and of every code point past it where `past_ascii`, can be read from a
  // state whatever they are: that many, or more. `alphabet` is its number. Looks as far as allow() lets it, and what that cuts
  // short is tried again where twice as much is left.
  // Complexity: memoised. May make the rows full().
  static constexpr uint32_t kAlphabets = 8;
  static constexpr uint8_t kAnyLength = 255;
  struct Safe {
    uint8_t bytes = 0;
    bool decided = false;
    uint32_t longest = 0;  // the largest shortest-length of a state that is met so, or more
  };
  Safe safe(Number from, uint32_t alphabet, const ByteSet& ascii, bool past_ascii) {
    const Safe& known = safe_[size_t{from} * kAlphabets + alphabet];
    if (!known.decided && work_ > needed_) decide_safe(from, alphabet, ascii, past_ascii);
    return safe_[size_t{from} * kAlphabets + alphabet];
  }
  // Work for safe(), beside what is left of it: 1 for a step, and more for what it pays.
  void allow(uint32_t work) { work_ = std::min<int64_t>(work_ + work, kMostWork); }

  bool full() const { return states_.size() >= kMostStates; }
  // Forgets all but the states of those numbers, which get new ones.
  void forget_but(std::span<Number> kept);

 private:
  static constexpr Number kUnknown = 0xFFFF;
  static constexpr size_t kMostStates = 1024;  // half a kilobyte each
  static constexpr size_t kMostMet = 512;
  static constexpr uint8_t kMostBytes = 32;
  static constexpr int64_t kUnitOfWork = 16, kMostWork = 1 << 16;
  struct Met {
    Number at;
    uint8_t utf8;  // state of kUtf8Edges
  };
  void decide_safe(Number from, uint32_t alphabet, const ByteSet& ascii, bool past_ascii);
  bool meet(Met from, uint8_t byte, uint8_t utf8, uint32_t& longest);
  Number fill(Number from, uint8_t byte);
  void clear();

  Automaton& automaton_;
  std::vector<State> states_;       // by number
  std::vector<uint32_t> shortest_;  // by number
  std::vector<Number> rows_;        // (states, 256)
  std::vector<Safe> safe_;          // (states, kAlphabets)
  std::vector<Met> met_;            // of decide_safe()
  std::vector<uint32_t> met_in_;    // (states, kUtf8States), the last search that met it
  uint32_t search_ = 0;
  int64_t work_ = 0, needed_ = 0;
  FlatMap<Number> numbers_;         // by head and tail
};

}  // namespace keyway
