// How many tokens an answer still needs: fewest tokens to an accepting state.
//
// Entry points: Completion::fits, Completion::fewest.
// The shortest length in bytes is known for every term; since every byte is a token of its own (Grammar::create checks
// that), a state with `shortest` bytes left needs at most so many tokens. Only where that bound does not settle the
// question is the exact figure searched: A* over states, each step one token, the estimate being the bytes left over
// the bytes of the longest token.
// Invariant: fits(s, n) is true only if n tokens suffice; it is exact unless the search met kMostExpansions, where the
// bound in bytes is used instead. Thread safety: one thread at a time. Tested by tests/grammar/completion_test.cc.
#pragma once

#include <unordered_map>

#include "grammar/mask_builder.h"

namespace keyway {

class Completion {
 public:
  // All outlive this.
  Completion(Automaton& automaton, MaskBuilder& builder, const Vocabulary& vocabulary)
      : automaton_(automaton), builder_(builder), vocabulary_(vocabulary) {}

  // Whether at most `tokens` tokens lead from the state to an accepting one, the end token not counted.
  bool fits(State state, uint32_t tokens);
  // The fewest tokens to an accepting state, or the bound in bytes where the search was cut off.
  uint32_t fewest(State state);

 private:
  static constexpr uint32_t kMostExpansions = 256;  // states whose tokens are walked in one search
  uint32_t at_least(State state) const;

  Automaton& automaton_;
  MaskBuilder& builder_;
  const Vocabulary& vocabulary_;
  std::unordered_map<State, uint32_t, StateHash> known_;
};

}  // namespace keyway
