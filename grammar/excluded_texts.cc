// Texts without some others; see excluded_texts.h.
#include "grammar/excluded_texts.h"

#include <algorithm>
#include <unordered_set>

#include "grammar/derivative.h"
#include "grammar/text_like.h"

namespace keyway {

std::shared_ptr<ExcludedTexts> ExcludedTexts::define(TermArena& arena, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) arena.pay(text.size());
  std::shared_ptr<ExcludedTexts> made(new ExcludedTexts(texts));
  made->id_ = arena.define(made);
  add_text_like(arena, made->id_);
  return made;
}

bool ExcludedTexts::stands_in(std::string_view text) const {
  uint32_t at = 0;
  for (const char c : text) {
    at = finder_.step(at, static_cast<uint8_t>(c));
    if (finder_.finds(at)) return true;
  }
  return false;
}

TermId ExcludedTexts::state(TermArena& arena, TermId term, uint32_t place) {
  if (term == TermArena::never() || term == TermArena::epsilon()) return term;
  const uint32_t bytes = shortest(arena, term, place);
  if (bytes == kLongest) return TermArena::never();
  return arena.reference(id_, term.value, place, {.nullable = arena.nullable(term), .shortest = bytes});
}

TermId ExcludedTexts::unfold(TermArena& arena, uint32_t term, uint32_t place) {
  std::vector<TermId> parts;
  if (arena.nullable(TermId(term))) parts.push_back(TermArena::epsilon());
  for (const Step& step : steps(arena, TermId(term), place)) {
    const TermId rest = state(arena, step.term, step.place);
    if (rest != TermArena::never()) parts.push_back(arena.sequence(arena.bytes(step.bytes), rest));
  }
  return arena.choice(parts);
}

// Where one byte leads, less the places where an excluded text has ended.
std::vector<ExcludedTexts::Step> ExcludedTexts::steps(TermArena& arena, TermId term, uint32_t place) const {
  std::vector<Step> out;
  ByteSet left = first_bytes(arena, term);
  for (unsigned first = 0; first < 256; ++first) {
    if (!left.contains(static_cast<uint8_t>(first))) continue;
    ByteSet same;
    const TermId rest = derivative(arena, term, static_cast<uint8_t>(first), same);
    if (rest == TermArena::never()) continue;
    const size_t begin = out.size();
    for (unsigned byte = first; byte < 256; ++byte) {
      if (!left.contains(static_cast<uint8_t>(byte)) || !same.contains(static_cast<uint8_t>(byte))) continue;
      left.erase(static_cast<uint8_t>(byte));
      const uint32_t next = finder_.step(place, static_cast<uint8_t>(byte));
      if (finder_.finds(next)) continue;
      const auto known = std::find_if(out.begin() + static_cast<ptrdiff_t>(begin), out.end(),
                                      [next](const Step& step) { return step.place == next; });
      if (known != out.end()) {
        known->bytes.insert(static_cast<uint8_t>(byte));
      } else {
        out.push_back({ByteSet::range(static_cast<uint8_t>(byte), static_cast<uint8_t>(byte)), rest, next});
      }
    }
  }
  arena.pay(out.size() + 8);
  return out;
}

// Breadth first, a byte at a time, until no pair that is left could be nearer to an end than one that was found. All pairs of a
// search without an end have none; those on the way to the end have what is left of it.
uint32_t ExcludedTexts::shortest(TermArena& arena, TermId term, uint32_t place) {
  if (arena.nullable(term)) return 0;
  if (const auto known = shortest_.find(key(term, place)); known != shortest_.end()) return known->second;
  struct Pair {
    TermId term;
    uint32_t place, from, depth;
    bool known;
  };
  std::vector<Pair> pairs = {{term, place, 0, 0, false}};
  std::unordered_set<uint64_t> seen = {key(term, place)};
  uint32_t best = kLongest, end = 0;
  for (uint32_t i = 0; i < pairs.size() && pairs[i].depth + 1 < best; ++i) {
    const Pair at = pairs[i];
    if (at.known) continue;
    for (const Step& step : steps(arena, at.term, at.place)) {
      if (!seen.insert(key(step.term, step.place)).second) continue;
      const auto found = shortest_.find(key(step.term, step.place));
      const bool ends = arena.nullable(step.term), known = ends || found != shortest_.end();
      const uint32_t rest = ends ? 0 : known ? found->second : kLongest;
      pairs.push_back({step.term, step.place, i, at.depth + 1, known});
      if (rest == kLongest || at.depth + 1 + rest >= best) continue;
      best = at.depth + 1 + rest;
      end = static_cast<uint32_t>(pairs.size()) - 1;
    }
    if (arena.exhausted()) return kLongest;
  }
  if (best == kLongest) {
    for (const Pair& pair : pairs) shortest_.emplace(key(pair.term, pair.place), kLongest);
    return kLongest;
  }
  for (uint32_t i = end;; i = pairs[i].from) {
    shortest_.emplace(key(pairs[i].term, pairs[i].place), best - pairs[i].depth);
    if (i == 0) return best;
  }
}

}  // namespace keyway
