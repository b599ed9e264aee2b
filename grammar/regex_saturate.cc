// Counts that no token can reach made alike, and what is known of lengths; see counts_saturated and holds_from in regex.h.
//
// A token of at most L code points goes through at most L rounds of a repetition. A maximum of L rounds or more is never
// met by it and reads as none; a minimum of more than L is never reached and reads as L + 1. Only counts in head position
// are looked at: what stands behind comes into head position later, and is looked at then.
// Tested by tests/grammar/regex_test.cc.
#include <algorithm>

#include "grammar/regex_store.h"

namespace keyway {

RegexId RegexArena::counts_saturated(RegexId r, uint32_t longest) {
  Impl& impl = *impl_;
  if (!impl.positive(r)) return r;
  switch (impl.kind(r)) {
    case RegexKind::kRepeat: {
      const Impl::Node n = impl.node(r);
      const uint32_t min = std::min(n.y, longest + 1), max = n.z >= longest ? kUnbounded : n.z;
      return min == n.y && max == n.z ? r : impl.repeat(RegexId(n.x), min, max);
    }
    case RegexKind::kSequence: {
      const RegexId head = impl.head(r), tail = impl.tail(r);
      if (impl.kind(head) != RegexKind::kRepeat) return r;
      const RegexId saturated_head = counts_saturated(head, longest);
      return saturated_head == head ? r : impl.sequence(saturated_head, tail);
    }
    case RegexKind::kAlternative: {
      std::vector<RegexId> parts(impl.parts_of(r).begin(), impl.parts_of(r).end());
      bool changed = false;
      for (RegexId& part : parts) {
        const RegexKind kind = impl.kind(part);
        if (kind != RegexKind::kRepeat && kind != RegexKind::kSequence) continue;
        const RegexId made = counts_saturated(part, longest);
        changed = changed || made != part;
        part = made;
      }
      return changed ? impl.alternative(std::move(parts)) : r;
    }
    default: return r;
  }
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

}  // namespace keyway
