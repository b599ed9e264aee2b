// A* over states by tokens; see completion.h.
#include "grammar/completion.h"

#include <algorithm>
#include <queue>

namespace keyway {
namespace {

struct Candidate {
  uint32_t estimate;  // tokens so far and at least so many more
  uint32_t bytes;     // shortest text from here: among equal estimates the nearer to the end goes first
  uint32_t tokens;
  State state;
  bool operator<(const Candidate& other) const {  // std::priority_queue serves the largest
    return std::pair(estimate, bytes) > std::pair(other.estimate, other.bytes);
  }
};

}  // namespace

uint32_t Completion::at_least(State state) const {
  const uint32_t longest = std::max(1u, vocabulary_.max_token_bytes());
  return (automaton_.shortest(state) + longest - 1) / longest;
}

uint32_t Completion::fewest(State state) {
  if (auto known = known_.find(state); known != known_.end()) return known->second;
  const uint32_t bound = automaton_.shortest(state);
  uint32_t best = bound;
  std::unordered_map<State, uint32_t, StateHash> reached{{state, 0}};
  std::priority_queue<Candidate> open;
  open.push({at_least(state), bound, 0, state});
  uint32_t expansions = 0;
  while (!open.empty() && expansions < kMostExpansions && !automaton_.arena().exhausted()) {
    const Candidate top = open.top();
    open.pop();
    if (top.estimate >= best) break;  // nothing open can be better: the estimate never exceeds the truth
    if (reached[top.state] < top.tokens) continue;
    ++expansions;
    builder_.walk(top.state, [&](TokenId, State next) {
      const uint32_t tokens = top.tokens + 1;
      auto [place, fresh] = reached.emplace(next, tokens);
      if (!fresh && place->second <= tokens) return;
      place->second = tokens;
      const uint32_t bytes = automaton_.shortest(next);
      best = std::min(best, tokens + bytes);
      const uint32_t estimate = tokens + at_least(next);
      if (estimate < best) open.push({estimate, bytes, tokens, next});
    });
  }
  if (!automaton_.arena().exhausted()) known_.emplace(state, best);
  return best;
}

bool Completion::fits(State state, uint32_t tokens) {
  if (automaton_.shortest(state) <= tokens) return true;
  if (at_least(state) > tokens) return false;
  return fewest(state) <= tokens;
}

}  // namespace keyway
