// One code point forward, for all code points at once; see regex.h and regex_store.h.
//
// Entry points: RegexArena::Impl::raw and live, RegexArena::transitions, derivative, matches. The transitions of an
// expression are computed from those of its parts (transition regexes), so that classes are cut only where they differ.
//   class C           C -> empty text
//   head tail         on -> target tail; and those of the tail where the head holds the empty text
//   r{m,n}            on -> target r{m-1,n-1}
//   a | b, a & b      over the pieces into which the classes of the parts cut one another
//   ~r                on -> ~target, and every other code point -> all
//   knot              those of its meaning
// Invariants: classes of one list are disjoint, no target is never(), targets are distinct; live lists lead to no empty
// language. A counted repetition is one node whatever its counts, and a step makes a constant number of nodes.
// Tested by tests/grammar/regex_test.cc.
#include <algorithm>
#include <bit>
#include <map>
#include <tuple>

#include "grammar/regex_store.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

constexpr size_t kMostCuts = 4096;        // remembered ways to cut classes
constexpr size_t kMostCutClasses = 16;    // of at most so many classes each

uint64_t hash_ids(const std::vector<ClassId>& ids) {
  uint64_t h = ids.size();
  for (ClassId id : ids) h = (h ^ id.value) * 0x9E3779B97F4A7C15ull, h ^= h >> 31;
  return h;
}

struct Edge {
  uint32_t at;
  uint32_t index;
  bool opens;
};

// Complexity: O(ranges of `few` * log ranges of `many`).
bool overlap(const CodePointSet& few, const CodePointSet& many) {
  return std::any_of(few.ranges().begin(), few.ranges().end(), [&](CodePointRange c) { return many.overlaps(c.first, c.last); });
}

}  // namespace

// Requires: distinct is sorted. Valid until the next call.
const std::vector<RegexArena::Impl::Cut>& RegexArena::Impl::cut(const std::vector<ClassId>& distinct) {
  const bool keep = distinct.size() <= kMostCutClasses;
  const uint64_t key = hash_ids(distinct);
  if (keep) {
    auto known = cuts.find(key);
    if (known != cuts.end() && known->second.first == distinct) return known->second.second;
  }
  std::vector<Edge> edges;
  for (uint32_t i = 0; i < distinct.size(); ++i) {
    for (const CodePointRange& range : set(distinct[i]).ranges()) {
      edges.push_back({range.first, i, true});
      edges.push_back({range.last + 1, i, false});
    }
  }
  pay(edges.size() / 4);
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.at < b.at; });
  const size_t words = (distinct.size() + 63) / 64;
  std::vector<uint64_t> inside(words, 0);
  std::map<std::vector<uint64_t>, std::vector<CodePointRange>> pieces;
  uint32_t open = 0;
  for (size_t i = 0; i < edges.size();) {
    const uint32_t at = edges[i].at;
    for (; i < edges.size() && edges[i].at == at; ++i) {
      inside[edges[i].index / 64] ^= 1ull << (edges[i].index % 64);
      open += edges[i].opens ? 1 : -1;
    }
    if (open != 0) pieces[inside].push_back({at, edges[i].at - 1});
  }
  std::vector<Cut> result;
  for (auto& [members, ranges] : pieces) {
    const ClassId piece = intern_class(CodePointSet(std::move(ranges)));
    if (!set(piece).empty()) result.push_back({piece, members});
  }
  if (!keep) return last_cut = std::move(result);
  if (cuts.size() >= kMostCuts) cuts.clear();
  auto& slot = cuts[key];
  slot = {distinct, std::move(result)};
  return slot.second;
}

// Classes of one range each that do not meet, as the letters that some texts begin with: nothing to cut. Receipt: README.md,
// "Masks, step by step".
bool RegexArena::Impl::are_apart(std::vector<Transition>& pieces) const {
  const auto range = [&](const Transition& t) { return set(t.on).ranges()[0]; };
  if (std::any_of(pieces.begin(), pieces.end(), [&](const Transition& t) { return set(t.on).ranges().size() != 1; })) return false;
  const auto before = [&](const Transition& a, const Transition& b) { return range(a).first < range(b).first; };
  if (!std::is_sorted(pieces.begin(), pieces.end(), before)) std::sort(pieces.begin(), pieces.end(), before);
  const auto meet = [&](const Transition& a, const Transition& b) { return range(b).first <= range(a).last; };
  return std::adjacent_find(pieces.begin(), pieces.end(), meet) == pieces.end();
}

// Requires: the classes of `pieces` that belong to one part are disjoint. Ensures: out is disjoint.
void RegexArena::Impl::union_of(std::vector<Transition>& pieces, std::vector<Transition>& out) {
  if (are_apart(pieces)) {
    out.insert(out.end(), pieces.begin(), pieces.end());
    return;
  }
  std::vector<ClassId> distinct;
  for (const Transition& piece : pieces) distinct.push_back(piece.on);
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  if (distinct.size() == 1) {
    std::vector<RegexId> targets;
    for (const Transition& piece : pieces) targets.push_back(piece.target);
    out.push_back({distinct[0], alternative(std::move(targets))});
    return;
  }
  // By class, so that a piece of k classes gathers its targets without a pass over all.
  std::vector<std::vector<RegexId>> targets(distinct.size());
  for (const Transition& piece : pieces) {
    targets[static_cast<size_t>(std::lower_bound(distinct.begin(), distinct.end(), piece.on) - distinct.begin())]
        .push_back(piece.target);
  }
  const std::vector<Cut>& parted = cut(distinct);
  for (const Cut& c : parted) {
    std::vector<RegexId> together;
    for (size_t w = 0; w < c.members.size(); ++w) {
      for (uint64_t bits = c.members[w]; bits != 0; bits &= bits - 1) {
        const auto& more = targets[w * 64 + static_cast<size_t>(std::countr_zero(bits))];
        together.insert(together.end(), more.begin(), more.end());
      }
    }
    out.push_back({c.piece, alternative(std::move(together))});
  }
}

// Where nearly all pieces are the `large` ones of one part or equal to one of them, such as a class of many ranges behind a
// hyphen that may be left out, the few others are put among those: true, and out is disjoint. Else nothing is done. Receipt:
// README.md, "The worst masks".
bool RegexArena::Impl::unite_with_large(std::span<const Transition> pieces, Block large, std::vector<Transition>& out) {
  static constexpr size_t kMany = 32, kFew = 4;
  if (large.count < kMany) return false;
  const auto block = pieces.subspan(large.first, large.count);
  std::vector<Transition> others(pieces.begin(), block.begin());
  others.insert(others.end(), block.end(), pieces.end());
  if (others.size() > kFew) {
    const auto before = [](const Transition& a, const Transition& b) { return std::tie(a.on, a.target) < std::tie(b.on, b.target); };
    std::vector<Transition> sorted(block.begin(), block.end());
    std::sort(sorted.begin(), sorted.end(), before);
    std::erase_if(others, [&](const Transition& piece) { return std::binary_search(sorted.begin(), sorted.end(), piece, before); });
    if (others.size() > kFew) return false;
  }
  out.assign(block.begin(), block.end());
  const auto put = [&](const Transition& piece) {
    ClassId left = piece.on;
    for (size_t i = 0, n = out.size(); i < n && !set(left).empty(); ++i) {
      const Transition before = out[i];
      if (!overlap(set(left), set(before.on))) continue;
      const ClassId shared = intersect(before.on, left), rest = minus(before.on, shared);
      left = minus(left, shared);
      out[i] = {shared, alternative({before.target, piece.target})};
      if (!set(rest).empty()) out.push_back({rest, before.target});
    }
    if (!set(left).empty()) out.push_back({left, piece.target});
  };
  std::for_each(others.begin(), others.end(), put);
  return true;
}

// Requires: as union_of, for `count` parts.
void RegexArena::Impl::intersection_of(std::vector<Transition>& pieces, uint32_t count, std::vector<Transition>& out) {
  std::vector<ClassId> distinct;
  for (const Transition& piece : pieces) distinct.push_back(piece.on);
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  std::vector<std::vector<Transition>> by_class(distinct.size());
  for (const Transition& piece : pieces) {
    by_class[static_cast<size_t>(std::lower_bound(distinct.begin(), distinct.end(), piece.on) - distinct.begin())]
        .push_back(piece);
  }
  const std::vector<Cut>& parted = cut(distinct);
  for (const Cut& c : parted) {
    std::vector<RegexId> together;
    for (size_t j = 0; j < distinct.size(); ++j) {
      if (!c.has(j)) continue;
      for (const Transition& piece : by_class[j]) together.push_back(piece.target);
    }
    // The classes of one part are disjoint, so that each part gave one target or none.
    if (together.size() == count) out.push_back({c.piece, intersection(std::move(together))});
  }
}

// Unites the classes of equal targets, drops never(), and puts the list in the order of code points.
void RegexArena::Impl::merge_targets(std::vector<Transition>& list) {
  const auto by_target = [](const Transition& a, const Transition& b) { return a.target < b.target; };
  if (!std::is_sorted(list.begin(), list.end(), by_target)) std::sort(list.begin(), list.end(), by_target);
  size_t kept = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].target == kNever) continue;
    if (kept > 0 && list[kept - 1].target == list[i].target) {
      list[kept - 1].on = unite(list[kept - 1].on, list[i].on);
    } else {
      list[kept++] = list[i];
    }
  }
  list.resize(kept);
  const auto first_of = [&](const Transition& t) { return set(t.on).ranges()[0].first; };
  const auto by_place = [&](const Transition& a, const Transition& b) { return first_of(a) < first_of(b); };
  if (std::is_sorted(list.begin(), list.end(), by_place)) return;
  std::vector<std::pair<uint32_t, Transition>> placed;
  placed.reserve(list.size());
  for (const Transition& t : list) placed.emplace_back(first_of(t), t);
  std::sort(placed.begin(), placed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (size_t i = 0; i < list.size(); ++i) list[i] = placed[i].second;
}

// Appends where one code point of a sequence leads; `large` becomes what its largest part gave. Returns whether more than one part
// contributed.
bool RegexArena::Impl::step(RegexId r, std::vector<Transition>& out, Block& large) {
  uint32_t contributed = 0;
  while (kind(r) == RegexKind::kSequence && (contributed == 0 || !lists[r.value].made)) {
    const RegexId first = head(r), rest = tail(r);
    ++contributed;
    if (kind(first) == RegexKind::kClass) {
      out.push_back({class_of(first), rest});
    } else {
      const List list = raw(first);
      if (list.count > large.count) large = {out.size(), list.count};
      for (uint32_t i = 0; i < list.count; ++i) {
        const Transition t = at(list, i);
        out.push_back({t.on, sequence(t.target, rest)});
      }
    }
    if (!nullable(first)) return contributed > 1;
    r = rest;
  }
  const List list = raw(r);
  if (list.count > large.count) large = {out.size(), list.count};
  for (uint32_t i = 0; i < list.count; ++i) out.push_back(at(list, i));
  return true;
}

RegexArena::Impl::List RegexArena::Impl::raw(RegexId r) {
  if (const List known = lists[r.value]; known.made) return known;
  if (!pay()) return {};
  std::vector<Transition> pieces;
  std::vector<Transition> list;
  Block large;
  // Transitions of the parts. At 2 units each an allOf of 20 patterns took 2.6 s to come to the end of its fuel.
  size_t work = 0;
  bool overlapping = false;
  switch (kind(r)) {
    case RegexKind::kNever:
    case RegexKind::kEpsilon:
      break;
    case RegexKind::kClass:
      list.push_back({class_of(r), kEpsilon});
      break;
    case RegexKind::kSequence:
      overlapping = step(r, pieces, large);
      break;
    case RegexKind::kAlternative:
      overlapping = true;
      for (uint32_t i = 0, n = node(r).y; i < n; ++i) {
        const size_t before = pieces.size();
        step_part(parts_of(r)[i], pieces);
        if (pieces.size() - before > large.count) large = {before, pieces.size() - before};
      }
      break;
    case RegexKind::kIntersection: {
      const uint32_t n = node(r).y;
      for (uint32_t i = 0; i < n; ++i) step_part(parts_of(r)[i], pieces);
      work = pieces.size();
      intersection_of(pieces, n, list);
      pieces.clear();
      break;
    }
    case RegexKind::kComplement: {
      // Targets that are empty leave their code points to `all`, so that a complement that has become everything is
      // seen to be all().
      const List inner = live(part(r));
      std::vector<CodePointRange> known;
      for (uint32_t i = 0; i < inner.count; ++i) {
        const Transition t = at(inner, i);
        known.insert(known.end(), set(t.on).ranges().begin(), set(t.on).ranges().end());
        list.push_back({t.on, complement(t.target)});
      }
      const ClassId rest = intern_class(CodePointSet(std::move(known)).complement());
      if (!set(rest).empty()) list.push_back({rest, kAll});
      break;
    }
    case RegexKind::kKnot: {
      const List inner = raw(meaning(r));
      for (uint32_t i = 0; i < inner.count; ++i) list.push_back(at(inner, i));
      break;
    }
    case RegexKind::kDeferred: {
      const List inner = raw(meaning_of_deferred(r));
      for (uint32_t i = 0; i < inner.count; ++i) list.push_back(at(inner, i));
      break;
    }
    case RegexKind::kRepeat: {
      const Node n = node(r);
      const RegexId rest = repeat(RegexId(n.x), n.y == 0 ? 0 : n.y - 1, n.z == kUnbounded ? n.z : n.z - 1);
      step_part(RegexId(n.x), pieces);
      for (Transition& piece : pieces) piece.target = sequence(piece.target, rest);
      break;
    }
  }
  if (overlapping && !pieces.empty()) {
    work = pieces.size();
    if (!unite_with_large(pieces, large, list)) union_of(pieces, list);
  } else {
    list.insert(list.end(), pieces.begin(), pieces.end());
  }
  merge_targets(list);
  pay(5 * (work + list.size()));
  if (exhausted()) return {};
  const List made{static_cast<uint32_t>(pool.size()), static_cast<uint32_t>(list.size()), true, positive(r)};
  lists.set(r.value, made);
  pool.append(list.begin(), list.end());
  return made;
}

// The transitions of one part, without a list of its own where it is a class or begins with one.
void RegexArena::Impl::step_part(RegexId r, std::vector<Transition>& out) {
  if (kind(r) == RegexKind::kClass) {
    out.push_back({class_of(r), kEpsilon});
  } else if (kind(r) == RegexKind::kSequence && kind(head(r)) == RegexKind::kClass) {
    out.push_back({class_of(head(r)), tail(r)});
  } else {
    const List list = raw(r);
    for (uint32_t i = 0; i < list.count; ++i) out.push_back(at(list, i));
  }
}

RegexArena::Impl::List RegexArena::Impl::live(RegexId r) {
  const List first = raw(r);
  if (!first.made || first.live) return first;
  std::vector<Transition> alive;
  for (uint32_t i = 0; i < first.count; ++i) {
    const Transition t = at(first, i);
    const std::optional<bool> empty = is_empty(t.target);
    if (!empty.has_value()) return raw(r);  // exhausted: the caller will see
    if (!*empty) alive.push_back(t);
  }
  List kept{first.begin, static_cast<uint32_t>(alive.size()), true, true};
  if (first.begin < pool.frozen_size()) {
    kept.begin = static_cast<uint32_t>(pool.size());
    pool.append(alive.begin(), alive.end());
  } else {
    for (uint32_t i = 0; i < kept.count; ++i) pool.own(first.begin + i) = alive[i];
  }
  lists.set(r.value, kept);
  return kept;
}

std::span<const RegexArena::Transition> RegexArena::transitions(RegexId r) {
  const Impl::List list = impl_->live(r);
  if (impl_->exhausted()) return {};
  return {impl_->pool.from(list.begin), list.count};
}

std::optional<RegexArena::Like> RegexArena::Impl::like_rest(RegexId r) {
  static constexpr uint32_t kMany = 32, kFew = 4;
  if (kind(r) != RegexKind::kSequence || !nullable(head(r))) return std::nullopt;
  const RegexId other = tail(r);
  const List list = raw(other), before = raw(head(r));
  if (list.count < kMany || before.count > kFew) return std::nullopt;
  ClassId but{0};
  for (uint32_t i = 0; i < before.count; ++i) but = unite(but, at(before, i).on);
  return Like{other, but};
}

std::optional<RegexArena::Like> RegexArena::like(RegexId r) {
  if (impl_->kind(r) != RegexKind::kAlternative) return impl_->like_rest(r);
  std::optional<Like> all;
  for (uint32_t i = 0; i < impl_->parts_of(r).size(); ++i) {
    const auto part = impl_->like_rest(impl_->parts_of(r)[i]);
    if (!part || (all && part->other != all->other)) return std::nullopt;
    all = Like{part->other, all ? impl_->unite(all->but, part->but) : part->but};
  }
  return all;
}

RegexId RegexArena::derivative(RegexId r, uint32_t code_point) {
  for (const Transition& t : transitions(r)) {
    if (set(t.on).contains(code_point)) return t.target;
  }
  return never();
}

bool RegexArena::matches(RegexId r, std::string_view utf8) {
  while (!utf8.empty() && r != never()) {
    const size_t length = utf8_length(utf8);
    if (length == 0) return false;
    r = derivative(r, utf8_code_point(utf8.substr(0, length)));
    utf8.remove_prefix(length);
  }
  return nullable(r);
}

}  // namespace keyway
