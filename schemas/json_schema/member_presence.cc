// Alternatives of presence; see member_presence.h.
#include "schemas/json_schema/member_presence.h"

#include <algorithm>

namespace keyway::json_schema {

void MemberPresence::add(const ObjectShape& shape, const std::vector<uint32_t>& places, List& list) {
  const PresenceGraph whole = presence_graph(shape);
  std::vector<uint32_t> name_at(shape.named.size(), kUnbounded);  // by place
  for (uint32_t i = 0; i < places.size(); ++i) name_at[places[i]] = i;
  Names all(shape.named.size(), Presence::kFree);
  uint64_t steps = shape.named.size();
  for (uint32_t i = 0; i < all.size(); ++i) {
    const bool writable = name_at[i] != kUnbounded && shape.named[i].value != Conjunctions::never();
    if (!writable && !whole.assign(all, {i, false}, steps)) return;
    if (shape.named[i].required && !whole.assign(all, {i, true}, steps)) return;
  }
  if (!arena_.pay(1 + steps / 4)) return;
  Names names;
  for (uint32_t place : places) names.push_back(all[place]);
  std::vector<PresenceClause> clauses;  // that are not met yet: of free names
  std::unordered_map<uint32_t, uint32_t> numbers;  // by name
  for (uint32_t i = 0; i < all.size(); ++i) {
    if (all[i] == Presence::kFree) numbers.emplace(shape.named[i].name.value, name_at[i]);
  }
  for (const auto& [first, second] : shape.clauses) {
    const auto a = numbers.find(first.name), b = numbers.find(second.name);
    if (a != numbers.end() && b != numbers.end()) clauses.push_back({{a->second, first.present}, {b->second, second.present}});
  }
  uint32_t graph = 0;
  if (!clauses.empty()) {
    const auto [at, added] = graph_of_.try_emplace(clauses, static_cast<uint32_t>(graphs_.size()));
    if (added) graphs_.emplace_back(bytes_.size(), clauses);
    graph = at->second;
  }
  list.push_back(intern(graph, std::move(names)));
}

bool MemberPresence::settle_in(uint32_t graph, Names& names, PresenceLiteral literal) {
  uint64_t steps = 0;
  const bool holds = graphs_[graph].assign(names, literal, steps);
  return arena_.pay(1 + steps / 4) && holds;
}

bool MemberPresence::settle(uint32_t alternative, Names& names, PresenceLiteral literal) {
  return settle_in(alternatives_[alternative].graph, names, literal);
}

uint64_t MemberPresence::rest_bytes(uint32_t alternative, const Names& names) {
  return bytes_in(alternatives_[alternative].graph, names);
}

uint64_t MemberPresence::bytes_in(uint32_t graph, const Names& names) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < names.size(); ++i) bytes += names[i] == Presence::kNeeded ? bytes_[i] : 0;
  for (size_t part = 0; part < graphs_[graph].parts(); ++part) {
    uint64_t least = kLongest, budget = kMostPresenceSteps;
    const std::vector<std::vector<uint32_t>> ways = graphs_[graph].completions(names, part, budget);
    arena_.pay(budget == 0 ? ~uint64_t{0} : (kMostPresenceSteps - budget) / 4);
    for (const std::vector<uint32_t>& way : ways) {
      uint64_t more = 0;
      for (uint32_t name : way) more += bytes_[name];
      least = std::min(least, more);
    }
    bytes += least;
  }
  return std::min<uint64_t>(bytes, kLongest);
}

uint32_t MemberPresence::intern(uint32_t graph, Names names) {
  if (graph != 0 && !graphs_[graph].is_open(names)) graph = 0;
  std::vector<uint32_t> words(1 + (names.size() + 15) / 16);
  words[0] = graph;
  for (size_t i = 0; i < names.size(); ++i) words[1 + i / 16] |= static_cast<uint32_t>(names[i]) << (i % 16 * 2);
  const auto [id, added] = table_.intern(words);
  arena_.pay(1 + names.size() / 16);
  if (!added) return id;
  const size_t length = (names.size() + 63) / 64;
  Alternative made{graph, std::move(names), 0, std::vector<uint64_t>(length, 0), std::vector<uint64_t>(length, 0), 0, {}};
  made.bytes = bytes_in(graph, made.names);
  for (size_t i = 0; i < made.names.size(); ++i) {
    if (made.names[i] == Presence::kFree) continue;
    ++made.said;
    (made.names[i] == Presence::kAbsent ? made.absent : made.needed)[i / 64] |= uint64_t{1} << (i % 64);
  }
  alternatives_.push_back(std::move(made));
  return id;
}

// Whether each completion of `smaller` certainly is one of `larger`. Requires: the same names have come.
bool MemberPresence::holds(const Alternative& larger, const Alternative& smaller) const {
  if (larger.graph != 0 && larger.graph != smaller.graph) return false;
  for (size_t i = 0; i < larger.absent.size(); ++i) {
    if ((larger.absent[i] & ~smaller.absent[i]) != 0 || (larger.needed[i] & ~smaller.needed[i]) != 0) return false;
  }
  return true;
}

// Each once, those that say the least first.
MemberPresence::List MemberPresence::settled(List list) const {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  const auto said = [&](uint32_t id) { return alternatives_[id].said; };
  std::stable_sort(list.begin(), list.end(), [&](uint32_t a, uint32_t b) { return said(a) < said(b); });
  List kept;
  for (uint32_t id : list) {
    const auto held = [&](uint32_t larger) { return holds(alternatives_[larger], alternatives_[id]); };
    arena_.pay(1 + kept.size() / 16);
    if (std::none_of(kept.begin(), kept.end(), held)) kept.push_back(id);
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

MemberPresence::List MemberPresence::after(const List& list, uint32_t name) {
  List out;
  arena_.pay(1 + list.size() / 16);
  for (uint32_t id : list) {
    const uint32_t known = alternatives_[id].next.empty() ? kUnknown : alternatives_[id].next[name];
    const uint32_t then = known == kUnknown ? next(id, name) : known;
    if (then != kNone) out.push_back(then);
  }
  return settled(std::move(out));
}

// In declared order those before it that have not come will not.
uint32_t MemberPresence::next(uint32_t alternative, uint32_t name) {
  const uint32_t graph = alternatives_[alternative].graph;
  Names names = alternatives_[alternative].names;
  bool live = (names[name] == Presence::kFree || names[name] == Presence::kNeeded) && settle_in(graph, names, {name, true});
  names[name] = Presence::kWritten;
  for (uint32_t i = 0; i < ranks_.size() && live; ++i) {
    if (ranks_[i] < ranks_[name] && names[i] != Presence::kWritten) live = settle_in(graph, names, {i, false});
  }
  const uint32_t then = live ? intern(graph, std::move(names)) : kNone;
  alternatives_[alternative].next.resize(bytes_.size(), kUnknown);
  return alternatives_[alternative].next[name] = then;
}

// Undeclared members come anywhere, or behind all others.
MemberPresence::List MemberPresence::closed(const List& list) {
  if (ranks_.empty()) return list;
  List out;
  for (uint32_t id : list) {
    const uint32_t graph = alternatives_[id].graph;
    Names names = alternatives_[id].names;
    bool live = true;
    for (uint32_t i = 0; i < names.size() && live; ++i) {
      if (names[i] != Presence::kWritten) live = settle_in(graph, names, {i, false});
    }
    if (live) out.push_back(intern(graph, std::move(names)));
  }
  return settled(std::move(out));
}

bool MemberPresence::may_end(const List& list) const {
  return std::any_of(list.begin(), list.end(), [&](uint32_t id) {
    const Alternative& at = alternatives_[id];
    return graphs_[at.graph].may_end(at.names);
  });
}

}  // namespace keyway::json_schema
