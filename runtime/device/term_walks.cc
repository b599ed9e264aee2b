// Rows that the masks of the next tokens walk; see TermMirror::foresee_walks.
//
// A mask is built on the device where its walk of the vocabulary meets no missing row. So the walks themselves are foreseen: of a
// state where a text has been, and of the states that a token leads to from there. A walk that enters the body of a string is not
// followed through the many tokens that stay in it: what comes behind any body is the walk of that body for itself, from the
// tokens' suffixes, which is filled once for all walks that enter it.
// Invariant: a walk steps as the device does, and stops where the device asks the host: in front of recorders.
// Tested by tests/runtime/automaton_mirror_test.cc.
#include <unordered_set>

#include "runtime/device/bound_grammar.h"

namespace keyway {
namespace {

constexpr uint64_t kStepsOfRow = 1024;      // steps of a walk that count as one row, and take less time
constexpr uint32_t kPartsBehind = 4;        // parts of a text behind where it is: what stands behind a value is known when its name is
constexpr uint32_t kMostAtOnce = 1u << 11;  // rows of walks that are filled with a mask that was asked for

enum class Visited { kOn, kPast, kStop };  // past: nothing below

bool reads_body(Automaton& automaton, State state) {
  const ByteSet ends = body_ends();
  for (unsigned value = 0; value < 256; ++value) {
    const uint8_t byte = static_cast<uint8_t>(value);
    if (!ends.contains(byte) && !Automaton::is_dead(automaton.step(state, byte))) return true;
  }
  return false;
}

// Whether what stands behind the head, which may be empty, reads a byte of bodies as well.
bool tail_reads_body(Automaton& automaton, State state) {
  return automaton.arena().nullable(state.head) && state.tail != TermArena::epsilon() &&
         reads_body(automaton, automaton.split(state.tail));
}

bool has_recorders(const TermArena& arena, State at) {
  return arena.records(at.head) || arena.recalls(at.head) || arena.records(at.tail) || arena.recalls(at.tail);
}

// Calls visit(state, whether a token ends there) for every state that a text of the trie passes from `start` on; false where
// that said kStop.
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
      const Visited visited = Automaton::is_dead(next) ? Visited::kPast : visit(next, !trie.tokens_at(i).empty());
      if (visited == Visited::kStop) return false;
      i = visited == Visited::kPast ? nodes[i].subtree_end() : i + 1;
    }
  }
  return true;
}

// The groups of tokens that a mask of the state is walked by, see walk_groups of kernels/automaton_masks.h.
template <typename Visit>
bool walk_tokens(Automaton& automaton, const TokenLength& tokens, const CoverageOf& covered, State state, Visit visit) {
  for (size_t i = 0; i < tokens.slices.size(); ++i) {
    if ((covered.slices >> i & 1) == 0 && !walk_trie(automaton, tokens.slices[i].trie, state, visit)) return false;
  }
  if (!covered.loops || tail_reads_body(automaton, state)) return walk_trie(automaton, tokens.rest, state, visit);
  return walk_trie(automaton, tokens.suffixes, state, visit) && walk_trie(automaton, tokens.fragments, state, visit);
}

}  // namespace

void TermMirror::foresee_walks(uint32_t grammar, State state) {
  if (sizes_.rows_foreseen == 0 || state.head == TermArena::epsilon()) return;
  Bound& bound = *grammars_[grammar];
  bound.come_to(state, kTextHere);
  (void)bound.grammar->use([&](Automaton& automaton) {
    State behind = state;
    for (uint32_t part = 0; part < kPartsBehind && behind.tail != TermArena::epsilon(); ++part) {
      behind = automaton.split(behind.tail);
      bound.hurry(behind, 0);
    }
  });
  bound.hurry(state, 0);
}

// At once, of what the host was asked for: the states about it have most of their walks in common with it.
void TermMirror::fill_walk_from(uint32_t grammar, State state) {
  Bound& bound = *grammars_[grammar];
  bound.walked.erase(state);
  bound.come_to(state, kTextHere);
  const size_t most = rows_ + kMostAtOnce;
  uint64_t steps = 0;
  for (uint32_t distance : {kTextHere, kBodyOfNext}) {
    while (!bound.to_walk[distance].empty() && rows_ < most && steps < kMostAtOnce * kStepsOfRow) fill_next_walk(bound, distance, steps);
  }
  publish();
}

// The row of a head, if it is not there yet. False where it is not to be had.
bool TermMirror::fill_unless_there(Bound& bound, Automaton& automaton, TermId head, uint32_t distance) {
  uint32_t number = head.value < bound.numbers.size() ? bound.numbers[head.value] : 0;
  if (number == 0) number = number_of(bound.number, automaton, head);
  if (number <= kEpsilonTerm || number == kHostAction || row_of_[number] != 0) return true;
  std::vector<uint32_t> next;
  bound.measure(automaton);
  return !automaton.arena().exhausted() && bound.has_memory_to_walk(distance) && has_room_ahead(0) && fill_row(automaton, number, next);
}

// The row of the head of a state, and of what stands behind heads that may be empty, which is asked as well.
bool TermMirror::fill_visited(Bound& bound, Automaton& automaton, State at, uint32_t distance) {
  for (;; at = automaton.split(at.tail)) {
    if (!fill_unless_there(bound, automaton, at.head, distance)) return false;
    if (!automaton.arena().nullable(at.head) || at.tail == TermArena::epsilon()) return true;
  }
}

// Fills one walk. Requires: there is one at this distance.
void TermMirror::fill_next_walk(Bound& bound, uint32_t distance, uint64_t& steps) {
  const State from = bound.to_walk[distance].back();
  bound.to_walk[distance].pop_back();
  const auto known = bound.walked.find(from);
  if (known != bound.walked.end() && known->second < distance) return;
  for (State end : fill_walk(bound, from, distance, steps)) bound.come_to(end, kBehindNext);
}

// Fills the walk from a state, and returns where its tokens lead; it is left where a row is not to be had, and nothing is returned.
std::vector<State> TermMirror::fill_walk(Bound& bound, State from, uint32_t distance, uint64_t& steps) {
  std::vector<State> led_to;
  State last_end = Automaton::dead(), last_body = Automaton::dead();  // most come again at once
  std::unordered_set<State, StateHash> ends;
  (void)bound.grammar->use([&](Automaton& automaton) {
    TermArena& arena = automaton.arena();
    bound.bind(automaton);
    const uint32_t most_bytes = bound.slices->long_tokens().most_bytes;
    const auto is_body = [&](State at) {
      return bound.coverage[0]->of(at.head).loops && bound.coverage[1]->of(at.head).loops && !tail_reads_body(automaton, at);
    };
    const auto visit = [&](State at, bool ends_token) {
      arena.pay(1);
      ++steps;
      if (arena.exhausted()) return Visited::kStop;
      if (has_recorders(arena, at)) return Visited::kPast;
      if (!fill_visited(bound, automaton, at, distance)) return Visited::kStop;
      if (ends_token && distance < kBehindNext && at != last_end) ends.insert(last_end = at);
      if (at == last_body) return Visited::kPast;
      if (!is_body(at)) return Visited::kOn;
      last_body = at;
      if (at != from && (distance == kTextHere || distance == kBehindNext)) bound.come_to(at, distance + 1);
      return Visited::kPast;
    };
    if (!fill_visited(bound, automaton, from, distance)) return;
    const auto walk = [&](const TokenLength& tokens, Coverage& coverage) {
      return walk_tokens(automaton, tokens, coverage.of(from.head), from, visit);
    };
    if (!walk(bound.slices->short_tokens(), *bound.coverage[0]) || !walk(bound.slices->long_tokens(), *bound.coverage[1])) return;
    for (State end : ends) {
      if (end.head != TermArena::epsilon()) led_to.push_back(bound.builder->saturated(end, most_bytes));
    }
  });
  return led_to;
}

// Fills walks that do not wait for others.
uint32_t TermMirror::fill_urgent(uint32_t rows, const std::function<bool()>& asked) {
  const size_t before = rows_;
  uint64_t steps = 0;
  const auto done = [&] { return static_cast<uint32_t>(rows_ - before + (steps + kStepsOfRow - 1) / kStepsOfRow); };
  for (uint32_t tokens = 0; tokens < 2; ++tokens) {
    for (size_t i = 0; i < grammars_.size(); ++i) {
      Bound& bound = *grammars_[(next_ahead_ + i) % grammars_.size()];
      std::vector<State>& states = bound.urgent[tokens];
      while (!bound.spent && bound.has_memory_to_walk(kTextHere) && !states.empty() && done() < rows && !asked()) {
        const State state = states.back();
        states.pop_back();
        if (const auto known = bound.hurried.find(state); known != bound.hurried.end() && known->second < tokens) continue;
        for (State end : fill_walk(bound, state, kTextHere, steps)) {
          if (tokens == 0) bound.hurry(end, 1);
          if (tokens == 1) bound.come_to(end, kBehindNext);
        }
      }
      publish();
    }
  }
  return done();
}

// Fills walks, the nearest first, until as much was done as so many rows take; returns how many rows that is.
uint32_t TermMirror::fill_walks(uint32_t rows, const std::function<bool()>& asked) {
  const size_t before = rows_;
  uint64_t steps = 0;
  const auto done = [&] { return static_cast<uint32_t>(rows_ - before + (steps + kStepsOfRow - 1) / kStepsOfRow); };
  for (uint32_t distance = kTextHere; distance < kTextDistances; ++distance) {
    for (size_t i = 0; i < grammars_.size(); ++i) {
      Bound& bound = *grammars_[(next_ahead_ + i) % grammars_.size()];
      while (!bound.spent && bound.has_memory_to_walk(distance) && !bound.to_walk[distance].empty() && done() < rows && !asked()) {
        fill_next_walk(bound, distance, steps);
      }
      publish();
    }
  }
  return done();
}

}  // namespace keyway
