// Texts without some others; see excluded_texts.h.
#include "grammar/excluded_texts.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>

#include "grammar/derivative.h"
#include "grammar/text_like.h"

namespace keyway {

std::shared_ptr<ExcludedTexts> ExcludedTexts::define(TermArena& arena, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) arena.pay(text.size() * TextFinder::kByteWork);
  if (arena.exhausted()) return nullptr;
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

// Best first (Hart, Nilsson and Raphael 1968): what the term needs without the exclusion is never more than what it needs with it.
// All pairs of a search without an end have none; those on the way to the end have what is left of it. Receipt: strings of at least
// 5,000 characters, 2.5 s breadth first, 0.05 s so.
uint32_t ExcludedTexts::shortest(TermArena& arena, TermId term, uint32_t place) {
  if (arena.nullable(term)) return 0;
  if (const auto known = shortest_.find(key(term, place)); known != shortest_.end()) return known->second;
  struct Pair {
    TermId term;
    uint32_t place, from, depth;
  };
  // By the bytes of a text that goes this way, at least; of as many the deepest.
  using Entry = std::tuple<uint64_t, uint32_t, uint32_t>;  // bytes, the depth counted down, the pair
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
  std::vector<Pair> pairs;
  std::unordered_map<uint64_t, uint32_t> depths;
  const auto push = [&](const Pair& pair) {
    const auto [at, added] = depths.try_emplace(key(pair.term, pair.place), pair.depth);
    if (!added && at->second <= pair.depth) return;
    at->second = pair.depth;
    const auto known = shortest_.find(at->first);
    const uint32_t rest = known == shortest_.end() ? arena.shortest(pair.term) : known->second;
    if (rest == kLongest) return;
    open.emplace(uint64_t{pair.depth} + rest, ~pair.depth, static_cast<uint32_t>(pairs.size()));
    pairs.push_back(pair);
  };
  push({term, place, 0, 0});
  while (!open.empty()) {
    const auto [bytes, deep, index] = open.top();
    open.pop();
    const Pair at = pairs[index];
    if (depths[key(at.term, at.place)] < at.depth) continue;
    if (arena.nullable(at.term) || shortest_.contains(key(at.term, at.place))) {
      for (uint32_t i = index;; i = pairs[i].from) {
        shortest_.emplace(key(pairs[i].term, pairs[i].place), static_cast<uint32_t>(bytes) - pairs[i].depth);
        if (i == 0) return static_cast<uint32_t>(bytes);
      }
    }
    for (const Step& step : steps(arena, at.term, at.place)) push({step.term, step.place, index, at.depth + 1});
    if (arena.exhausted()) return kLongest;
  }
  for (const Pair& pair : pairs) shortest_.emplace(key(pair.term, pair.place), kLongest);
  return kLongest;
}

}  // namespace keyway
