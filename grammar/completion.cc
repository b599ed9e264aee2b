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

uint32_t Completion::proven(State state) {
  const auto known = known_.find(state);
  const uint32_t bound = spelling_.tokens(state);
  return known == known_.end() ? bound : std::min(bound, known->second.tokens);
}

void Completion::learn(State state, uint32_t tokens) {
  const auto [place, fresh] = known_.try_emplace(state, Known{tokens, false});
  if (!fresh) place->second.tokens = std::min(place->second.tokens, tokens);
}

// Lowers `best` to the fewest tokens that the search finds; the result is the state where what was proven before took
// over, or nothing where nothing better was found.
std::optional<State> Completion::search(State state, uint32_t& best, ReachedStates& reached) {
  std::optional<State> last;
  std::priority_queue<Candidate> open;
  reached.emplace(state, Reached{0, state});
  open.push({at_least(state), automaton_.shortest(state), 0, state});
  const Budget* budget = automaton_.arena().budget();
  for (uint32_t expansions = 0; !open.empty() && expansions < kMostExpansions && fuel_ > 0; ++expansions) {
    const Candidate top = open.top();
    open.pop();
    if (top.estimate >= best) break;  // nothing open can be better: the estimate never exceeds the truth
    if (reached.at(top.state).tokens < top.tokens) continue;
    const uint64_t used = budget == nullptr ? 0 : budget->used();
    uint64_t walked = 0;
    State before = top.state;  // most tokens lead where the one before them does
    builder_.walk(top.state, [&](TokenId, State next) {
      ++walked;
      if (next == before) return;
      before = next;
      const uint32_t tokens = top.tokens + 1;
      const auto [place, fresh] = reached.try_emplace(next, Reached{tokens, top.state});
      if (!fresh && place->second.tokens <= tokens) return;
      place->second = Reached{tokens, top.state};
      const uint32_t estimate = tokens + at_least(next);
      if (estimate >= best) return;
      if (const uint32_t enough = tokens + proven(next); enough < best) {
        best = enough;
        last = next;
      }
      if (estimate < best) open.push({estimate, automaton_.shortest(next), tokens, next});
    });
    if (automaton_.arena().exhausted()) break;
    fuel_ -= std::min(fuel_, walked + (budget == nullptr ? 0 : budget->used() - used));
  }
  return last;
}

uint32_t Completion::fewest(State state) {
  const auto known = known_.find(state);
  if ((known != known_.end() && known->second.searched) || fuel_ == 0) return proven(state);
  uint32_t best = proven(state);
  ReachedStates reached;
  const auto last = search(state, best, reached);
  if (automaton_.arena().exhausted()) return proven(state);  // what was reached is to be discarded
  if (last) {
    for (State at = *last; at != state; at = reached.at(at).from) learn(at, best - reached.at(at).tokens);
  }
  learn(state, best);
  known_.at(state).searched = fuel_ > 0;  // with more work another search may find more
  return best;
}

bool Completion::fits(State state, uint32_t tokens) {
  if (proven(state) <= tokens) return true;
  if (at_least(state) > tokens) return false;
  return fewest(state) <= tokens;
}

}  // namespace keyway
