// See head_masks.h.
#include "grammar/head_masks.h"

#include <algorithm>

#include "grammar/left_out_texts.h"
#include "grammar/text_term.h"
#include "grammar/trie_child.h"
#include "grammar/vocabulary.h"

namespace keyway {
namespace {

// Places beside those of the tries, which are below 0x80: of the string, and with a byte, of what ends at it.
constexpr uint64_t kStrings = uint64_t{0x80} << 24;
constexpr uint64_t kQuotes = uint64_t{0x81} << 24;  // nothing is cut at a byte 1

}  // namespace

std::shared_ptr<SharedHeads::Known> SharedHeads::known(uint64_t family) {
  std::lock_guard lock(mutex_);
  const auto found = families_.find(family);
  if (found == families_.end()) return std::make_shared<Known>();
  Family& of = found->second;
  // A copy is worth its time where much is new.
  const size_t published = of.published == nullptr ? 0 : of.published->size();
  if (of.published == nullptr || published + published / 8 + 16 < of.masks.size()) of.published = std::make_shared<Known>(of.masks);
  return of.published;
}

const HeadMask* SharedHeads::find(uint64_t family, uint64_t head_and_place) {
  std::lock_guard lock(mutex_);
  const auto found = families_.find(family);
  if (found == families_.end()) return nullptr;
  const HeadMask* const* known = found->second.masks.find(head_and_place);
  return known == nullptr ? nullptr : *known;
}

const HeadMask* SharedHeads::add(uint64_t family, uint64_t head_and_place, const HeadMask& mask) {
  std::lock_guard lock(mutex_);
  if (families_.size() >= kMostFamilies && !families_.contains(family)) return nullptr;
  Known& masks = families_[family].masks;
  if (const HeadMask* const* known = masks.find(head_and_place)) return *known;
  if (bytes_ > kMostBytes) return nullptr;
  held_.push_back(mask);
  masks.insert(head_and_place, &held_.back());
  bytes_ += mask.bytes();
  return &held_.back();
}

std::shared_ptr<const TextMask> SharedHeads::find_text(const Fingerprint& name, bool& wanted) {
  std::lock_guard lock(mutex_);
  if (const auto known = texts_.find(name); known != texts_.end()) return known->second;
  if (asked_.empty()) asked_.resize(kAsked);
  uint64_t& last = asked_[name.first % kAsked];
  wanted = last == name.second;
  last = name.second;
  return nullptr;
}

void SharedHeads::add_text(const Fingerprint& name, std::shared_ptr<const TextMask> text) {
  const size_t bytes = text->mask.bytes();
  std::lock_guard lock(mutex_);
  if (text_bytes_ + bytes > kMostTextBytes) {
    texts_.clear();
    text_bytes_ = 0;
  }
  if (bytes <= kMostTextBytes && texts_.emplace(name, std::move(text)).second) text_bytes_ += bytes;
}

void HeadMasks::clear() {
  known_ = {};
  held_texts_ = {};
  held_ = {};
  bytes_ = 0;
}

template <typename Make>
const HeadMask* HeadMasks::known_or(TermId head, uint64_t place, Make make) {
  static constexpr uint64_t kFrozenWork = 16;  // of each use of a shared mask, whoever makes it
  TermArena& arena = automaton_.arena();
  const uint64_t key = uint64_t{head.value} << 32 | place;
  const bool frozen = arena.is_frozen(head);
  if (frozen) {
    if (!arena.pay(kFrozenWork)) return nullptr;
    if (shared_ == nullptr) shared_ = slices_.shared_heads().known(arena.family());
    if (const HeadMask* const* known = shared_->find(key)) return *known;
  }
  if (const HeadMask* const* known = known_.find(key)) return *known;
  const HeadMask* kept = frozen ? slices_.shared_heads().find(arena.family(), key) : nullptr;
  if (kept != nullptr) {
    known_.insert(key, kept);
    return kept;
  }
  HeadMask made;
  Budget* const budget = frozen ? arena.pay_from(nullptr) : nullptr;
  const bool whole = make(made);
  if (frozen) arena.pay_from(budget);
  if (!whole || arena.exhausted()) return nullptr;
  if (frozen) kept = slices_.shared_heads().add(arena.family(), key, made);
  if (kept == nullptr) {
    held_.push_back(std::move(made));
    kept = &held_.back();
    bytes_ += kept->bytes();
  }
  known_.insert(key, kept);
  return kept;
}

// Null where the text has no name, where it costs little (any_like()), where no other grammar has had it, or where the budget ran out.
const HeadMask* HeadMasks::text_by_name(TermId head, uint64_t key) {
  static constexpr uint32_t kMostNameless = 64;  // each is read in vain
  if (nameless_ == kMostNameless) return nullptr;
  TermArena& arena = automaton_.arena();
  const auto text = text_state(arena, head);
  if (!text || any_like(head)) return nullptr;
  SharedHeads& shared = slices_.shared_heads();
  auto name = arena.regexes().fingerprint(text->expression, shared.names());
  if (!name) {
    ++nameless_;
    return nullptr;
  }
  name = shared.names().join(*name, {static_cast<uint64_t>(text->spelling), 0});
  bool wanted = false;
  std::shared_ptr<const TextMask> known = shared.find_text(*name, wanted);
  if (known == nullptr && !wanted) return nullptr;
  if (known == nullptr) {
    auto made = std::make_shared<TextMask>();
    const uint64_t before = arena.budget() == nullptr ? 0 : arena.budget()->used();
    if (!make_string(head, made->mask) || arena.exhausted()) return nullptr;
    made->work = arena.budget() == nullptr ? 0 : arena.budget()->used() - before;
    shared.add_text(*name, made);
    known = std::move(made);
  } else if (!arena.pay(known->work)) {
    return nullptr;
  }
  held_texts_.push_back(known);
  bytes_ += known->mask.bytes();
  known_.insert(key, &known->mask);
  return &known->mask;
}

const HeadMask* HeadMasks::string(TermId head) {
  const uint64_t key = uint64_t{head.value} << 32 | kStrings;
  if (!automaton_.arena().is_frozen(head) && known_.find(key) == nullptr) {
    if (const HeadMask* text = text_by_name(head, key)) return text;
  }
  return known_or(head, kStrings, [&](HeadMask& made) { return make_string(head, made); });
}

const HeadMask* HeadMasks::quotes(TermId head) {
  const uint64_t key = uint64_t{head.value} << 32 | kStrings;
  if (automaton_.arena().is_frozen(head) || known_.find(key) != nullptr) return string(head);
  return known_or(head, kQuotes, [&](HeadMask& made) { return make_quotes(head, made); });
}

const HeadMask* HeadMasks::ends_at(TermId head, uint8_t quote) {
  const QuoteCrossings* crossings = slices_.crossings_at(vocabulary_, quote);
  if (crossings == nullptr) return nullptr;
  return known_or(head, kStrings | uint64_t{quote} << 24, [&](HeadMask& made) {
    const HeadMask* inside = string(head);
    if (inside == nullptr) return false;
    mark_crossings(*crossings, head, made);
    clear_within(*crossings, inside->within, made);
    return true;
  });
}

void HeadMasks::clear_within(const QuoteCrossings& crossings, const StoredMask& within, HeadMask& made) {
  std::vector<uint32_t> words(mask_words(vocabulary_.size()));
  within.write(words);
  for (size_t i = 0; i < crossings.tokens.size(); ++i) {
    if (mask_test(words.data(), crossings.tokens[i])) made.crossings[i / 64] &= ~(uint64_t{1} << (i % 64));
  }
  automaton_.arena().pay(crossings.tokens.size() / 16);
}

const HeadMask* HeadMasks::at(TermId head, Trie which, uint32_t node) {
  return known_or(head, uint64_t{static_cast<uint8_t>(which)} << 24 | node, [&](HeadMask& made) {
    if (const auto any = any_like(head)) return at_unlike(head, *any, which, node, made);
    walk(trie(which), head, node, made);
    return true;
  });
}

bool HeadMasks::make_string(TermId head, HeadMask& made) {
  return make_(head, made.within) && make_quotes(head, made);
}

bool HeadMasks::make_quotes(TermId head, HeadMask& made) {
  if (const auto any = any_like(head)) return string_unlike(head, *any, made);
  mark_crossings(slices_.crossings(), head, made);
  return true;
}

std::optional<TermId> HeadMasks::any_like(TermId head) const {
  TermArena& arena = automaton_.arena();
  const auto text = text_state(arena, head);
  if (!text || (text->spelling != TextSpelling::kJson && text->spelling != TextSpelling::kJsonCanonical)) return std::nullopt;
  if (text->expression == arena.regexes().all() || !arena.regexes().holds_from(text->expression)) return std::nullopt;
  return text_term(arena, arena.regexes().all(), text->spelling);
}

// The nodes below the place where the head may not be over and any text may; with some where neither may.
std::vector<uint32_t> HeadMasks::not_over(const TokenTrie& trie, TermId head, TermId any, uint32_t node) {
  std::vector<uint32_t> found;
  const bool root = node == kRoot;
  TermArena& arena = automaton_.arena();
  uint64_t work = 0;
  if (left_out_nodes(trie, root ? TokenTrie::kNone : node, arena.regexes(), text_state(arena, head)->expression, found, work)) {
    arena.pay(work);
    return found;
  }
  found.clear();
  const uint32_t top = root ? 0 : trie.nodes()[node].depth();
  const uint32_t end = root ? trie.size() : trie.nodes()[node].subtree_end();
  if (states_.size() <= trie.max_depth()) states_.resize(trie.max_depth() + 1);
  if (any_states_.size() <= trie.max_depth()) any_states_.resize(trie.max_depth() + 1);
  states_[top] = {head, TermArena::epsilon()};
  any_states_[top] = {any, TermArena::epsilon()};
  uint32_t steps = 0;
  for (uint32_t i = root ? 0 : node + 1; i < end; ++steps) {
    const TrieNode at = trie.nodes()[i];
    const State next = automaton_.step(states_[at.depth() - 1], at.byte());
    const State other = automaton_.step(any_states_[at.depth() - 1], at.byte());
    if (next == other) {
      i = at.subtree_end();
      continue;
    }
    states_[at.depth()] = next;
    any_states_[at.depth()] = other;
    if (!automaton_.accepting(next)) found.push_back(i);
    ++i;
  }
  arena.pay(steps);
  return found;
}

bool HeadMasks::string_unlike(TermId head, TermId any, HeadMask& made) {
  const HeadMask* known = string(any);
  if (known == nullptr) return false;
  const QuoteCrossings& crossings = slices_.crossings();
  made.crossings = known->crossings;
  const auto unmark = [&](uint32_t crossing) { made.crossings[crossing / 64] &= ~(uint64_t{1} << (crossing % 64)); };
  if (!automaton_.arena().nullable(head)) {
    for (uint32_t i = 0; i < crossings.at_start; ++i) unmark(i);
  }
  for (const uint32_t node : not_over(crossings.before, head, any, kRoot)) {
    for (uint32_t crossing : crossings.before.tokens_at(node)) unmark(crossing);
  }
  return true;
}

bool HeadMasks::at_unlike(TermId head, TermId any, Trie which, uint32_t node, HeadMask& made) {
  const HeadMask* known = at(any, which, node);
  if (known == nullptr) return false;
  made = *known;
  if (!made.usable) return true;
  RegexArena& regexes = automaton_.arena().regexes();
  made.within.longest = std::max(made.within.longest, std::min(*regexes.holds_from(text_state(automaton_.arena(), head)->expression), kLongest));
  std::vector<uint32_t> gone = not_over(trie(which), head, any, node);
  std::sort(gone.begin(), gone.end());
  size_t kept = 0;
  for (size_t i = 0; i < made.exits.size(); ++i) {
    if (std::binary_search(gone.begin(), gone.end(), made.exits[i])) continue;
    made.exits[kept] = made.exits[i];
    made.below[kept++] = made.below[i];
  }
  made.exits.resize(kept);
  made.below.resize(kept);
  automaton_.arena().pay(made.within.set.size() / 16);
  return true;
}

void HeadMasks::mark_crossings(const QuoteCrossings& crossings, TermId head, HeadMask& made) {
  TermArena& arena = automaton_.arena();
  made.crossings.resize((crossings.tokens.size() + 63) / 64);
  const auto mark = [&](uint32_t crossing) { made.crossings[crossing / 64] |= uint64_t{1} << (crossing % 64); };
  if (arena.nullable(head)) {
    for (uint32_t i = 0; i < crossings.at_start; ++i) mark(i);
  }
  const TokenTrie& trie = crossings.before;
  if (states_.size() <= trie.max_depth()) states_.resize(trie.max_depth() + 1);
  states_[0] = {head, TermArena::epsilon()};
  for (uint32_t i = 0; i < trie.size();) {
    const TrieNode node = trie.nodes()[i];
    const State next = automaton_.step(states_[node.depth() - 1], node.byte());
    if (Automaton::is_dead(next)) {
      i = node.subtree_end();
      continue;
    }
    states_[node.depth()] = next;
    if (automaton_.accepting(next)) {
      for (uint32_t crossing : trie.tokens_at(i)) mark(crossing);
    }
    ++i;
  }
  arena.pay(trie.size());
}

void HeadMasks::walk(const TokenTrie& trie, TermId head, uint32_t node, HeadMask& made) {
  static constexpr size_t kFewExits = 48, kMostExits = 1024;
  static constexpr uint32_t kMostSteps = 8192;
  enum : uint8_t { kNotOver, kOver, kListed };  // kListed: in with_dead
  const bool root = node == kRoot;
  const uint32_t top = root ? 0 : trie.nodes()[node].depth();
  const uint32_t end = root ? trie.size() : trie.nodes()[node].subtree_end();
  if (states_.size() <= trie.max_depth()) states_.resize(trie.max_depth() + 1);
  if (over_.size() <= trie.max_depth()) over_.resize(trie.max_depth() + 1);
  states_[top] = {head, TermArena::epsilon()};
  over_[top] = kNotOver;  // a tail that reads at the place itself is no exit
  std::vector<uint32_t> all, with_dead, path(trie.max_depth() + 1);
  uint32_t steps = 0;
  for (uint32_t i = root ? 0 : node + 1; i < end && steps < kMostSteps; ++steps) {
    const TrieNode at = trie.nodes()[i];
    const uint32_t depth = at.depth();
    const State next = automaton_.step(states_[depth - 1], at.byte());
    if (over_[depth - 1] != kNotOver) {
      const uint32_t parent = path[depth - 1];
      if (!Automaton::is_dead(next)) {
        made.both.insert(at.byte());
      } else if (over_[depth - 1] == kOver) {
        with_dead.push_back(parent);
        over_[depth - 1] = kListed;
      }
    }
    if (Automaton::is_dead(next)) {
      i = at.subtree_end();
      continue;
    }
    states_[depth] = next;
    path[depth] = i;
    const auto entries = trie.tokens_at(i);
    made.within.set.insert(made.within.set.end(), entries.begin(), entries.end());
    if (!entries.empty()) made.within.longest = std::max(made.within.longest, automaton_.shortest(next));
    over_[depth] = automaton_.accepting(next) ? kOver : kNotOver;
    if (over_[depth] == kOver && at.subtree_end() > i + 1 && all.size() <= kFewExits) all.push_back(i);
    ++i;
  }
  automaton_.arena().pay(steps);
  made.usable = steps < kMostSteps && with_dead.size() <= kMostExits;
  if (!made.usable) made.within = {};
  if (all.size() <= kFewExits) {
    made.exits = std::move(all);
    made.both = {};
  } else {
    made.exits = std::move(with_dead);
  }
  for (uint32_t exit : made.exits) made.below.push_back(child_bytes(trie, exit));
}

}  // namespace keyway
