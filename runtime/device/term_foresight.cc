// Rows that nobody has asked for yet; see TermMirror::fill_walk and TermMirror::fill_ahead.
//
// Receipt: 57 of 1,000 tokens of texts that were new, under schemas that were not, came to a row or a mask that the device had
// not; see kernels/automaton_README.md. Tested by tests/runtime/automaton_mirror_test.cc.
#include <algorithm>

#include "runtime/device/bound_grammar.h"

namespace keyway {
namespace {

constexpr uint32_t kMostAhead = 1u << 12;  // rows that the start of a grammar leads to: half a megabyte of the device
constexpr uint32_t kNearRows = 512;        // rows near to each that is asked for
constexpr uint32_t kMostNear = 1u << 13;   // the same, of all that a grammar was asked for of late
constexpr uint32_t kMostOfWalk = 1u << 11; // rows of one walk
constexpr uint32_t kAtOnce = 16;           // rows that are published together
constexpr size_t kShare = 4;               // one part in so many of the memory of a grammar is for rows ahead

bool has_memory_ahead(const TermArena& arena) { return !arena.exhausted() && arena.bytes() < arena.limits().arena_bytes / kShare; }

bool reads_body(Automaton& automaton, State state) {
  const ByteSet ends = body_ends();
  for (unsigned value = 0; value < 256; ++value) {
    const uint8_t byte = static_cast<uint8_t>(value);
    if (!ends.contains(byte) && !Automaton::is_dead(automaton.step(state, byte))) return true;
  }
  return false;
}

// Calls visit(state) for every state that a text of the trie passes from `start` on; stops where it returns false.
template <typename Visit>
bool walk_trie(Automaton& automaton, const TokenTrie& trie, State start, Visit visit) {
  std::vector<State> states(trie.max_depth() + 1, start);  // by depth
  const TrieNode* nodes = trie.nodes();
  for (unsigned byte = 0; byte < 256; ++byte) {
    const uint32_t root = trie.root(static_cast<uint8_t>(byte));
    if (root == TokenTrie::kNone) continue;
    const uint32_t end = nodes[root].subtree_end();
    for (uint32_t i = root; i < end;) {
      const State next = automaton.step(states[nodes[i].depth() - 1], nodes[i].byte());
      states[nodes[i].depth()] = next;
      if (!Automaton::is_dead(next) && !visit(next)) return false;
      i = Automaton::is_dead(next) ? nodes[i].subtree_end() : i + 1;
    }
  }
  return true;
}

// The groups of tokens that a mask of the state is walked by, see walk_groups of kernels/automaton_masks.h.
template <typename Visit>
bool walk_tokens(Automaton& automaton, const TokenLength& tokens, const CoverageOf& covered, State state, Visit visit) {
  const TermArena& arena = automaton.arena();
  const bool tail_reads = arena.nullable(state.head) && state.tail != TermArena::epsilon() &&
                          reads_body(automaton, automaton.split(state.tail));
  for (size_t i = 0; i < tokens.slices.size(); ++i) {
    if ((covered.slices >> i & 1) == 0 && !walk_trie(automaton, tokens.slices[i].trie, state, visit)) return false;
  }
  if (!covered.loops || tail_reads) return walk_trie(automaton, tokens.rest, state, visit);
  return walk_trie(automaton, tokens.suffixes, state, visit) && walk_trie(automaton, tokens.fragments, state, visit);
}

}  // namespace

// What the term begins with, and what comes behind that.
void TermMirror::push_heads(std::deque<uint32_t>& heads, uint32_t term) const {
  heads.push_back(head_of(term));
  if (const uint32_t rest = TermWord{words_of_terms_[term]}.rest(); rest != kEpsilonTerm) heads.push_back(head_of(rest));
}

uint32_t TermMirror::pop_unfilled(std::deque<uint32_t>& heads) const {
  while (!heads.empty()) {
    const uint32_t head = heads.front();
    heads.pop_front();
    if (head > kEpsilonTerm && row_of_[head] == 0) return head;
  }
  return kNeverTerm;
}

// The row of a head, if it is not there yet. False where it is not to be had.
bool TermMirror::fill_visited(Bound& bound, Automaton& automaton, TermId head, std::deque<uint32_t>& heads) {
  const uint32_t number = number_of(bound.number, automaton, head);
  if (number <= kEpsilonTerm || number == kHostAction || row_of_[number] != 0) return true;
  std::vector<uint32_t> next;
  if (!fill_row(automaton, number, next)) return false;
  for (uint32_t term : next) {
    foresee(bound, term);
    push_heads(heads, term);
  }
  return true;
}

void TermMirror::fill_walk(uint32_t grammar, State state) {
  Bound& bound = *grammars_[grammar];
  std::vector<bool> seen;  // by term id
  std::deque<uint32_t> led_to;
  const size_t most = rows_ + kMostOfWalk;
  (void)bound.grammar->use([&](Automaton& automaton) {
    const TermArena& arena = automaton.arena();
    bound.bind(automaton);
    // What stands behind heads that may be empty is asked as well.
    const auto visit = [&](State at) {
      for (;; at = automaton.split(at.tail)) {
        if (at.head.value < seen.size() && seen[at.head.value]) return true;
        seen.resize(std::max<size_t>(seen.size(), at.head.value + size_t{1}));
        seen[at.head.value] = true;
        if (rows_ >= most || !has_memory_ahead(arena) || !fill_visited(bound, automaton, at.head, led_to)) return false;
        if (!arena.nullable(at.head) || at.tail == TermArena::epsilon()) return true;
      }
    };
    const TermId head = state.head;
    if (!visit(state)) return;
    walk_tokens(automaton, bound.slices->short_tokens(), bound.coverage[0]->of(head), state, visit) &&
        walk_tokens(automaton, bound.slices->long_tokens(), bound.coverage[1]->of(head), state, visit);
  });
  publish();
  foresee_near(bound, led_to);
}

void TermMirror::foresee_near(Bound& bound, const std::deque<uint32_t>& heads) const {
  if (sizes_.rows_foreseen == 0) return;
  bound.near.insert(bound.near.end(), heads.begin(), heads.end());
  while (bound.near.size() > kMostNear) bound.near.pop_front();
  bound.rows_near = std::min(bound.rows_near + kNearRows, kMostNear);
}

void TermMirror::foresee(uint32_t number) {
  if (number > kEpsilonTerm && number != kHostAction) foresee(*grammars_[sources_[number].grammar], number);
}

// The heads of the term and of all that stands behind it. What was queued before had all behind it queued as well.
void TermMirror::foresee(Bound& bound, uint32_t number) {
  if (sizes_.rows_foreseen == 0) return;
  foreseen_.resize(std::max<size_t>(foreseen_.size(), sources_.size()));
  for (uint32_t at = number; at > kEpsilonTerm && !foreseen_[at]; at = TermWord{words_of_terms_[at]}.rest()) {
    foreseen_[at] = true;
    const uint32_t head = head_of(at);
    if (head > kEpsilonTerm && row_of_[head] == 0) bound.ahead.push_back(head);
  }
}

bool TermMirror::has_room_ahead(const Bound& bound) const {
  return !bound.spent && sources_.size() < sizes_.terms / 2 && words_end_ < sizes_.row_words / 2 &&
         class_maps_.size() < sizes_.class_maps / 2;
}

// The next row of a grammar that nobody asked for; false where there is none. Each is metered for itself, as one that was asked for.
bool TermMirror::fill_next(Bound& bound) {
  enum : uint32_t { kChain, kNear, kAhead, kQueues };
  std::deque<uint32_t>* const queues[kQueues] = {&bound.chain, &bound.near, &bound.ahead};
  uint32_t head = kNeverTerm, from = kChain;
  for (uint32_t tries = 0; tries < kQueues && head == kNeverTerm; ++tries) {
    from = bound.turn++ % kQueues;
    if (from == kAhead ? bound.rows_ahead < kMostAhead : bound.rows_near > 0) head = pop_unfilled(*queues[from]);
  }
  if (head == kNeverTerm) return false;
  std::vector<uint32_t> next;
  bool filled = false;
  const Status used = bound.grammar->use([&](Automaton& automaton) {
    if (!has_memory_ahead(automaton.arena())) return;
    bound.bind(automaton);
    filled = fill_row(automaton, head, next);
  });
  if (!used.ok() || !filled) {
    bound.spent = true;
    return false;
  }
  from == kAhead ? ++bound.rows_ahead : --bound.rows_near;
  for (uint32_t term : next) {
    foresee(bound, term);
    if (from == kNear) push_heads(bound.near, term);
  }
  if (from == kChain && !next.empty()) bound.chain.push_front(head_of(next.front()));
  return true;
}

uint32_t TermMirror::fill_ahead(uint32_t rows, const std::function<bool()>& asked) {
  const size_t before = rows_;
  for (size_t idle = 0; rows_ - before < rows && idle < grammars_.size() && !asked();) {
    Bound& bound = *grammars_[next_ahead_++ % grammars_.size()];
    const size_t begin = rows_;
    while (rows_ - begin < kAtOnce && rows_ - before < rows && has_room_ahead(bound) && !asked() && fill_next(bound)) {}
    if (rows_ > begin) publish();
    idle = rows_ > begin ? 0 : idle + 1;
  }
  return static_cast<uint32_t>(rows_ - before);
}

}  // namespace keyway
