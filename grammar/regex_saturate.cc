// Counts that no token can reach made alike, and what is known of lengths; see counts_saturated and holds_from in regex.h.
//
// A token of at most L code points goes through at most L / n rounds of a repetition whose part takes at least n of them. A
// maximum beyond that is never met by it and reads as none; a minimum beyond it is never reached and reads as the first that
// is not. Maxima are looked at in the first parts of a sequence, whichever comes into head position while the token is read;
// minima in the first alone, so that what a text has still to go differs by one amount. A bound on the length of the whole text
// goes, where whatever the token leads to can be completed within it.
// Receipt: all masks of "at most 99 words", some of them under a length, 453 -> 41 ms (Github o21075, 1,230 masks; the same for
// o21076, o21142, o21137, o62060: 1,190 -> 302 ms); 70 lines.
// Tested by tests/grammar/regex_test.cc.
#include <algorithm>

#include "grammar/regex_store.h"

namespace keyway {
namespace {

constexpr size_t kMostSequence = 8;       // parts of a sequence that are looked at
constexpr uint32_t kMostNested = 8;       // operators inside one another whose completion is bounded
constexpr uint32_t kMostCompleted = 256;  // expressions that are looked at for it

}  // namespace

// At least the shortest completion of any text that the expression can go on from; kHeaviest where that is not known.
// Requires: positive(r).
uint32_t RegexArena::Impl::longest_completion(RegexId r, uint32_t nested, uint32_t& work) const {
  if (nested == 0 || work == 0) return kHeaviest;
  const auto sum = [](uint32_t a, uint32_t b) { return static_cast<uint32_t>(std::min<uint64_t>(uint64_t{a} + b, kHeaviest)); };
  uint32_t most = 0;
  for (; kind(r) == RegexKind::kSequence; r = tail(r)) {
    if (--work == 0) return kHeaviest;
    most = std::max(most, sum(longest_completion(head(r), nested - 1, work), node(tail(r)).min_length));
    if (work == 0) return kHeaviest;
  }
  --work;
  switch (kind(r)) {
    case RegexKind::kNever:
    case RegexKind::kEpsilon: return most;
    case RegexKind::kClass: return std::max(most, 1u);
    case RegexKind::kAlternative:
      for (RegexId p : parts_of(r)) most = std::max(most, longest_completion(p, nested - 1, work));
      return most;
    case RegexKind::kRepeat: {
      const uint64_t rounds = uint64_t{node(part(r)).min_length} * (node(r).y > 0 ? node(r).y - 1 : 0);
      return std::max(most, sum(longest_completion(part(r), nested - 1, work), static_cast<uint32_t>(std::min<uint64_t>(rounds, kHeaviest))));
    }
    default: return kHeaviest;
  }
}

RegexId RegexArena::Impl::saturated_repeat(RegexId r, uint32_t longest, bool maxima_only) {
  const Node n = node(r);
  const uint32_t round = std::max(node(RegexId(n.x)).min_length, 1u);
  const uint32_t min = maxima_only ? n.y : std::min(n.y, longest / round + 1);
  const uint32_t max = n.z >= (std::max(longest, 1u) - 1) / round + 1 ? kUnbounded : n.z;
  return min == n.y && max == n.z ? r : repeat(RegexId(n.x), min, max);
}

// Requires: positive(r).
RegexId RegexArena::Impl::saturated_positive(RegexId r, uint32_t longest, bool maxima_only) {
  switch (kind(r)) {
    case RegexKind::kRepeat: return saturated_repeat(r, longest, maxima_only);
    case RegexKind::kSequence: {
      std::vector<RegexId> first;
      bool changed = false;
      RegexId rest = r;
      for (; kind(rest) == RegexKind::kSequence && first.size() < kMostSequence; rest = tail(rest)) {
        const RegexId at = head(rest);
        first.push_back(kind(at) == RegexKind::kRepeat ? saturated_repeat(at, longest, maxima_only || !first.empty()) : at);
        changed = changed || first.back() != at;
      }
      if (kind(rest) == RegexKind::kRepeat) {
        const RegexId last = saturated_repeat(rest, longest, true);
        changed = changed || last != rest;
        rest = last;
      }
      if (!changed) return r;
      for (; !first.empty(); first.pop_back()) rest = sequence(first.back(), rest);
      return rest;
    }
    case RegexKind::kAlternative: {
      std::vector<RegexId> list(parts_of(r).begin(), parts_of(r).end());
      bool changed = false;
      for (RegexId& p : list) {
        if (kind(p) != RegexKind::kRepeat && kind(p) != RegexKind::kSequence) continue;
        const RegexId made = saturated_positive(p, longest, maxima_only);
        changed = changed || made != p;
        p = made;
      }
      return changed ? alternative(std::move(list)) : r;
    }
    default: return r;
  }
}

RegexId RegexArena::counts_saturated(RegexId r, uint32_t longest) {
  Impl& impl = *impl_;
  if (impl.positive(r)) return impl.saturated_positive(r, longest, false);
  if (impl.kind(r) != RegexKind::kIntersection || impl.parts_of(r).size() != 2) return r;
  RegexId text = impl.parts_of(r)[0], length = impl.parts_of(r)[1];
  if (!any_bounds(length)) std::swap(text, length);
  const std::optional<Bounds> bounds = any_bounds(length);
  if (!bounds || !impl.positive(text) || bounds->min > impl.node(text).min_length) return r;
  uint32_t work = kMostCompleted;
  if (bounds->max >= uint64_t{longest} + impl.longest_completion(text, kMostNested, work)) return impl.saturated_positive(text, longest, false);
  // More rounds than a text may have make no completion shorter.
  const RegexId made = impl.saturated_positive(text, longest, true);
  return made == text ? r : impl.intersection({made, length});
}

std::optional<RegexArena::Bounds> RegexArena::any_bounds(RegexId r) const {
  if (r == Impl::kAll) return Bounds{0, kUnbounded};
  if (r == Impl::kAny) return Bounds{1, 1};
  if (impl_->kind(r) != RegexKind::kRepeat || impl_->part(r) != Impl::kAny) return std::nullopt;
  return Bounds{impl_->node(r).y, impl_->node(r).z};
}

std::optional<uint32_t> RegexArena::holds_from(RegexId r) const {
  const Impl::Node& n = impl_->node(r);
  if (n.kind == RegexKind::kComplement) {
    const uint32_t longest = impl_->node(impl_->part(r)).max_length;
    return longest < kHeaviest ? std::optional(longest + 1) : std::nullopt;
  }
  if (n.kind == RegexKind::kIntersection) {
    uint32_t from = 0;
    for (RegexId part : impl_->parts_of(r)) {
      // No deeper than one level: an intersection of intersections is flat.
      const std::optional<uint32_t> found = impl_->kind(part) == RegexKind::kIntersection ? std::nullopt : holds_from(part);
      if (!found) return std::nullopt;
      from = std::max(from, *found);
    }
    return from;
  }
  const std::optional<Bounds> bounds = any_bounds(r);
  return bounds && bounds->max == kUnbounded ? std::optional(bounds->min) : std::nullopt;
}

// never() where no such part is seen. Such languages meet and unite in such ones.
RegexId RegexArena::Impl::prefixed(RegexId r, uint32_t nested) {
  const auto from = face->holds_from(r);
  if (from) return repeat(kAny, *from, kUnbounded);
  const RegexKind form = kind(r);
  if (form == RegexKind::kSequence) {
    const auto bounds = face->any_bounds(head(r));
    return bounds && bounds->max == kUnbounded ? r : kNever;
  }
  if (nested == 0) return kNever;
  if (form == RegexKind::kRepeat && node(r).y == 0 && node(r).z == 1) return prefixed(part(r), nested - 1);
  if (form != RegexKind::kAlternative && form != RegexKind::kIntersection) return kNever;
  const std::vector<RegexId> list(parts_of(r).begin(), parts_of(r).end());  // a copy: the calls below move it
  RegexId least = kNever;
  std::vector<RegexId> all;
  for (const RegexId one : list) {
    const RegexId inside = prefixed(one, nested - 1);
    if (form == RegexKind::kAlternative) {
      const bool less = inside != kNever && (least == kNever || node(inside).min_length < node(least).min_length);
      if (less && life_of(inside) == Life::kAlive) least = inside;
    } else if (inside == kNever) {
      return kNever;
    }
    all.push_back(inside);
  }
  return form == RegexKind::kAlternative ? least : intersection(std::move(all));
}

std::optional<RegexId> RegexArena::prefixed(RegexId r) {
  static constexpr uint32_t kMostInside = 4;  // alternatives and intersections inside one another
  const RegexId found = impl_->prefixed(r, kMostInside);
  // Of states of a text it is known; others might take a search.
  const bool alive = impl_->life_of(found) == Impl::Life::kAlive;
  return alive && !exhausted() ? std::optional(found) : std::nullopt;
}

}  // namespace keyway
