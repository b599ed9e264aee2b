// Interning of expressions and classes, and the public face of the arena; see regex.h and regex_store.h.
#include "grammar/regex.h"

#include <algorithm>

#include "grammar/hash_mix.h"
#include "grammar/regex_store.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

constexpr ClassId kEmptyClass{0}, kFullClass{1};

uint64_t hash_set(const CodePointSet& set) {
  uint64_t h = set.ranges().size();
  for (const CodePointRange& range : set.ranges()) h = hash_mix(h, (uint64_t{range.first} << 32) | range.last);
  return h;
}

uint64_t pair_key(ClassId a, ClassId b) { return (uint64_t{a.value} << 32) | b.value; }

}  // namespace

RegexArena::Impl::Impl(const Limits& given) : limits(given) {
  intern_class(CodePointSet());
  intern_class(CodePointSet::all());
  intern({RegexKind::kNever, false, true, 0, kHeaviest, 0, 0, 0, 0});
  intern({RegexKind::kEpsilon, true, true, 0, 0, 0, 0, 0, 0});
  intern({RegexKind::kClass, false, true, 0, 1, 1, kFullClass.value, 0, 0});
  intern({RegexKind::kRepeat, true, true, 1, 0, kHeaviest, kAny.value, 0, kUnbounded});
}

size_t RegexArena::Impl::bytes() const {
  size_t pairs = 0;
  for (const auto* map : {&intersections, &differences, &unions}) pairs += map->own_size() + map->frozen_size();
  return nodes.capacity() * sizeof(Node) + index.bytes() + parts.capacity() * sizeof(RegexId) + class_bytes + pairs * 48 +
         lists.bytes() + pool.capacity() * sizeof(Transition) + life.bytes() + weights.size() * nodes.size() * sizeof(uint32_t) +
         fingerprints.bytes();
}

ClassId RegexArena::Impl::intern_class(const CodePointSet& set) {
  const uint64_t key = hash_set(set);
  const uint32_t known = class_index.find(key, [&](uint32_t number) { return classes[number] == set; });
  if (known != LayeredIndex::kNone) return ClassId(known);
  const uint32_t number = static_cast<uint32_t>(classes.size());
  classes.push_back(set);
  class_index.insert(key, number);
  class_bytes += sizeof(CodePointSet) + 64 + set.ranges().size() * sizeof(CodePointRange);
  return ClassId(number);
}

RegexId RegexArena::Impl::letter(uint32_t code_point) {
  if (const RegexId* known = known_letters.find(code_point)) return *known;
  const RegexId made = one_of(intern_class({{code_point, code_point}}));
  if (made != kNever) known_letters.set(code_point, made);
  return made;
}

ClassId RegexArena::Impl::intersect(ClassId a, ClassId b) {
  if (a == b || b == kFullClass) return a;
  if (a == kFullClass) return b;
  if (a > b) std::swap(a, b);
  if (const ClassId* known = intersections.find(pair_key(a, b))) return *known;
  const ClassId made = intern_class(set(a).intersect(set(b)));
  intersections.set(pair_key(a, b), made);
  return made;
}

ClassId RegexArena::Impl::minus(ClassId a, ClassId b) {
  if (a == b || b == kFullClass) return kEmptyClass;
  if (const ClassId* known = differences.find(pair_key(a, b))) return *known;
  const ClassId made = intern_class(set(a).minus(set(b)));
  differences.set(pair_key(a, b), made);
  return made;
}

ClassId RegexArena::Impl::unite(ClassId a, ClassId b) {
  if (a == b || a == kFullClass) return a;
  if (b == kFullClass) return b;
  if (a > b) std::swap(a, b);
  if (const ClassId* known = unions.find(pair_key(a, b))) return *known;
  const ClassId made = intern_class(set(a).unite(set(b)));
  unions.set(pair_key(a, b), made);
  return made;
}

uint64_t RegexArena::Impl::hash(const Node& n) const {
  uint64_t h = static_cast<uint64_t>(n.kind);
  if (n.kind == RegexKind::kAlternative || n.kind == RegexKind::kIntersection) {
    for (uint32_t i = 0; i < n.y; ++i) h = hash_mix(h, parts[n.x + i].value);
    return h;
  }
  return hash_mix(hash_mix(h, (uint64_t{n.x} << 32) | n.y), n.z);
}

bool RegexArena::Impl::same(const Node& a, const Node& b) const {
  if (a.kind != b.kind) return false;
  if (a.kind == RegexKind::kAlternative || a.kind == RegexKind::kIntersection) {
    return a.y == b.y && std::equal(parts.from(a.x), parts.from(a.x) + a.y, parts.from(b.x));
  }
  return a.x == b.x && a.y == b.y && a.z == b.z;
}

RegexId RegexArena::Impl::intern(Node n) {
  const uint64_t key = hash(n);
  const uint32_t known = index.find(key, [&](uint32_t id) { return same(nodes[id], n); });
  if (known != LayeredIndex::kNone) return RegexId(known);
  if (nodes.size() > kAll.value) {
    if (!pay()) return kNever;
    over_depth = over_depth || n.depth > std::min(kMostRegexDepth, kDepthFactor * limits.regex_depth);
    over_bytes = over_bytes || bytes() > limits.arena_bytes / kExpressionShare;
    if (over_depth || over_bytes) return kNever;
  }
  const uint32_t id = static_cast<uint32_t>(nodes.size());
  nodes.push_back(n);
  index.insert(key, id);
  return RegexId(id);
}

// Requires: list is sorted and distinct, at least two.
RegexId RegexArena::Impl::intern_list(RegexKind kind, const std::vector<RegexId>& list) {
  const bool any_of = kind == RegexKind::kAlternative;
  Node n{kind, !any_of, any_of, 0, any_of ? kHeaviest : 0, any_of ? 0 : kHeaviest,
         static_cast<uint32_t>(parts.size()), static_cast<uint32_t>(list.size()), 0};
  for (RegexId r : list) {
    const Node& p = node(r);
    n.nullable = any_of ? (n.nullable || p.nullable) : (n.nullable && p.nullable);
    n.positive = n.positive && p.positive;
    n.depth = std::max<uint16_t>(n.depth, static_cast<uint16_t>(p.depth + 1));
    n.min_length = any_of ? std::min(n.min_length, p.min_length) : std::max(n.min_length, p.min_length);
    n.max_length = any_of ? std::max(n.max_length, p.max_length) : std::min(n.max_length, p.max_length);
  }
  pay(list.size() / 8);
  parts.append(list.begin(), list.end());
  const size_t before = nodes.size();
  const RegexId id = intern(n);
  if (nodes.size() == before) parts.shrink(n.x);  // it was there already, or a limit was hit
  return id;
}

RegexArena::RegexArena(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) { impl_->face = this; }
RegexArena::RegexArena(const RegexArena& base, const Limits& limits) : impl_(std::make_unique<Impl>(*base.impl_)) {
  impl_->limits = limits;
  impl_->face = this;
}
RegexArena::~RegexArena() = default;
void RegexArena::set_budget(Budget* budget) { impl_->budget = budget; }
bool RegexArena::exhausted() const { return impl_->exhausted(); }
void RegexArena::set_arena_bytes(uint64_t bytes) {
  impl_->limits.arena_bytes = bytes;
  impl_->over_bytes = impl_->over_depth = impl_->over_text = false;
}

Error RegexArena::limit_error(const std::string& fuel_name, std::string pointer) const {
  if (impl_->over_depth) {
    return fail(ErrorCode::kLimit, "the expression is nested too deep", std::move(pointer), {},
                "regex_depth " + std::to_string(impl_->limits.regex_depth));
  }
  if (impl_->over_states) {
    return fail(ErrorCode::kLimit, "whether a text fits takes too long to find out", std::move(pointer), {},
                "regex_states " + std::to_string(kMostSearched));
  }
  if (impl_->over_text) {
    return fail(ErrorCode::kLimit, "a text is too long to be spelled", std::move(pointer), {},
                "text_bytes " + std::to_string(impl_->limits.text_bytes));
  }
  if (impl_->over_bytes) {
    return fail(ErrorCode::kLimit, "the expressions need more memory than they may have", std::move(pointer), {},
                "arena_bytes " + std::to_string(impl_->limits.arena_bytes));
  }
  return impl_->budget != nullptr ? impl_->budget->error(fuel_name, std::move(pointer))
                                  : fail(ErrorCode::kLimit, "a limit was reached", std::move(pointer));
}

// A knot counts as neither positive nor bounded: what it means is not known when it is used.
RegexId RegexArena::declare_knot(bool nullable) {
  const uint32_t number = impl_->knots++;
  return impl_->intern({RegexKind::kKnot, nullable, false, 0, nullable ? 0u : 1u, kHeaviest, number, 0, 0});
}

void RegexArena::define_knot(RegexId knot, RegexId meaning) {
  if (impl_->kind(knot) != RegexKind::kKnot) return;  // the budget ran out when it was declared
  Impl::Node& node = impl_->nodes.own(knot.value);  // no base has knots without a meaning
  node.depth = static_cast<uint16_t>(impl_->node(meaning).depth + 1);
  impl_->meanings.resize(std::max<size_t>(impl_->meanings.size(), node.x + 1), Impl::kNever);
  impl_->meanings[node.x] = meaning;
}

const Limits& RegexArena::limits() const { return impl_->limits; }
RegexId RegexArena::never() const { return Impl::kNever; }
RegexId RegexArena::epsilon() const { return Impl::kEpsilon; }
RegexId RegexArena::any() const { return Impl::kAny; }
RegexId RegexArena::all() const { return Impl::kAll; }
RegexId RegexArena::one_of(const CodePointSet& set) { return impl_->one_of(impl_->intern_class(set)); }
RegexId RegexArena::literal(std::string_view utf8) { return impl_->literal(utf8); }
RegexId RegexArena::sequence(RegexId first, RegexId second) { return impl_->sequence(first, second); }

RegexId RegexArena::sequence(std::span<const RegexId> parts) {
  RegexId result = epsilon();
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) result = impl_->sequence(*part, result);
  return result;
}

RegexId RegexArena::alternative(std::span<const RegexId> parts) {
  return impl_->alternative({parts.begin(), parts.end()});
}
RegexId RegexArena::intersection(std::span<const RegexId> parts) {
  return impl_->intersection({parts.begin(), parts.end()});
}
RegexId RegexArena::complement(RegexId part) { return impl_->complement(part); }
RegexId RegexArena::repeat(RegexId part, uint32_t min, uint32_t max) { return impl_->repeat(part, min, max); }
RegexId RegexArena::literals(std::vector<std::string_view> texts) { return impl_->literals(std::move(texts)); }
bool RegexArena::nullable(RegexId r) const { return impl_->nullable(r); }
bool RegexArena::positive(RegexId r) const { return impl_->positive(r); }
const CodePointSet& RegexArena::set(ClassId id) const { return impl_->set(id); }
size_t RegexArena::bytes() const { return impl_->bytes(); }
size_t RegexArena::size() const { return impl_->nodes.size(); }

}  // namespace keyway
