// Masks by a walk of the token trie: every token whose bytes the automaton can take from a state.
//
// Entry points: MaskBuilder::build, MaskBuilder::walk.
// Invariant (P5): bit t is 1 exactly when stepping the state by token t leaves a live state, or t is an end token and
// the state accepts. Tested bit for bit against NaiveMatcher by tests/grammar/matcher_test.cc.
// Thread safety: one thread at a time.
#pragma once

#include <span>
#include <vector>

#include "grammar/automaton.h"
#include "grammar/token_mask.h"
#include "grammar/vocabulary.h"

namespace keyway {

class MaskBuilder {
 public:
  // Both outlive the builder.
  MaskBuilder(Automaton& automaton, const Vocabulary& vocabulary) : automaton_(automaton), vocabulary_(vocabulary) {}

  // Calls take(token, state after it) for every token, text or special, that the state allows; end tokens are left out.
  // Complexity: one step per trie node whose parent is live.
  template <typename Take>
  void walk(State state, Take take) {
    TermArena& arena = automaton_.arena();
    states_.resize(vocabulary_.max_token_bytes() + 1);
    states_[0] = state;
    const TrieNode* nodes = vocabulary_.trie().nodes();
    const uint32_t count = vocabulary_.trie().size();
    for (uint32_t i = 0; i < count && arena.pay();) {
      const TrieNode node = nodes[i];
      const State next = automaton_.step(states_[node.depth() - 1], node.byte());
      if (Automaton::is_dead(next)) {
        i = node.subtree_end();
        continue;
      }
      states_[node.depth()] = next;
      for (TokenId token : vocabulary_.trie().tokens_at(i)) take(token, next);
      ++i;
    }
    for (TokenId token : next_tokens(arena, automaton_.term(state))) {
      const State next = automaton_.step_token(state, token);
      if (!Automaton::is_dead(next)) take(token, next);
    }
  }

  // Writes the row of the state. `longest` becomes the largest shortest-length of any state that a token leads to.
  // Requires: words has mask_words(vocabulary.size()) entries or more; those past the vocabulary become 0.
  void build(State state, std::span<uint32_t> words, uint32_t& longest);

 private:
  Automaton& automaton_;
  const Vocabulary& vocabulary_;
  std::vector<State> states_;  // by depth
};

}  // namespace keyway
