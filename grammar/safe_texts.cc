// See safe_texts.h.
#include "grammar/safe_texts.h"

#include <algorithm>

#include "grammar/class_spelling.h"

namespace keyway {

SafeText SafeTexts::of(RegexId r) {
  if (const SafeText* known = known_.find(r.value)) return *known;
  RegexArena& regexes = arena_.regexes();
  SafeText found;
  if (const std::optional<uint32_t> from = regexes.holds_from(r)) {
    found = {kUnbounded, std::min(*from, kLongest)};  // bytes of ASCII
  } else if (const auto bounds = regexes.any_bounds(r)) {
    found = {bounds->max, std::min(bounds->min, kLongest)};
  } else if (const auto inside = regexes.prefixed(r)) {
    found = {kUnbounded, std::min(regexes.least_weight(*inside, least_bytes(TextSpelling::kJson)).value_or(kLongest), kLongest)};
  } else {
    found = search(r);
  }
  if (arena_.exhausted()) return {};
  known_.insert(r.value, found);
  return found;
}

// Level by level, all states after so many code points at once.
SafeText SafeTexts::search(RegexId r) {
  static const uint64_t kAllPoints = CodePointSet::all().size();
  RegexArena& regexes = arena_.regexes();
  std::vector<RegexId> states{r};
  uint32_t most = kUnbounded, longest = 0;
  size_t done = 0;
  const auto found = [&](uint32_t points) {
    if (points == 0) return SafeText{};
    for (RegexId state : states) {
      longest = std::max(longest, regexes.least_weight(state, least_bytes(TextSpelling::kJson)).value_or(kLongest));
    }
    return SafeText{points, std::min(longest, kLongest)};
  };
  for (uint32_t points = 0; done < states.size(); ++points) {
    if (points == kMostPoints || points >= most) return found(std::min(points, most));
    for (const size_t level_end = states.size(); done < level_end; ++done) {
      const RegexId state = states[done];
      if (const SafeText* known = known_.find(state.value)) {
        if (known->points != kUnbounded) most = std::min(most, points + known->points);
        longest = std::max(longest, known->longest);
        continue;
      }
      uint64_t covered = 0;
      for (const RegexArena::Transition& step : regexes.transitions(state)) {
        covered += regexes.set(step.on).size();
        if (std::find(states.begin(), states.end(), step.target) == states.end()) states.push_back(step.target);
      }
      if (covered < kAllPoints || states.size() > kMostStates || !arena_.pay()) return found(std::min(points, most));
    }
  }
  return found(most);
}

}  // namespace keyway
