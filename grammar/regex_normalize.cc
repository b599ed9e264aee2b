// The constructors of the regular algebra and their normal forms; see regex.h and regex_store.h.
//
// Entry points: RegexArena::Impl::sequence, alternative, intersection, complement, repeat. The simplifications are those
// that keep the states of a walk few: each is an equality of languages, and none is needed for correctness.
// Tested by tests/grammar/regex_test.cc (all small expressions against sets of texts).
#include <algorithm>
#include <numeric>
#include <tuple>

#include "grammar/regex_store.h"

namespace keyway {
namespace {

constexpr uint32_t kMostFactoring = 64;  // alternatives inside alternatives that one call unites
constexpr uint64_t kMostPeriod = uint64_t{1} << 60;
constexpr uint32_t kMostSpine = 64;      // parts of a sequence looked at for absorption

uint32_t saturated(uint64_t value) { return static_cast<uint32_t>(std::min<uint64_t>(value, kHeaviest)); }

// One alternative read as part{min,max} followed by tail, so that equal parts can be united.
struct Entry {
  RegexId head;  // the part, not repeated
  RegexId tail;
  uint32_t min = 1;
  uint32_t max = 1;
};

void sort_unique(std::vector<RegexId>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

// The bounds of a repetition of a repetition, where it is one repetition: every count from inner to inner is reached.
bool multiply(uint32_t inner_min, uint32_t inner_max, uint32_t& min, uint32_t& max) {
  // (r{a,b}){c,d} leaves no gap iff (k+1)a <= kb+1 for k = c, unless c = d.
  const bool gapless = min == max || inner_max == kUnbounded ||
                       (uint64_t{min} + 1) * inner_min <= uint64_t{min} * inner_max + 1;
  if (!gapless || (inner_max == kUnbounded && min == 0 && inner_min > 1)) return false;
  const uint64_t least = uint64_t{min} * inner_min;
  const bool unbounded = (max == kUnbounded && inner_max != 0) || (inner_max == kUnbounded && max != 0);
  const uint64_t most = unbounded ? kUnbounded : uint64_t{max} * inner_max;
  if (least >= kUnbounded || (!unbounded && most >= kUnbounded)) return false;
  min = static_cast<uint32_t>(least);
  max = static_cast<uint32_t>(most);
  return true;
}

uint32_t plus(uint32_t a, uint32_t b) { return a == kUnbounded || b == kUnbounded ? kUnbounded : a + b; }

}  // namespace

RegexId RegexArena::Impl::one_of(ClassId c) {
  if (set(c).empty()) return kNever;
  return intern({RegexKind::kClass, false, true, 0, 1, 1, c.value, 0, 0});
}

// Requires: first is neither a sequence, epsilon nor never; second is neither epsilon nor never.
RegexId RegexArena::Impl::cons(RegexId first, RegexId second) {
  const RegexId next = kind(second) == RegexKind::kSequence ? head(second) : second;
  // r{a,b} r{c,d} = r{a+c,b+d}; a plain r counts as r{1,1} beside a repetition.
  const bool first_repeats = kind(first) == RegexKind::kRepeat, next_repeats = kind(next) == RegexKind::kRepeat;
  if ((first_repeats || next_repeats) && (first_repeats ? part(first) : first) == (next_repeats ? part(next) : next)) {
    const uint32_t first_min = first_repeats ? node(first).y : 1, next_min = next_repeats ? node(next).y : 1;
    const uint32_t first_max = first_repeats ? node(first).z : 1, next_max = next_repeats ? node(next).z : 1;
    const bool fits = uint64_t{first_min} + next_min < kUnbounded &&
                      (plus(first_max, next_max) == kUnbounded || uint64_t{first_max} + next_max < kUnbounded);
    if (fits) {
      const RegexId joined = repeat(first_repeats ? part(first) : first, first_min + next_min, plus(first_max, next_max));
      return second == next ? joined : cons(joined, tail(second));
    }
  }
  // all t = all where t holds the empty text; r all t = all t where r does.
  if (first == kAll && nullable(second)) return kAll;
  if (next == kAll && nullable(first)) return second;
  const Node &a = node(first), &b = node(second);
  uint32_t depth = a.depth + 1u;
  if (a.nullable) depth = std::max<uint32_t>(depth, b.depth);
  return intern({RegexKind::kSequence, a.nullable && b.nullable, a.positive && b.positive,
                 static_cast<uint16_t>(depth), saturated(uint64_t{a.min_length} + b.min_length),
                 saturated(uint64_t{a.max_length} + b.max_length), first.value, second.value, 0});
}

RegexId RegexArena::Impl::sequence(RegexId first, RegexId second) {
  if (first == kNever || second == kNever) return kNever;
  if (first == kEpsilon) return second;
  if (second == kEpsilon) return first;
  if (kind(first) != RegexKind::kSequence) return cons(first, second);
  std::vector<RegexId> spine;
  for (; kind(first) == RegexKind::kSequence; first = tail(first)) spine.push_back(head(first));
  pay(spine.size() / 8);
  RegexId result = cons(first, second);
  for (auto r = spine.rbegin(); r != spine.rend() && result != kNever; ++r) result = cons(*r, result);
  return result;
}

RegexId RegexArena::Impl::repeat(RegexId r, uint32_t min, uint32_t max) {
  if (min > max) return kNever;
  if (max == 0 || r == kEpsilon) return kEpsilon;
  if (r == kNever) return min == 0 ? kEpsilon : kNever;
  if (nullable(r)) min = 0;
  if (max == 1 && (min == 1 || nullable(r))) return r;
  if (kind(r) == RegexKind::kRepeat) {
    const Node& inner = node(r);
    if (multiply(inner.y, inner.z, min, max)) return repeat(RegexId(inner.x), min, max);
  }
  if (max == kUnbounded && min == 0 && kind(r) == RegexKind::kAlternative) {
    // (a* | b{1,3} | c)* = (a | b | c)*
    std::vector<RegexId> bare(parts_of(r).begin(), parts_of(r).end());
    bool changed = false;
    for (RegexId& p : bare) {
      changed = changed || p == kEpsilon || (kind(p) == RegexKind::kRepeat && node(p).y <= 1);
      if (p == kEpsilon) p = kNever;
      else if (kind(p) == RegexKind::kRepeat && node(p).y <= 1) p = part(p);
    }
    const RegexId stripped = changed ? alternative(std::move(bare)) : r;
    if (stripped != r) return repeat(stripped, 0, kUnbounded);
  } else if (min == 0 && kind(r) == RegexKind::kAlternative && parts_of(r)[0] == kEpsilon) {
    std::vector<RegexId> bare(parts_of(r).begin() + 1, parts_of(r).end());
    return repeat(alternative(std::move(bare)), 0, max);  // (r | empty){0,n} = r{0,n}
  }
  const Node& n = node(r);
  return intern({RegexKind::kRepeat, min == 0, n.positive, static_cast<uint16_t>(n.depth + 1),
                 saturated(uint64_t{n.min_length} * min), saturated(uint64_t{n.max_length} * max), r.value, min, max});
}

RegexId RegexArena::Impl::complement(RegexId r) {
  if (r == kNever) return kAll;
  if (r == kAll) return kNever;
  if (r == kEpsilon) return repeat(kAny, 1, kUnbounded);
  if (kind(r) == RegexKind::kComplement) return part(r);
  if (kind(r) == RegexKind::kRepeat && part(r) == kAny) {
    const uint32_t min = node(r).y, max = node(r).z;
    if (max == kUnbounded) return repeat(kAny, 0, min - 1);
    if (min == 0) return repeat(kAny, max + 1, kUnbounded);
  }
  const Node& n = node(r);
  return intern({RegexKind::kComplement, !n.nullable, false, static_cast<uint16_t>(n.depth + 1), n.nullable ? 1u : 0u,
                 kHeaviest, r.value, 0, 0});
}

namespace {

// Unites r{a,b} t with r{c,d} t where the counts leave no gap. The epsilon that an r{1,n} can take up is taken.
void unite_counts(std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.head, a.tail, a.min, a.max) < std::tie(b.head, b.tail, b.min, b.max);
  });
  size_t kept = 0;
  for (size_t i = 1; i < entries.size(); ++i) {
    Entry& last = entries[kept];
    const Entry& next = entries[i];
    const bool touches = last.max == kUnbounded || next.min <= last.max + 1;
    if (last.head == next.head && last.tail == next.tail && touches) {
      last.max = std::max(last.max, next.max);
    } else {
      entries[++kept] = next;
    }
  }
  if (!entries.empty()) entries.resize(kept + 1);
}

}  // namespace

RegexId RegexArena::Impl::alternative(std::vector<RegexId> list) {
  std::erase(list, kNever);
  if (list.empty()) return kNever;
  if (std::all_of(list.begin() + 1, list.end(), [&](RegexId r) { return r == list[0]; })) return list[0];
  std::vector<RegexId> flat, excluded;
  bool has_epsilon = false;
  ClassId letters{0};
  const auto take = [&](RegexId r) {
    if (r == kEpsilon) has_epsilon = true;
    else if (kind(r) == RegexKind::kClass) letters = unite(letters, class_of(r));
    else if (kind(r) == RegexKind::kComplement) excluded.push_back(part(r));
    else if (r != kNever) flat.push_back(r);
  };
  for (RegexId r : list) {
    if (r == kAll) return kAll;
    if (kind(r) == RegexKind::kAlternative) {
      for (uint32_t i = 0, n = node(r).y; i < n; ++i) take(parts_of(r)[i]);
    } else {
      take(r);
    }
  }
  sort_unique(flat);
  for (RegexId r : excluded) {
    if (std::binary_search(flat.begin(), flat.end(), r)) return kAll;
    if (kind(r) == RegexKind::kClass && set(minus(class_of(r), letters)).empty()) return kAll;
  }

  std::vector<Entry> entries;
  for (RegexId r : flat) {
    Entry entry{r, kEpsilon};
    if (kind(r) == RegexKind::kSequence) entry = {head(r), tail(r)};
    if (kind(entry.head) == RegexKind::kRepeat) {
      const Node& counted = node(entry.head);
      entry = {RegexId(counted.x), entry.tail, counted.y, counted.z};
      if (entry.min == 0 && entry.tail == kEpsilon) {  // r{0,n} = empty | r{1,n}
        has_epsilon = true;
        entry.min = 1;
      }
    }
    entries.push_back(entry);
  }
  if (letters != ClassId(0)) entries.push_back({one_of(letters), kEpsilon});
  unite_counts(entries);

  // Left-factor: equal heads share one choice of tails.
  std::vector<RegexId> united;
  for (size_t i = 0; i < entries.size();) {
    const RegexId repeated = repeat(entries[i].head, entries[i].min, entries[i].max);
    std::vector<RegexId> tails;
    size_t j = i;
    for (; j < entries.size() && entries[j].head == entries[i].head; ++j) {
      if (entries[j].min == entries[i].min && entries[j].max == entries[i].max) tails.push_back(entries[j].tail);
    }
    if (tails.size() == 1 || factoring_depth >= kMostFactoring) {
      united.push_back(sequence(repeated, tails[0]));
      ++i;
      continue;
    }
    ++factoring_depth;
    united.push_back(sequence(repeated, alternative(std::move(tails))));
    --factoring_depth;
    const Entry first = entries[i];
    size_t kept = i + 1;
    for (size_t k = i + 1; k < j; ++k) {
      if (entries[k].min != first.min || entries[k].max != first.max) entries[kept++] = entries[k];
    }
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(kept), entries.begin() + static_cast<std::ptrdiff_t>(j));
    ++i;
  }
  if (!excluded.empty()) united.push_back(complement(intersection(std::move(excluded))));
  return finish_alternative(united, has_epsilon);
}

// Whether x t or t stands beside all t. Requires: each of `saturating` is a sequence that begins with all.
bool RegexArena::Impl::absorbed(RegexId r, const std::vector<RegexId>& saturating) const {
  RegexId suffix = r;
  for (uint32_t n = 0; n < kMostSpine; ++n) {
    for (RegexId s : saturating) {
      if (r != s && (suffix == s || suffix == tail(s))) return true;
    }
    if (kind(suffix) != RegexKind::kSequence) return false;
    suffix = tail(suffix);
  }
  return false;
}

// Unites classes with equal tails, drops what another part absorbs, and settles the empty text.
RegexId RegexArena::Impl::finish_alternative(std::vector<RegexId>& united, bool has_epsilon) {
  std::vector<std::pair<RegexId, ClassId>> by_tail;
  std::vector<RegexId> saturating, result;
  for (RegexId r : united) {
    if (r == kAll) return kAll;
    const bool chained = kind(r) == RegexKind::kSequence;
    if (chained && kind(head(r)) == RegexKind::kClass) {
      by_tail.push_back({tail(r), class_of(head(r))});
    } else {
      if (chained && head(r) == kAll) saturating.push_back(r);
      result.push_back(r);
    }
  }
  std::sort(by_tail.begin(), by_tail.end());
  for (size_t i = 0; i < by_tail.size();) {
    ClassId on = by_tail[i].second;
    size_t j = i + 1;
    for (; j < by_tail.size() && by_tail[j].first == by_tail[i].first; ++j) on = unite(on, by_tail[j].second);
    result.push_back(sequence(one_of(on), by_tail[i].first));
    i = j;
  }
  if (!saturating.empty()) {
    std::erase_if(result, [&](RegexId r) { return absorbed(r, saturating); });
  }
  sort_unique(result);
  std::erase(result, kNever);
  if (has_epsilon && std::none_of(result.begin(), result.end(), [&](RegexId r) { return nullable(r); })) {
    auto counted = std::find_if(result.begin(), result.end(), [&](RegexId r) {
      return kind(r) == RegexKind::kRepeat && node(r).y == 1;
    });
    if (counted != result.end()) {
      *counted = repeat(part(*counted), 0, node(*counted).z);
    } else if (result.size() == 1) {
      result[0] = repeat(result[0], 0, 1);
    } else {
      result.push_back(kEpsilon);
    }
    sort_unique(result);
  }
  if (result.empty()) return has_epsilon ? kEpsilon : kNever;
  if (result.size() == 1) return result[0];
  if (std::find(result.begin(), result.end(), kAll) != result.end()) return kAll;
  return intern_list(RegexKind::kAlternative, result);
}

// C{p}* and D{q}* are (C and D){lcm(p,q)}*: ten such patterns would otherwise have a state for every remainder.
RegexArena::Impl::Multiples RegexArena::Impl::multiples(RegexId r) const {
  if (kind(r) != RegexKind::kRepeat || node(r).y != 0 || node(r).z != kUnbounded) return {};
  Multiples result{ClassId(0), 1, 1};
  RegexId inner = part(r);
  for (; kind(inner) == RegexKind::kRepeat && node(inner).y == node(inner).z; inner = part(inner)) {
    if (node(inner).y > kMostPeriod / result.period) return {};
    result.inner = node(inner).y;
    result.period *= node(inner).y;
  }
  if (kind(inner) != RegexKind::kClass || result.period == 1) return {};
  result.letters = class_of(inner);
  return result;
}

bool RegexArena::Impl::meet(Multiples& all, const Multiples& other) {
  const uint64_t shared = std::gcd(all.period, other.period);
  if (all.period / shared > kMostPeriod / other.period) return false;
  const uint64_t period = all.period / shared * other.period;
  for (uint64_t inner : {all.period, uint64_t{all.inner}, other.period, uint64_t{other.inner}}) {
    if (inner >= kUnbounded || period / inner >= kUnbounded) continue;
    all = {intersect(all.letters, other.letters), period, static_cast<uint32_t>(inner)};
    return true;
  }
  return false;
}

RegexId RegexArena::Impl::intersection(std::vector<RegexId> list) {
  if (list.size() == 1) return list[0];
  std::vector<RegexId> flat, excluded;
  bool has_epsilon = false, counted = false;
  ClassId letters{1};
  uint32_t min = 0, max = kUnbounded;
  Multiples rounds{ClassId(1), 1, 1};
  const auto take = [&](RegexId r) {
    if (r == kEpsilon) {
      has_epsilon = true;
    } else if (kind(r) == RegexKind::kComplement) {
      excluded.push_back(part(r));
    } else if (kind(r) == RegexKind::kClass || (kind(r) == RegexKind::kRepeat && kind(part(r)) == RegexKind::kClass)) {
      // C{a,b} and D{c,d} are (C and D){max(a,c), min(b,d)}.
      const bool single = kind(r) == RegexKind::kClass;
      letters = intersect(letters, class_of(single ? r : part(r)));
      min = std::max(min, single ? 1 : node(r).y);
      max = std::min(max, single ? 1 : node(r).z);
      counted = true;
    } else if (const Multiples own = multiples(r); own.period != 0 && meet(rounds, own)) {
      return;
    } else {
      flat.push_back(r);
    }
  };
  for (RegexId r : list) {
    if (r == kNever) return kNever;
    if (kind(r) == RegexKind::kIntersection) {
      for (uint32_t i = 0, n = node(r).y; i < n; ++i) take(parts_of(r)[i]);
    } else {
      take(r);
    }
  }
  if (rounds.period != 1) {
    const uint32_t outer = static_cast<uint32_t>(rounds.period / rounds.inner);
    const RegexId one = repeat(repeat(one_of(rounds.letters), rounds.inner, rounds.inner), outer, outer);
    flat.push_back(repeat(one, 0, kUnbounded));
  }
  if (counted) {
    const RegexId texts = repeat(one_of(letters), min, max);
    if (texts == kNever) return kNever;
    if (texts == kEpsilon) has_epsilon = true;
    else if (texts != kAll) flat.push_back(texts);
  }
  if (has_epsilon) {
    const auto holds = [&](RegexId r) { return nullable(r); };
    return std::all_of(flat.begin(), flat.end(), holds) && std::none_of(excluded.begin(), excluded.end(), holds)
               ? kEpsilon : kNever;
  }
  sort_unique(flat);
  sort_unique(excluded);
  for (RegexId r : excluded) {
    if (std::binary_search(flat.begin(), flat.end(), r)) return kNever;
  }
  if (!excluded.empty()) {
    const RegexId rest = complement(alternative(std::move(excluded)));
    if (rest == kNever) return kNever;
    if (rest != kAll) flat.push_back(rest);
    sort_unique(flat);
  }
  if (flat.empty()) return kAll;
  if (flat.size() == 1) return flat[0];
  uint32_t least = 0, most = kHeaviest;  // code points of a text: what no text can have ends a walk early
  for (RegexId r : flat) {
    least = std::max(least, node(r).min_length);
    most = std::min(most, node(r).max_length);
  }
  if (least > most) return kNever;
  return intern_list(RegexKind::kIntersection, flat);
}

}  // namespace keyway
