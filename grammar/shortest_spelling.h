// The fewest tokens that spell a shortest text of a state: what is proven of a completion without a search.
//
// Entry point: ShortestSpelling::tokens. Of the shortest texts of a state one is fixed, its first byte the first of a fixed
// order that brings the end nearer, its rest that of the state after it; so states on the way to the end share what is
// known. Its tokens are chosen from the end backwards: one token and what the state after it needs.
// Invariants: tokens(s) >= 1 unless s accepts; then some token leads from s to a t with tokens(t) < tokens(s).
// What is kept can be dropped at any time: it comes out the same again.
// Thread safety: one thread at a time. Tested by tests/grammar/completion_test.cc.
#pragma once

#include <unordered_map>
#include <vector>

#include "grammar/automaton.h"
#include "grammar/vocabulary.h"

namespace keyway {

class ShortestSpelling {
 public:
  // Both outlive this.
  ShortestSpelling(Automaton& automaton, const Vocabulary& vocabulary) : automaton_(automaton), vocabulary_(vocabulary) {}

  // At most automaton.shortest(state); that where the text goes over special tokens, is longer than kMostBytes, or the
  // budget ran out. Complexity: per byte of the text that is new, the bytes that the state may read and the tokens there.
  uint32_t tokens(State state);

 private:
  static constexpr uint32_t kMostBytes = 4096;
  static constexpr size_t kMostKnown = size_t{1} << 18;  // 10 MB; the states of one mask are some thousands
  struct Known {
    uint32_t tokens;
    State next;    // after the first byte; dead where the text is not told from here
    uint8_t byte;
  };
  using KnownStates = std::unordered_map<State, Known, StateHash>;

  void extend(State state, std::vector<std::pair<State, Known>>& text);
  uint32_t tokens_along(const std::vector<std::pair<State, Known>>& text, size_t from) const;

  Automaton& automaton_;
  const Vocabulary& vocabulary_;
  KnownStates known_;
};

}  // namespace keyway
