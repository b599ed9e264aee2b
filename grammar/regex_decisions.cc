// Decisions about languages, by search over derivatives; see regex.h and regex_store.h.
//
// Entry points: RegexArena::is_empty, contains, shortest, least_weight, enumerate. An expression without intersection
// and complement is empty only if it is never(), so that only the others are searched: depth-first towards the fewest
// code points, leaving parts that cannot matter (the rest of a sequence after a part known to hold a text). What a
// search finds is kept: all states on the way to a text are alive, all states of a search without one are dead.
// Invariant: no recursion; every state opened pays. Tested by tests/grammar/regex_test.cc.
#include <algorithm>
#include <queue>

#include "grammar/regex_store.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

constexpr uint32_t kUnknownWeight = 0xFFFFFFFFu;
constexpr uint32_t kNoText = 0xFFFFFFFEu;  // the least weight of an empty language

uint32_t sum_of_weights(uint32_t a, uint32_t b) {
  return a == kNoText || b == kNoText ? kNoText : static_cast<uint32_t>(std::min<uint64_t>(uint64_t{a} + b, kHeaviest));
}

uint32_t one(const CodePointSet&) { return 1; }

}  // namespace

RegexArena::Impl::Life RegexArena::Impl::life_of(RegexId r) const {
  if (r == kNever) return Life::kDead;
  if (nullable(r) || positive(r) || kind(r) == RegexKind::kDeferred) return Life::kAlive;
  return life[r.value];
}

std::optional<bool> RegexArena::Impl::is_empty(RegexId r) {
  for (RegexId rest = r; ; rest = tail(rest)) {
    const bool last = kind(rest) != RegexKind::kSequence;
    const RegexId part_of_text = last ? rest : head(rest);
    if (life_of(rest) == Life::kAlive) return false;
    if (life_of(rest) == Life::kDead) {
      life.set(r.value, Life::kDead);
      return true;
    }
    if (life_of(part_of_text) != Life::kAlive) {
      const std::optional<bool> empty = search(part_of_text);
      if (!empty.has_value()) return std::nullopt;
      if (*empty) {
        life.set(r.value, Life::kDead);
        return true;
      }
    }
    if (last) break;
  }
  life.set(r.value, Life::kAlive);
  return false;
}

// How far a state is from a text, to order a search: of an intersection the code points that each part still asks for, together,
// so that a step that serves several parts comes before one that serves the longest alone. Receipt: worst mask of Github o90970
// (job names beside eleven patterns) 96 -> 36 ms; with it nine patterns in a text of 60 code points (allany17 of MaskBench) are
// found to have one after 161 states.
uint64_t RegexArena::Impl::distance(RegexId r) const {
  const bool chained = kind(r) == RegexKind::kSequence;
  const RegexId first = chained ? head(r) : r;
  if (kind(first) != RegexKind::kIntersection) return node(r).min_length;
  uint64_t sum = chained ? node(tail(r)).min_length : 0;
  for (RegexId p : parts_of(first)) sum += node(p).min_length;
  return sum;
}

// The states such that r has a text iff one of them has. Requires: r is neither positive nor nullable.
void RegexArena::Impl::open_choices(RegexId r, std::vector<RegexId>& out) {
  switch (kind(r)) {
    case RegexKind::kAlternative:
      out.assign(parts_of(r).begin(), parts_of(r).end());
      return;
    case RegexKind::kRepeat:
      out.push_back(part(r));
      return;
    case RegexKind::kKnot:
      out.push_back(meaning(r));
      return;
    case RegexKind::kSequence:
      if (life_of(head(r)) == Life::kDead) return;
      if (life_of(head(r)) == Life::kAlive) {
        out.push_back(tail(r));
        return;
      }
      break;
    default:
      break;
  }
  const List list = raw(r);
  for (uint32_t i = 0; i < list.count; ++i) out.push_back(at(list, i).target);
}

std::optional<bool> RegexArena::Impl::search(RegexId start) {
  if (life_of(start) != Life::kUnknown) return life_of(start) == Life::kDead;
  std::unordered_map<uint32_t, uint32_t> from{{start.value, start.value}};  // each state and the one that led to it
  std::vector<RegexId> stack{start}, choices;
  while (!stack.empty()) {
    const RegexId r = stack.back();
    stack.pop_back();
    over_states = over_states || from.size() > kMostSearched;
    if (over_states || !pay()) return std::nullopt;
    choices.clear();
    open_choices(r, choices);
    if (exhausted()) return std::nullopt;
    // The nearest to a text is opened first: it is pushed last.
    std::sort(choices.begin(), choices.end(), [&](RegexId a, RegexId b) {
      return std::make_pair(distance(a), a) > std::make_pair(distance(b), b);
    });
    for (RegexId next : choices) {
      const Life known = life_of(next);
      if (known == Life::kDead) continue;
      if (known == Life::kAlive) {
        for (uint32_t state = r.value;; state = from[state]) {
          life.set(state, Life::kAlive);
          if (state == from[state]) return false;
        }
      }
      if (from.try_emplace(next.value, r.value).second) stack.push_back(next);
    }
  }
  for (const auto& [state, origin] : from) life.set(state, Life::kDead);
  return true;
}

RegexArena::Impl::Weights& RegexArena::Impl::weights_of(Weight weight) {
  for (auto& [function, known] : weights) {
    if (function == weight) return known;
  }
  return weights.emplace_back(weight, Weights(kUnknownWeight)).second;
}

// At most the least weight, and equal to it where it is known.
uint32_t RegexArena::Impl::weight_bound(RegexId r, const Weights& known) const {
  const uint32_t weight = known[r.value];
  return weight != kUnknownWeight ? weight : node(r).min_length;
}

// Best-first over derivatives; the bound never exceeds what is left, so that the first state that is done is the best. Whether a
// state has a text is asked when its turn comes, and of equal bounds those that are known to come first: the way that the search
// for emptiness has found is often a shortest one. Receipt: 58 searches of 120 states for the shortest text of nine patterns
// (allany17 of MaskBench), one for every letter beside the way: schema to first mask 396 -> 6 ms with the order above.
std::optional<uint32_t> RegexArena::Impl::search_weight(RegexId start, Weight weight, Weights& known) {
  struct Entry {
    uint32_t bound, so_far;
    RegexId state;
    bool alive;
    bool operator>(const Entry& other) const {
      if (bound != other.bound) return bound > other.bound;
      // Of equal bounds the one that has come farthest.
      return alive != other.alive ? !alive : so_far < other.so_far;
    }
  };
  struct Visit {
    uint32_t so_far;
    RegexId from;
  };
  const std::optional<bool> empty = is_empty(start);
  if (!empty.has_value()) return std::nullopt;
  if (*empty) return kNoText;
  std::unordered_map<uint32_t, Visit> best{{start.value, {0, start}}};
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  queue.push({weight_bound(start, known), 0, start, true});
  while (!queue.empty()) {
    const Entry entry = queue.top();
    queue.pop();
    if (best[entry.state.value].so_far < entry.so_far) continue;
    if (!pay()) return std::nullopt;
    const std::optional<bool> dead = is_empty(entry.state);
    if (!dead.has_value()) return std::nullopt;
    if (*dead) continue;
    const bool settled = known[entry.state.value] != kUnknownWeight;
    if (settled || nullable(entry.state)) {
      const uint32_t total = settled ? entry.bound : entry.so_far;
      if (total >= kHeaviest) return total;
      for (RegexId s = entry.state;; s = best[s.value].from) {  // every state on the way is settled too
        known.set(s.value, total - best[s.value].so_far);
        if (s == start) return total;
      }
    }
    const List list = raw(entry.state);
    if (!pay(2 * list.count) || exhausted()) return std::nullopt;
    for (uint32_t i = 0; i < list.count; ++i) {
      const Transition t = at(list, i);
      const uint32_t so_far = sum_of_weights(entry.so_far, weight(set(t.on)));
      const auto [visit, fresh] = best.try_emplace(t.target.value, Visit{so_far, entry.state});
      if (!fresh && visit->second.so_far <= so_far) continue;
      visit->second = {so_far, entry.state};
      queue.push({sum_of_weights(so_far, weight_bound(t.target, known)), so_far, t.target, life_of(t.target) == Life::kAlive});
    }
  }
  return kNoText;
}

// By structure, parts first; intersections and complements by search.
std::optional<uint32_t> RegexArena::Impl::least_weight(RegexId start, Weight weight, Weights& known) {
  std::vector<RegexId> stack{start};
  while (!stack.empty()) {
    const RegexId r = stack.back();
    const auto need = [&](RegexId p) {
      if (known[p.value] != kUnknownWeight) return true;
      stack.push_back(p);
      return false;
    };
    uint32_t result = 0;
    bool ready = true;
    if (!pay()) return std::nullopt;
    switch (kind(r)) {
      case RegexKind::kNever: result = kNoText; break;
      case RegexKind::kEpsilon: break;
      case RegexKind::kClass: result = weight(set(class_of(r))); break;
      case RegexKind::kSequence:
        ready = need(head(r));
        ready = need(tail(r)) && ready;  // both are asked for, whatever the first says
        if (ready) result = sum_of_weights(known[head(r).value], known[tail(r).value]);
        break;
      case RegexKind::kAlternative:
        result = kNoText;
        for (RegexId p : parts_of(r)) {
          ready = need(p) && ready;
          result = std::min(result, known[p.value]);
        }
        break;
      case RegexKind::kRepeat:
        if (node(r).y == 0) break;
        ready = need(part(r));
        if (ready) {
          const uint32_t one_time = known[part(r).value];
          result = one_time == kNoText ? kNoText : static_cast<uint32_t>(
              std::min<uint64_t>(uint64_t{one_time} * node(r).y, kHeaviest));
        }
        break;
      case RegexKind::kDeferred: result = node(r).min_length; break;
      case RegexKind::kKnot:
      case RegexKind::kIntersection:
      case RegexKind::kComplement: {
        if (nullable(r)) break;  // of the empty text
        const std::optional<uint32_t> found = search_weight(r, weight, known);
        if (!found.has_value()) return std::nullopt;
        result = *found;
        break;
      }
    }
    if (!ready) continue;
    known.set(r.value, result);
    stack.pop_back();
  }
  return known[start.value];
}

std::optional<uint32_t> RegexArena::least_weight(RegexId r, Weight weight) {
  return impl_->least_weight(r, weight, impl_->weights_of(weight));
}

std::optional<bool> RegexArena::is_empty(RegexId r) {
  if (exhausted()) return std::nullopt;
  return impl_->is_empty(r);
}

std::optional<bool> RegexArena::contains(RegexId larger, RegexId smaller) {
  if (larger == smaller || larger == all() || smaller == never()) return true;
  const RegexId outside[] = {smaller, complement(larger)};
  const RegexId rest = intersection(outside);
  if (exhausted()) return std::nullopt;
  return is_empty(rest);
}

std::optional<std::u32string> RegexArena::shortest(RegexId r) {
  std::u32string text;
  for (;;) {
    const std::optional<uint32_t> left = least_weight(r, one);
    if (!left.has_value() || *left >= kHeaviest) return std::nullopt;
    if (*left == 0) return text;
    RegexId next = never();
    const std::span<const Transition> list = transitions(r);
    const std::vector<Transition> steps(list.begin(), list.end());
    for (const Transition& t : steps) {
      const std::optional<uint32_t> after = least_weight(t.target, one);
      if (!after.has_value()) return std::nullopt;
      if (*after + 1 == *left) {
        text.push_back(set(t.on).ranges()[0].first);
        next = t.target;
        break;
      }
    }
    if (next == never()) return std::nullopt;
    r = next;
  }
}

namespace {

// One state on the way of an enumeration and what of its transitions is still to come.
struct Frame {
  std::vector<RegexArena::Transition> list;
  size_t next = 0;
  size_t range = 0;
  uint32_t code_point = 0;  // to try next in that range
  size_t text_bytes = 0;
  RegexId state;
};

}  // namespace

// A language is finite iff no state leads back to itself; every way along transitions ends in a text, so that the
// search is done after `limit` texts or at the first state met twice on one way.
std::optional<std::vector<std::string>> RegexArena::enumerate(RegexId r, size_t limit) {
  std::vector<std::string> texts;
  std::string text;
  std::vector<Frame> path;
  std::vector<bool> on_path;
  const auto enter = [&](RegexId state) {
    if (nullable(state)) texts.push_back(text);
    const std::span<const Transition> list = transitions(state);
    Frame frame{{list.begin(), list.end()}, 0, 0, 0, text.size(), state};
    if (!frame.list.empty()) frame.code_point = set(frame.list[0].on).ranges()[0].first;
    uint64_t width = 0;
    for (const Transition& t : frame.list) width += set(t.on).size();
    on_path.resize(std::max(on_path.size(), size()));
    if (on_path[state.value] || width > limit || !impl_->pay() || exhausted()) return false;
    on_path[state.value] = true;
    path.push_back(std::move(frame));
    return texts.size() <= limit;
  };
  if (const std::optional<bool> empty = is_empty(r); !empty.has_value() || *empty) {
    if (!empty.has_value()) return std::nullopt;
    return texts;
  }
  if (!enter(r)) return std::nullopt;
  while (!path.empty()) {
    Frame& frame = path.back();
    text.resize(frame.text_bytes);
    if (frame.next == frame.list.size()) {
      on_path[frame.state.value] = false;
      path.pop_back();
      continue;
    }
    const Transition t = frame.list[frame.next];
    const std::vector<CodePointRange>& ranges = set(t.on).ranges();
    append_utf8(text, frame.code_point);
    if (frame.code_point < ranges[frame.range].last) {
      ++frame.code_point;
    } else if (++frame.range < ranges.size()) {
      frame.code_point = ranges[frame.range].first;
    } else {
      frame.range = 0;
      if (++frame.next < frame.list.size()) frame.code_point = set(frame.list[frame.next].on).ranges()[0].first;
    }
    if (!enter(t.target)) return std::nullopt;
  }
  std::sort(texts.begin(), texts.end());
  return texts;
}

}  // namespace keyway
