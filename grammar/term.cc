// Hash-consing and normalisation of terms; see term.h. The trie builders are in term_literals.cc.
#include "grammar/term.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "grammar/hash_mix.h"
#include "grammar/small_list.h"
#include "grammar/text_term.h"

namespace keyway {
namespace {

uint32_t saturated_length(uint64_t length) { return static_cast<uint32_t>(std::min<uint64_t>(length, kLongest)); }

}  // namespace

TermArena::TermArena(const Limits& limits) : limits_(limits), regexes_(limits) {
  static std::atomic<uint64_t> arenas{0};
  family_ = ++arenas;
  intern({TermKind::kNever, false, false, false, false, false, kLongest, 0, 0, 0});
  intern({TermKind::kEpsilon, true, false, false, false, false, 0, 0, 0, 0});
}

TermArena::TermArena(const TermArena& base, const Limits& limits)
    : limits_(limits),
      family_(base.family_),
      frozen_(static_cast<uint32_t>(base.frozen_ > 0 ? base.frozen_ : base.nodes_.size())),
      regexes_(base.regexes_, limits),
      nodes_(base.nodes_),
      index_(base.index_),
      parts_(base.parts_),
      byte_sets_(base.byte_sets_),
      byte_set_index_(base.byte_set_index_),
      token_sets_(base.token_sets_),
      unfolded_(base.unfolded_) {
  if (base.text_terms_ != nullptr) {
    text_terms_ = copy_text_terms(*base.text_terms_);
    definitions_.push_back(as_definition(text_terms_));
  }
  if (base.part_ != nullptr) part_ = base.part_->copy();
}

uint64_t TermArena::hash(const Node& node) const {
  uint64_t h = static_cast<uint64_t>(node.kind);
  if (node.kind == TermKind::kChoice) {
    for (uint32_t i = 0; i < node.y; ++i) h = hash_mix(h, parts_[node.x + i].value);
    return h;
  }
  return hash_mix(hash_mix(hash_mix(h, node.x), node.y), node.z);
}

bool TermArena::same(const Node& a, const Node& b) const {
  if (a.kind != b.kind) return false;
  if (a.kind != TermKind::kChoice) return a.x == b.x && a.y == b.y && a.z == b.z;
  return a.y == b.y && std::equal(parts_.from(a.x), parts_.from(a.x) + a.y, parts_.from(b.x));
}

TermId TermArena::intern(const Node& node) {
  const uint64_t key = hash(node);
  const uint32_t known = index_.find(key, [&](uint32_t id) { return same(nodes_[id], node); });
  if (known != LayeredIndex::kNone) return TermId(known);
  if (nodes_.size() > 1 && (!pay() || over_bytes_)) return never();
  // Every so many nodes is often enough, but for choices, which may be long.
  if ((nodes_.size() % 16 == 0 || node.kind == TermKind::kChoice) && bytes() > limits_.arena_bytes) {
    over_bytes_ = true;
    return never();
  }
  const uint32_t id = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(node);
  index_.insert(key, id);
  return TermId(id);
}

TermId TermArena::bytes(const ByteSet& set) {
  if (set.empty()) return never();
  const uint64_t key = hash_mix(hash_mix(hash_mix(hash_mix(0, set.words[0]), set.words[1]), set.words[2]), set.words[3]);
  uint32_t index = byte_set_index_.find(key, [&](uint32_t known) { return byte_sets_[known] == set; });
  if (index == LayeredIndex::kNone) {
    index = static_cast<uint32_t>(byte_sets_.size());
    byte_sets_.push_back(set);
    byte_set_index_.insert(key, index);
  }
  return intern({TermKind::kBytes, false, false, false, false, false, 1, index, 0, 0});
}

TermId TermArena::tokens(std::vector<TokenId> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.empty()) return never();
  // Few distinct sets exist in one grammar: delimiters and "every other added token".
  for (uint32_t index = 0; index < token_sets_.size(); ++index) {
    if (token_sets_[index] == ids) return intern({TermKind::kTokens, false, false, false, false, false, 1, index, 0, 0});
  }
  token_sets_.push_back(std::move(ids));
  return intern({TermKind::kTokens, false, false, false, false, false, 1, static_cast<uint32_t>(token_sets_.size() - 1), 0, 0});
}

// Requires: head is neither a sequence nor epsilon nor never; tail is neither epsilon nor never.
TermId TermArena::intern_sequence(TermId head, TermId tail) {
  const uint64_t length = uint64_t{shortest(head)} + shortest(tail);
  return intern({TermKind::kSequence, nullable(head) && nullable(tail), records(head) || records(tail),
                 recalls(head) || (nullable(head) && recalls(tail)), marked(head) || marked(tail), counts(head) || counts(tail),
                 saturated_length(length), head.value, tail.value, 0});
}

TermId TermArena::sequence(TermId head, TermId tail) {
  if (head == never() || tail == never()) return never();
  if (head == epsilon()) return tail;
  if (tail == epsilon()) return head;
  if (kind(head) != TermKind::kSequence) return intern_sequence(head, tail);
  // Re-nest to the right: the spine of `head`, last part first.
  // Steps of a text come here, so that a short spine must not allocate (c_api_memory_test.cc, WarmMasksAllocateNothing).
  std::array<TermId, 16> near;
  std::vector<TermId> far;
  size_t length = 0;
  for (; kind(head) == TermKind::kSequence; ++length) {
    if (length < near.size()) near[length] = this->head(head);
    else far.push_back(this->head(head));
    head = this->tail(head);
  }
  TermId result = intern_sequence(head, tail);
  for (; length > 0 && result != never(); --length) {
    result = intern_sequence(length > near.size() ? far[length - near.size() - 1] : near[length - 1], result);
  }
  return result;
}

TermId TermArena::sequence(std::span<const TermId> parts) {
  TermId result = epsilon();
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) result = sequence(*part, result);
  return result;
}

TermId TermArena::choice(std::span<const TermId> parts) {
  SmallList<TermId, 24> flat;
  for (TermId part : parts) {
    if (kind(part) == TermKind::kChoice) {
      for (TermId inner : this->parts(part)) flat.push_back(inner);
    } else if (part != never()) {
      flat.push_back(part);
    }
  }
  flat.sort_unique();
  if (flat.size() <= 1) return flat.empty() ? never() : flat[0];
  return known_choice({flat.begin(), flat.end()});
}

// The grammar start: "a" start "b" | "a" start | "" took 5.5 s for 600 bytes: after each byte the choice of its stacks was
// factored anew down to the last. Remembered, a step factors the top alone, for a few bytes per part.
TermId TermArena::known_choice(std::span<const TermId> parts) {
  static constexpr size_t kMostKnownParts = size_t{1} << 20;
  uint64_t key = parts.size();
  for (TermId part : parts) key = hash_mix(key, part.value);
  if (const KnownChoice* const known = known_choices_.find(key)) {
    const auto first = known_parts_.begin() + static_cast<std::ptrdiff_t>(known->first);
    if (known->count == parts.size() && std::equal(parts.begin(), parts.end(), first)) return known->made;
  }
  if (known_parts_.size() + parts.size() > kMostKnownParts) {
    known_choices_ = {};
    known_parts_.clear();
  }
  const TermId made = intern_choice(parts);
  if (exhausted()) return made;
  const size_t first = known_parts_.size();
  known_parts_.insert(known_parts_.end(), parts.begin(), parts.end());
  if (KnownChoice* const known = known_choices_.find(key)) {
    *known = {first, parts.size(), made};
  } else {
    known_choices_.insert(key, {first, parts.size(), made});
  }
  return made;
}

namespace {

// One alternative as head and tail, so that alternatives can be grouped by either.
struct Split {
  TermId head;
  TermId tail;
  TermId whole;  // what head and tail make; never() where that is not known yet
};

// Calls unite(begin, end) for each maximal run of equal keys after sorting by `key`.
template <typename Key, typename Unite>
void for_each_group(std::vector<Split>& splits, Key key, Unite unite) {
  std::sort(splits.begin(), splits.end(), [&](const Split& a, const Split& b) { return key(a) < key(b); });
  for (size_t begin = 0; begin < splits.size();) {
    size_t end = begin + 1;
    while (end < splits.size() && key(splits[end]) == key(splits[begin])) ++end;
    unite(begin, end);
    begin = end;
  }
}

}  // namespace

// Invariant T1: unites the tails of equal heads, then byte sets of equal tails. The first step makes a new choice of
// tails, whose common heads are united in turn; texts that share a prefix of thousands of bytes come through literals(),
// which factors by construction, so that this recursion is as deep as the alternatives of a grammar itself; past
// kMostFactoring it stops and leaves a larger term of the same language.
// Requires: parts are sorted, distinct, at least two, none a choice.
TermId TermArena::intern_choice(std::span<const TermId> parts) {
  static constexpr uint32_t kMostFactoring = 256;
  std::vector<Split> splits, byte_heads;
  std::vector<TermId> united;
  splits.reserve(parts.size());
  united.reserve(parts.size() + 1);
  bool has_epsilon = false;
  for (TermId part : parts) {
    if (part == epsilon()) {
      has_epsilon = true;
    } else if (kind(part) == TermKind::kSequence) {
      splits.push_back({head(part), tail(part), part});
    } else {
      splits.push_back({part, epsilon(), part});
    }
  }
  for_each_group(splits, [](const Split& s) { return s.head; }, [&](size_t begin, size_t end) {
    const TermId head = splits[begin].head;
    if (end - begin > 1 && factoring_depth_ < kMostFactoring) {
      std::vector<TermId> tails;
      for (size_t i = begin; i < end; ++i) tails.push_back(splits[i].tail);
      ++factoring_depth_;
      splits[begin] = {head, choice(tails), never()};
      --factoring_depth_;
      end = begin + 1;
    }
    for (size_t i = begin; i < end; ++i) {
      const Split& split = splits[i];
      if (kind(head) == TermKind::kBytes) {
        byte_heads.push_back(split);
      } else {
        united.push_back(split.whole != never() ? split.whole : sequence(head, split.tail));
      }
    }
  });
  for_each_group(byte_heads, [](const Split& s) { return s.tail; }, [&](size_t begin, size_t end) {
    if (end - begin == 1 && byte_heads[begin].whole != never()) {
      united.push_back(byte_heads[begin].whole);
      return;
    }
    ByteSet set;
    for (size_t i = begin; i < end; ++i) set = set | byte_set(byte_heads[i].head);
    united.push_back(sequence(bytes(set), byte_heads[begin].tail));
  });
  bool nullable_part = false;
  for (TermId part : united) nullable_part = nullable_part || nullable(part);
  if (has_epsilon && !nullable_part) united.push_back(epsilon());
  std::sort(united.begin(), united.end());
  united.erase(std::unique(united.begin(), united.end()), united.end());
  if (exhausted()) return never();
  if (united.size() == 1) return united[0];
  Node node{TermKind::kChoice, false, false, false, false, false, kLongest, static_cast<uint32_t>(parts_.size()),
            static_cast<uint32_t>(united.size()), 0};
  for (TermId part : united) {
    node.nullable = node.nullable || nullable(part);
    node.shortest = std::min(node.shortest, shortest(part));
    node.records = node.records || records(part);
    node.recalls = node.recalls || recalls(part);
    node.marked = node.marked || marked(part);
    node.counts = node.counts || counts(part);
  }
  parts_.append(united.begin(), united.end());
  const size_t before = nodes_.size();
  const TermId id = intern(node);
  if (nodes_.size() == before) parts_.shrink(node.x);  // it was there already
  return id;
}

TermId TermArena::repeat(TermId part, uint32_t min, uint32_t max) {
  if (min > max) return never();
  if (max == 0 || part == epsilon()) return epsilon();
  if (part == never()) return min == 0 ? epsilon() : never();
  if (nullable(part)) min = 0;
  if (min == 1 && max == 1) return part;
  const uint64_t length = uint64_t{shortest(part)} * min;
  return intern({TermKind::kRepeat, min == 0 || nullable(part), false, false, false, false, saturated_length(length), part.value, min,
                 max});
}

DefinitionId TermArena::define(std::shared_ptr<Definition> definition) {
  definitions_.push_back(std::move(definition));
  return DefinitionId(static_cast<uint32_t>(definitions_.size() - 1));
}

TermId TermArena::reference(DefinitionId definition, uint32_t x, uint32_t y, const TermFacts& facts) {
  return intern({TermKind::kReference, facts.nullable, definitions_[definition.value]->records(),
                 definitions_[definition.value]->recalls(), definitions_[definition.value]->marks(), facts.counts,
                 std::min(facts.shortest, kLongest), definition.value, x, y});
}

TermId Definition::after_byte(TermArena&, TermId, uint32_t, uint32_t, uint8_t) { return TermArena::never(); }

// What a definition says. Nothing, with the arena exhausted, where a limit stopped one that it shares what it keeps with.
template <typename Call>
auto TermArena::ask(uint32_t definition, Call call) {
  if (given_up_) return decltype(call(*definitions_[definition])){};  // what memory ran out in may be half made
  // Held by a copy: a definition may define others while it is asked.
  const std::shared_ptr<Definition> asked = definitions_[definition];
  const auto after = std::upper_bound(shared_.begin(), shared_.end(), definition,
                                      [](uint32_t wanted, const Shared& shared) { return wanted < shared.first; });
  if (after == shared_.begin() || std::prev(after)->end <= definition) return call(*asked);
  const size_t sharing = static_cast<size_t>(after - shared_.begin()) - 1;
  over_half_made_ = over_half_made_ || shared_[sharing].half_made;
  if (over_half_made_) return decltype(call(*asked)){};
  const auto said = call(*asked);
  if (exhausted()) shared_[sharing].half_made = half_made_ = true;
  return said;
}

TermId TermArena::after_byte(TermId t, uint8_t byte) {
  if (!pay()) return never();
  const Node node = nodes_[t.value];
  return ask(node.x, [&](Definition& definition) { return definition.after_byte(*this, t, node.y, node.z, byte); });
}

bool Definition::names(uint32_t, uint32_t, Names&) { return false; }

TermId Definition::behind_name(TermArena&, uint32_t, uint32_t, uint32_t) { return TermArena::never(); }

std::optional<TermId> Definition::step_names(TermArena&, uint32_t, uint32_t, uint8_t, ByteSet&) { return std::nullopt; }

TermId TermArena::behind_name(TermId t, uint32_t name) {
  if (!pay()) return never();
  const Node node = nodes_[t.value];
  return ask(node.x, [&](Definition& definition) { return definition.behind_name(*this, node.y, node.z, name); });
}

std::optional<TermId> TermArena::step_names(TermId t, uint8_t byte, ByteSet& same) {
  Definition::Names found;
  if (!names(t, found)) return std::nullopt;
  if (!pay()) return never();
  const Node node = nodes_[t.value];
  return ask(node.x, [&](Definition& definition) { return definition.step_names(*this, node.y, node.z, byte, same); });
}

TermId Definition::relaxed(TermArena&, uint32_t, uint32_t) { return TermArena::never(); }

uint32_t Definition::many_within(TermArena&, uint32_t, uint32_t) { return kLongest; }

TermId TermArena::relaxed(TermId t) {
  if (!pay()) return never();
  const Node node = nodes_[t.value];
  return ask(node.x, [&](Definition& definition) { return definition.relaxed(*this, node.y, node.z); });
}

// A value that holds itself is not known to have many values while it is being asked.
uint32_t TermArena::many_within(TermId t) {
  static constexpr uint32_t kMostDepth = 6;
  if (many_depth_ >= kMostDepth || !pay()) return kLongest;
  if (const auto [known, added] = many_within_.try_emplace(t.value, kLongest); !added) return known->second;
  const Node node = nodes_[t.value];
  ++many_depth_;
  const uint32_t bytes = ask(node.x, [&](Definition& definition) { return definition.many_within(*this, node.y, node.z); });
  --many_depth_;
  if (exhausted()) {
    many_within_.erase(t.value);
    return kLongest;
  }
  return many_within_[t.value] = std::min(bytes, kLongest);
}

TermId TermArena::unfold(TermId t) {
  if (const TermId known = unfolded_[t.value]; known != never()) return known;
  if (!pay()) return never();
  const Node node = nodes_[t.value];
  const TermId meaning = ask(node.x, [&](Definition& definition) { return definition.unfold(*this, node.y, node.z); });
  if (exhausted()) return never();
  unfolded_.set(t.value, meaning);
  return meaning;
}

Error TermArena::limit_error(const std::string& fuel_name, std::string pointer) const {
  if (given_up_) {
    return fail(ErrorCode::kLimit, "memory ran out in an earlier call on this grammar", std::move(pointer), {},
                "a grammar compiled anew");
  }
  if (over_half_made_) {
    return fail(ErrorCode::kLimit, "a limit stopped an earlier call on this grammar in the middle of its work", std::move(pointer),
                {}, "a grammar compiled anew");
  }
  if (over_bytes_) {
    return fail(ErrorCode::kLimit, "the grammar needs more memory than it may have", std::move(pointer), {},
                "arena_bytes " + std::to_string(limits_.arena_bytes));
  }
  if (over_text_) {
    return fail(ErrorCode::kLimit, "a text is too long to be spelled", std::move(pointer), {},
                "text_bytes " + std::to_string(limits_.text_bytes));
  }
  if (over_depth_) {
    return fail(ErrorCode::kLimit, "rules refer to one another too deep before a first byte", std::move(pointer), {},
                "nesting " + std::to_string(limits_.nesting));
  }
  if (regexes_.exhausted()) return regexes_.limit_error(fuel_name, std::move(pointer));
  return budget_ != nullptr ? budget_->error(fuel_name, std::move(pointer))
                            : fail(ErrorCode::kLimit, "a limit was reached", std::move(pointer));
}

size_t TermArena::bytes() const {
  return nodes_.size() * sizeof(Node) + index_.bytes() + parts_.size() * sizeof(TermId) +
         byte_sets_.size() * (sizeof(ByteSet) + 48) + unfolded_.bytes() +
         known_parts_.size() * sizeof(TermId) + known_choices_.bytes();
}

}  // namespace keyway
