// See numbered_states.h.
#include "grammar/numbered_states.h"

#include <algorithm>

namespace keyway {

void NumberedStates::clear() {
  states_.assign(1, Automaton::dead());
  shortest_.assign(1, kLongest);
  rows_.assign(256, kDead);
  safe_.assign(kAlphabets, {});
  met_in_.assign(kUtf8States, 0);
  search_ = 0;
  numbers_ = {};
}

NumberedStates::Number NumberedStates::of(State state) {
  if (states_.empty()) clear();
  if (Automaton::is_dead(state)) return kDead;
  const uint64_t key = uint64_t{state.head.value} << 32 | state.tail.value;
  if (const Number* known = numbers_.find(key)) return *known;
  const Number number = static_cast<Number>(states_.size());
  rows_.resize(rows_.size() + 256, kUnknown);  // first: where there is no memory, a row too many is left, never one too few
  safe_.resize(safe_.size() + kAlphabets);
  met_in_.resize(met_in_.size() + kUtf8States, 0);
  shortest_.push_back(automaton_.shortest(state));
  states_.push_back(state);
  numbers_.insert(key, number);
  return number;
}

NumberedStates::Number NumberedStates::fill(Number from, uint8_t byte) {
  const State next = automaton_.step(states_[from], byte);
  if (automaton_.arena().exhausted()) return kDead;
  const Number to = of(next);
  rows_[size_t{from} * 256 + byte] = to;
  return to;
}

// False where the byte is not read, or nothing more is to be looked at.
bool NumberedStates::meet(Met from, uint8_t byte, uint8_t utf8, uint32_t& longest) {
  const Number known = rows_[size_t{from.at} * 256 + byte];
  const Budget* const budget = automaton_.arena().budget();
  const uint64_t used = budget == nullptr ? 0 : budget->used();
  const Number to = known != kUnknown ? known : fill(from.at, byte);
  work_ -= 1 + (budget == nullptr ? 0 : kUnitOfWork * static_cast<int64_t>(budget->used() - used));
  if (to == kDead || full() || work_ < 0 || met_.size() > kMostMet) return false;
  uint32_t& met_in = met_in_[size_t{to} * kUtf8States + utf8];
  if (met_in != search_) {
    met_in = search_;
    met_.push_back({to, utf8});
    longest = std::max(longest, shortest_[to]);
  }
  return true;
}

// Level by level, all states after so many bytes at once.
void NumberedStates::decide_safe(Number from, uint32_t alphabet, const ByteSet& ascii, bool past_ascii) {
  const int64_t allowed = work_;
  met_.assign(1, {from, 0});
  met_in_[size_t{from} * kUtf8States] = ++search_;
  uint32_t longest = shortest_[from];
  uint8_t level = 0, most = kMostBytes;
  bool all = true, bounded = false;
  for (size_t done = 0; done < met_.size() && all && level < most; level += all ? 1 : 0) {
    for (const size_t level_end = met_.size(); done < level_end && all; ++done) {
      const Met at = met_[done];
      if (const Safe& known = safe_[size_t{at.at} * kAlphabets + alphabet]; known.decided && at.utf8 == 0) {
        bounded = bounded || known.bytes != kAnyLength;
        if (known.bytes != kAnyLength) most = std::min<uint8_t>(most, level + known.bytes);
        longest = std::max(longest, known.longest);
        continue;
      }
      if (at.utf8 == 0) ascii.for_each([&](uint8_t b) { all = all && meet(at, b, 0, longest); });
      for (const Utf8Edge& edge : kUtf8Edges) {
        if (!past_ascii || edge.from != at.utf8) continue;
        for (unsigned b = edge.first; b <= edge.last && all; ++b) all = meet(at, static_cast<uint8_t>(b), edge.to, longest);
      }
    }
    if (all && !bounded && done == met_.size()) {
      for (const Met& met : met_) {
        if (met.utf8 == 0) safe_[size_t{met.at} * kAlphabets + alphabet] = {kAnyLength, true, longest};
      }
      return;
    }
  }
  const bool cut_short = work_ < 0 && allowed < kMostWork / 2;
  if (cut_short) needed_ = 2 * allowed;
  safe_[size_t{from} * kAlphabets + alphabet] = {std::min(level, most), !cut_short, longest};
}

void NumberedStates::forget_but(std::span<Number> kept) {
  std::vector<State> states;
  for (const Number number : kept) states.push_back(states_[number]);
  clear();
  for (size_t i = 0; i < kept.size(); ++i) kept[i] = of(states[i]);
}

}  // namespace keyway
