// Rows that nobody has asked for yet; see TermMirror::foresee and TermMirror::fill_ahead; term_walks.cc has the other half.
//
// A head has a distance from where texts have been: 0 where one has been, and more with each byte on the way and each part that
// stands in front. The nearest rows are filled first, of all grammars; a text that comes to a place brings all about it nearer.
// Receipt: 57 of 1,000 tokens of texts that were new, under schemas that were not, came to a row or a mask that the device had
// not, 4.3 with rows in the order in which they were found, 0.2 by distance; see kernels/automaton_README.md.
// Tested by tests/runtime/automaton_mirror_test.cc.
#include <algorithm>

#include "runtime/device/bound_grammar.h"

namespace keyway {
namespace {

constexpr uint32_t kFarthest = 254;        // that is told apart
constexpr uint32_t kUnreached = 255;
constexpr uint32_t kPartDistance = 8;      // of what stands behind a part: the shortest string
constexpr uint32_t kMostFar = 1u << 10;    // rows of a grammar that are far from all texts
constexpr uint32_t kAtOnce = 16;           // rows that are published together

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

void TermMirror::foresee(uint32_t number) {
  if (sizes_.rows_foreseen == 0 || number <= kEpsilonTerm || number == kHostAction) return;
  come_nearer(*grammars_[sources_[number].grammar], number, 0);
}

// The heads of a term, of all that stands behind it, and of all that their rows lead to are as near as this makes them.
// Complexity: a head comes nearer kUnreached times at most.
void TermMirror::come_nearer(Bound& bound, uint32_t number, uint32_t distance) {
  distance_.resize(std::max(distance_.size(), sources_.size()), kUnreached);
  std::vector<Way> open{{number, distance}};
  while (!open.empty()) {
    auto [at, far] = open.back();
    open.pop_back();
    for (; at > kEpsilonTerm; at = TermWord{words_of_terms_[at]}.rest(), far += kPartDistance) {
      const uint32_t head = head_of(at);
      far = std::min(far, kFarthest);
      if (head <= kEpsilonTerm || distance_[head] <= far) continue;
      distance_[head] = static_cast<uint8_t>(far);
      if (row_of_[head] == 0) {
        if (bound.ahead.size() <= far) bound.ahead.resize(far + 1);
        bound.ahead[far].push_back(head);
        bound.nearest = std::min(bound.nearest, far);
        continue;
      }
      const Ways ways = ways_of_[head];
      for (uint32_t i = ways.first; i < ways.first + ways.count; ++i) open.push_back({ways_[i].term, far + ways_[i].distance});
    }
  }
}

// Keeps what the row of a head leads to, and brings it as near as the head is.
void TermMirror::keep_ways(uint32_t head, const std::vector<Way>& ways) {
  if (sizes_.rows_foreseen == 0) return;
  ways_of_.resize(std::max(ways_of_.size(), sources_.size()));
  ways_of_[head] = {static_cast<uint32_t>(ways_.size()), static_cast<uint32_t>(ways.size())};
  ways_.insert(ways_.end(), ways.begin(), ways.end());
  if (head >= distance_.size() || distance_[head] == kUnreached) return;
  Bound& bound = *grammars_[sources_[head].grammar];
  for (const Way& way : ways) come_nearer(bound, way.term, distance_[head] + way.distance);
}

// Three quarters of the tables for what is nearest, half as much for what is far.
bool TermMirror::has_room_ahead(uint32_t distance) const {
  const uint64_t share = 2 * kFarRows - std::min(distance, kFarRows);
  const auto has_room = [&](size_t used, uint64_t size) { return used < size * share / 256; };
  return has_room(sources_.size(), sizes_.terms) && has_room(words_end_, sizes_.row_words) &&
         has_room(class_maps_.size(), sizes_.class_maps);
}

// How near the next row of a grammar is that nobody asked for; kUnreached where there is none, or no room for it.
uint32_t TermMirror::nearest(Bound& bound) const {
  if (bound.spent) return kUnreached;
  for (; bound.nearest < bound.ahead.size(); ++bound.nearest) {
    std::vector<uint32_t>& heads = bound.ahead[bound.nearest];
    while (!heads.empty() && (row_of_[heads.back()] != 0 || distance_[heads.back()] < bound.nearest)) heads.pop_back();
    if (heads.empty()) continue;
    const bool wanted = bound.nearest < kFarRows || bound.rows_far < kMostFar;
    return wanted && has_room_ahead(bound.nearest) && bound.has_memory_ahead(bound.nearest) ? bound.nearest : kUnreached;
  }
  return kUnreached;
}

// Fills the nearest row of a grammar. Requires: there is one. Each is metered for itself, as one that was asked for.
bool TermMirror::fill_next(Bound& bound) {
  std::vector<uint32_t>& heads = bound.ahead[bound.nearest];
  const uint32_t head = heads.back();
  heads.pop_back();
  if (bound.nearest >= kFarRows) ++bound.rows_far;
  std::vector<uint32_t> next;
  bool filled = false;
  const Status used = bound.grammar->use([&](Automaton& automaton) {
    bound.bind(automaton);
    filled = fill_row(automaton, head, next);
    bound.measure(automaton);
  });
  bound.spent = !used.ok();
  return filled;  // not where its mask is the host's, which says nothing of other heads
}

// Publishes rows by distance, the nearest first.
uint32_t TermMirror::fill_near(uint32_t rows, const std::function<bool()>& asked) {
  const size_t before = rows_;
  while (rows_ - before < rows && !asked()) {
    Bound* best = nullptr;
    uint32_t least = kUnreached;
    for (size_t i = 0; i < grammars_.size(); ++i) {
      Bound& bound = *grammars_[(next_ahead_ + i) % grammars_.size()];
      const uint32_t distance = nearest(bound);
      if (distance >= least) continue;
      best = &bound;
      least = distance;
    }
    if (best == nullptr) break;
    next_ahead_ = best->number + 1;
    for (uint32_t done = 0; done < kAtOnce && rows_ - before < rows && nearest(*best) != kUnreached && !asked(); ++done) {
      if (!fill_next(*best)) break;
    }
    publish();
  }
  return static_cast<uint32_t>(rows_ - before);
}

// Walks that are urgent come first, the others last. Receipt: with those others before rows that are farther than 8 bytes the first
// texts under 40 schemas asked for 764 masks, not 409.
uint32_t TermMirror::fill_ahead(uint32_t rows, const std::function<bool()>& asked) {
  uint32_t done = fill_urgent(rows, asked);
  if (done < rows) done += fill_near(rows - done, asked);
  return done < rows ? done + fill_walks(rows - done, asked) : done;
}

}  // namespace keyway
