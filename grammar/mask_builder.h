// Masks: every token whose bytes the automaton can take from a state. Slices of the vocabulary that the state covers are
// OR-ed in, the rest is a walk of the token trie.
//
// Entry points: MaskBuilder::add_short, add_long, add_special, add_unlike, walk.
// Invariant (P5): bit t is 1 exactly when stepping the state by token t leaves a live state, or t is an end token and
// the state accepts. Tested bit for bit against NaiveMatcher by tests/grammar/matcher_test.cc.
// Thread safety: one thread at a time.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "grammar/automaton.h"
#include "grammar/coverage.h"
#include "grammar/numbered_states.h"
#include "grammar/safe_texts.h"
#include "grammar/stored_mask.h"
#include "grammar/vocabulary.h"

namespace keyway {

class MaskBuilder {
 public:
  // All outlive the builder.
  MaskBuilder(Automaton& automaton, const Vocabulary& vocabulary, const TokenSlices& slices,
              const std::vector<TokenId>& end_tokens)
      : automaton_(automaton),
        vocabulary_(vocabulary),
        slices_(slices),
        end_tokens_(end_tokens),
        coverage_{Coverage(automaton, slices.short_tokens()), Coverage(automaton, slices.long_tokens())},
        safe_texts_(automaton.arena()),
        numbered_(automaton) {}

  // Calls take(token, state after it) for every token, text or special, that the state allows; end tokens are left out.
  // Complexity: one step per trie node whose parent is live.
  template <typename Take>
  void walk(State state, Take take) {
    walk_trie(vocabulary_.trie(), state, first_bytes(automaton_.arena(), automaton_.term(state)), take);
    walk_special(state, take);
  }

  // A state that allows the same tokens of at most `bytes` bytes, with counts past that length made alike
  // (RegexArena::counts_saturated), so that the states of a long counted text share one mask.
  State saturated(State state, uint32_t bytes);

  // Adds what the state allows: the short text tokens, or the long ones.
  // `longest` becomes the largest shortest-length of a state that such a token leads to, or more.
  // Complexity: slices that are covered cost their words; the other tokens one step per trie node with a live parent.
  void add_short(State state, MaskSink& sink, uint32_t& longest);
  void add_long(State state, MaskSink& sink, uint32_t& longest);
  // Adds special tokens, and the end tokens where the state accepts.
  void add_special(State state, StoredMask& mask);

  // What may come below a node of a trie, or anywhere in it where that is kNone, from a state whose recorders (recording.h)
  // have not been told of the bytes above: entries that are allowed whatever was recorded, and those about which that says
  // too little. `longest` as add_short(), of the former.
  struct Untold {
    std::vector<uint32_t> taken, aside;
    uint32_t longest = 0;
  };
  void read_untold(const TokenTrie& trie, uint32_t node, State state, Untold& found);
  // Those of the tokens that the state allows. Complexity: a step for each of their bytes.
  void step_each(State state, std::span<const TokenId> tokens, std::vector<TokenId>& taken, uint32_t& longest);

  // The text tokens of a head that many characters lead back to, with what it does by the others: false where it is none
  // such, or too many tokens hold the others. Requires: the state has no tail. Complexity: O(words) for each character
  // that does not lead back, and a step for each byte of a token with one that leads elsewhere.
  bool add_looping(State state, StoredMask& mask);

  // The mask of a JSON text that any text can be read in for many characters, as what differs from that of any text, which
  // is `any`: what is not safe is walked. False where there is more of it. Requires: is_safe(state).
  bool is_safe(State state);
  bool add_safe(State state, const StoredMask& any, StoredMask& mask);

  // A string body that most of what the state may read leads to, as any other key does after the quote of an object that
  // names some, and all but some texts: dead() where there is none.
  State body_after(State state);
  // The mask of `state` as what differs from that of `body`, which is `known`: the trie is walked with both states at
  // once, and left where they become one; text tokens alone. Requires: body_after(state) is `body`.
  StoredMask add_unlike(State state, State body, const StoredMask& known);

 private:
  template <typename Take>
  void walk_trie(const TokenTrie& trie, State state, const ByteSet& first, Take take) {
    if (states_.size() <= trie.max_depth()) states_.resize(trie.max_depth() + 1);
    states_[0] = state;
    const bool recorded = is_recorded(state);
    if (recorded) begin_recorded(trie);
    const TrieNode* nodes = trie.nodes();
    uint64_t steps = 0;
    first.for_each([&](uint8_t b) {
      const uint32_t root = trie.root(b);
      if (root == TokenTrie::kNone) return;
      const uint32_t end = nodes[root].subtree_end();
      for (uint32_t i = root; i < end;) {
        const TrieNode node = nodes[i];
        State next = recorded ? step_recorded(node.depth(), node.byte())
                              : automaton_.step(states_[node.depth() - 1], node.byte());
        ++steps;
        if (recorded && told_[node.depth()] == kRelaxed && !trie.tokens_at(i).empty()) next = settle(next, node.depth());
        if (Automaton::is_dead(next)) {
          i = node.subtree_end();
          continue;
        }
        states_[node.depth()] = next;
        for (TokenId token : trie.tokens_at(i)) take(token, next);
        ++i;
      }
      automaton_.arena().pay(steps);
      steps = 0;
    });
  }

  template <typename Take>
  void walk_special(State state, Take take) {
    for (TokenId token : next_tokens(automaton_.arena(), automaton_.term(state))) {
      const State next = automaton_.step_token(state, token);
      if (!Automaton::is_dead(next)) take(token, next);
    }
  }

  // A walk in front of recorders (recording.h) does not tell them of each byte: only where one could be read next, the
  // state is made anew from the bytes that led there. Most tokens end before that. A mask does so only for tokens about
  // which the relaxed state says too little.
  bool is_recorded(State state) const {
    return automaton_.arena().records(state.head) || automaton_.arena().records(state.tail);
  }
  void begin_recorded(const TokenTrie& trie);
  State step_recorded(uint32_t depth, uint8_t byte);
  State retrace(State start, uint32_t depth);
  bool relax(State& state);
  // The state after a token that was walked relaxed; dead() where it is not allowed, or is put aside.
  State settle(State next, uint32_t depth);
  void add_aside(State state, MaskSink& sink, uint32_t& longest);

  SafeText safe_behind(RegexId expression, uint8_t byte);
  // What walk_trie() takes of the trie of a slice, or of another (null). Receipt: README.md, "The worst masks".
  void take_text(const TokenTrie& trie, const TokenSlice* slice, State state, const ByteSet& first, MaskSink& sink,
                 uint32_t& longest);
  void take_subtree(const TokenTrie& trie, const TokenSlice* slice, uint32_t root, MaskSink& sink, uint32_t& longest);
  void add_text(const TokenLength& tokens, Coverage& coverage, State state, MaskSink& sink, uint32_t& longest);
  std::shared_ptr<ByteRows::Row> looping_row(State state);
  std::pair<State, int> majority_after(State state);
  bool add_bounded(const TokenLength& tokens, State state, MaskSink& sink, uint32_t& longest);

  Automaton& automaton_;
  const Vocabulary& vocabulary_;
  const TokenSlices& slices_;
  const std::vector<TokenId>& end_tokens_;
  Coverage coverage_[2];  // of the short and the long tokens
  SafeTexts safe_texts_;
  NumberedStates numbered_;
  std::vector<NumberedStates::Number> numbers_;  // by depth, of one state or of two
  std::vector<State> states_;        // by depth
  std::vector<uint8_t> path_;        // by depth, the byte that led there
  enum Told : uint8_t { kTold, kUntold, kRelaxed };
  std::vector<Told> told_;           // by depth, whether the recorders of the state have been told
  bool relaxes_ = false;             // a walk asks what may come, not where it leads
  uint32_t relaxed_longest_ = 0;     // the largest shortest-length behind a relaxed token, or more
  bool stops_at_recorders_ = false;  // of read_untold(): nothing is told,
  bool stopped_ = false;             // and this says that it would have to be
  std::vector<TokenId> aside_;       // of looping_row()
};

}  // namespace keyway
