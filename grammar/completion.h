// How many tokens an answer still needs: fewest tokens to an accepting state.
//
// Entry points: Completion::refill, Completion::fits, Completion::fewest.
// Tokens that spell a shortest text are known cheaply (shortest_spelling.h) and suffice. Only where that bound does not
// settle the question is the exact figure searched: A* over states, each step one token, the estimate being the bytes left over
// the bytes of the longest token. Searches share the work of a call (refill); what they prove is kept for every state
// on the way, so that the token after a proof is always allowed by it.
// Invariants: fits(s, n) is true only if n tokens suffice; it is exact unless a search met kMostExpansions or the work
// ran out, where what is proven is used instead. If fits(s, n) was true and s does not accept, then some token leads to a
// state t with fits(t, n - 1), however little work is left.
// Thread safety: one thread at a time. Tested by tests/grammar/completion_test.cc.
#pragma once

#include <optional>
#include <unordered_map>

#include "grammar/mask_builder.h"
#include "grammar/shortest_spelling.h"

namespace keyway {

class Completion {
 public:
  // Fuel that the searches of one call may use, a token looked at counting 1: near the end of the limit thousands of tokens
  // ask for one each, which used up the whole mask_fuel (an error) on the first of the default model's held-out conversations.
  static constexpr uint64_t kSearchFuel = 1'000'000;
  // The same for a mask, where the end is proven and a search can only find more ways to it: a token of an answer close to
  // its limit took 70 ms with all of it, 6 ms with this (receipt: README.md, "The end of an answer").
  static constexpr uint64_t kMaskFuel = 5'000;

  // All outlive this.
  Completion(Automaton& automaton, MaskBuilder& builder, const Vocabulary& vocabulary)
      : automaton_(automaton), builder_(builder), vocabulary_(vocabulary), spelling_(automaton, vocabulary) {}

  // The work that the searches until the next call may cost, in units of the arena's budget.
  void refill(uint64_t fuel = kSearchFuel) { fuel_ = fuel; }

  // Whether at most `tokens` tokens lead from the state to an accepting one, the end token not counted.
  bool fits(State state, uint32_t tokens);
  // The fewest tokens to an accepting state, or the least that is proven where the search was cut off.
  uint32_t fewest(State state);

 private:
  static constexpr uint32_t kMostExpansions = 256;  // states whose tokens are walked in one search
  struct Known {
    uint32_t tokens;  // so many suffice
    bool searched;    // a search of its own has been made
  };
  // How a search came to a state.
  struct Reached {
    uint32_t tokens;
    State from;  // itself where the search began
  };
  using ReachedStates = std::unordered_map<State, Reached, StateHash>;

  uint32_t at_least(State state) const;
  // What is proven without a search.
  uint32_t proven(State state);
  std::optional<State> search(State state, uint32_t& best, ReachedStates& reached);
  void learn(State state, uint32_t tokens);

  Automaton& automaton_;
  MaskBuilder& builder_;
  const Vocabulary& vocabulary_;
  ShortestSpelling spelling_;
  std::unordered_map<State, Known, StateHash> known_;
  uint64_t fuel_ = kSearchFuel;
};

}  // namespace keyway
