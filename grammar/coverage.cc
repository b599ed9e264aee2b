// The closure of a head under an alphabet; see coverage.h.
#include "grammar/coverage.h"

#include <algorithm>

#include "grammar/utf8_edges.h"

namespace keyway {
namespace {

struct Reached {
  State state;   // what is left of the head
  uint8_t utf8;  // state of the UTF-8 automaton
  friend bool operator==(const Reached&, const Reached&) = default;
};

}  // namespace

CoverageOf Coverage::of(TermId head) {
  if (head.value < known_.size() && known_[head.value].decided) return known_[head.value];
  const CoverageOf made = decide(head);
  if (automaton_.arena().exhausted()) return {};
  if (known_.size() <= head.value) known_.resize(std::max<size_t>(automaton_.arena().size(), head.value + 1));
  known_[head.value] = made;
  return made;
}

CoverageOf Coverage::decide(TermId head) {
  CoverageOf result;
  result.decided = true;
  // Only what may repeat can contain a slice: a byte set, a trie of literals or a single alternative is left at once.
  const TermKind kind = automaton_.arena().kind(head);
  if (kind != TermKind::kReference && kind != TermKind::kRepeat) return result;
  const auto& slices = tokens_.slices;
  // Larger alphabets first: the proof for one is a proof for those inside it that are not longer.
  std::vector<bool> proved(slices.size(), false);
  for (size_t i = slices.size(); i-- > 0;) {
    for (size_t j = i + 1; j < slices.size() && !proved[i]; ++j) {
      proved[i] = proved[j] && slices[i].past_ascii <= slices[j].past_ascii &&
                  slices[i].trie.max_depth() <= slices[j].trie.max_depth() &&
                  (slices[i].ascii & ~slices[j].ascii).empty();
    }
    if (slices[i].trie.size() == 0) continue;
    bool loops = false;
    if (!proved[i] && !slices[i].inferred) {
      proved[i] = closed(head, slices[i].ascii, slices[i].past_ascii, slices[i].trie.max_depth(), loops, result.longest);
    }
    if (loops && i + 1 == slices.size()) result.loops = true;  // the last alphabet holds every body
    if (proved[i]) result.slices |= static_cast<uint16_t>(1u << i);
  }
  return result;
}

bool Coverage::past_ascii_loops(TermId head) {
  bool loops = false;
  uint32_t longest = 0;
  return closed(head, {}, true, tokens_.most_bytes, loops, longest) && loops;
}

// From the head, by texts of the alphabet of at most `depth` bytes.
bool Coverage::closed(TermId head, const ByteSet& ascii, bool past_ascii, uint32_t most_depth, bool& loops, uint32_t& longest) {
  const State start{head, TermArena::epsilon()};
  std::vector<Reached> places{{start, 0}};
  uint32_t farthest = automaton_.arena().shortest(head);
  bool only_head = true;
  Reached last{start, 0};
  // Takes one byte; false where it dies or the closure grows past its bound.
  auto take = [&](Reached from, uint8_t byte, uint8_t utf8) {
    const State next = automaton_.step(from.state, byte);
    if (Automaton::is_dead(next)) return false;
    const Reached to{next, utf8};
    if (to == last) return true;  // as most bytes do
    last = to;
    if (std::find(places.begin(), places.end(), to) == places.end()) {
      if (places.size() == kMostHeads) return false;
      places.push_back(to);
      farthest = std::max(farthest, automaton_.shortest(next));
      only_head = only_head && (utf8 != 0 || next == start);
    }
    return true;
  };
  size_t done = 0;
  for (uint32_t depth = 0; depth < most_depth && done < places.size(); ++depth) {
    for (const size_t level_end = places.size(); done < level_end; ++done) {
      const Reached from = places[done];
      bool all = true;
      if (from.utf8 == 0) ascii.for_each([&](uint8_t b) { all = all && take(from, b, 0); });
      for (const Utf8Edge& edge : kUtf8Edges) {
        if (!past_ascii || edge.from != from.utf8) continue;
        for (unsigned b = edge.first; b <= edge.last && all; ++b) all = take(from, static_cast<uint8_t>(b), edge.to);
      }
      if (!all || !automaton_.arena().pay(16)) return false;
    }
  }
  loops = only_head && done == places.size();
  longest = std::max(longest, farthest);
  return true;
}

}  // namespace keyway
