// Clauses of presence; see presence.h.
#include "schemas/json_schema/presence.h"

#include <algorithm>
#include <numeric>

namespace keyway::json_schema {

PresenceGraph::PresenceGraph(size_t names, const std::vector<PresenceClause>& clauses) : if_present_(names), if_absent_(names) {
  std::vector<uint32_t> root(names);  // of disjoint sets
  std::iota(root.begin(), root.end(), 0u);
  const auto find = [&](uint32_t name) {
    while (root[name] != name) name = root[name] = root[root[name]];
    return name;
  };
  for (const PresenceClause& clause : clauses) {
    const auto add = [&](PresenceLiteral broken, PresenceLiteral then) {
      (broken.present ? if_absent_ : if_present_)[broken.name].push_back(then);
    };
    add(clause.first, clause.second);
    add(clause.second, clause.first);
    root[find(clause.first.name)] = find(clause.second.name);
  }
  std::vector<uint32_t> part_of(names, static_cast<uint32_t>(names));
  for (const PresenceClause& clause : clauses) {
    if (!clause.first.present || !clause.second.present) continue;
    uint32_t& part = part_of[find(clause.first.name)];
    if (part == names) {
      part = static_cast<uint32_t>(parts_.size());
      parts_.emplace_back();
    }
    parts_[part].emplace_back(clause.first.name, clause.second.name);
  }
}

bool PresenceGraph::holds(const Names& names, PresenceLiteral literal) {
  const Presence at = names[literal.name];
  return literal.present ? at == Presence::kNeeded || at == Presence::kWritten : at == Presence::kAbsent;
}

bool PresenceGraph::assign(Names& names, PresenceLiteral literal, uint64_t& steps) const {
  std::vector<PresenceLiteral> open = {literal};
  while (!open.empty()) {
    const PresenceLiteral at = open.back();
    open.pop_back();
    ++steps;
    if (holds(names, at)) continue;
    if (names[at.name] != Presence::kFree) return false;
    names[at.name] = at.present ? Presence::kNeeded : Presence::kAbsent;
    const std::vector<PresenceLiteral>& then = (at.present ? if_present_ : if_absent_)[at.name];
    open.insert(open.end(), then.begin(), then.end());
  }
  return true;
}

// Those that are not met have two free names.
bool PresenceGraph::is_open(const Names& names) const {
  const auto is_free = [&](const PresenceLiteral& literal) { return names[literal.name] == Presence::kFree; };
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != Presence::kFree) continue;
    const auto& present = if_present_[i];
    const auto& absent = if_absent_[i];
    if (std::any_of(present.begin(), present.end(), is_free) || std::any_of(absent.begin(), absent.end(), is_free)) return true;
  }
  return false;
}

bool PresenceGraph::may_end(const Names& names) const {
  if (std::find(names.begin(), names.end(), Presence::kNeeded) != names.end()) return false;
  for (const auto& part : parts_) {
    for (const auto& [a, b] : part) {
      if (!holds(names, {a, true}) && !holds(names, {b, true})) return false;
    }
  }
  return true;
}

// Each clause that is open is met by its first name, or not by it and by its second.
std::vector<std::vector<uint32_t>> PresenceGraph::completions(const Names& names, size_t part, uint64_t& budget) const {
  std::vector<std::vector<uint32_t>> out;
  std::vector<Names> open = {names};
  while (!open.empty()) {
    const Names at = std::move(open.back());
    open.pop_back();
    const auto unmet = [&](const auto& clause) { return !holds(at, {clause.first, true}) && !holds(at, {clause.second, true}); };
    const auto clause = std::find_if(parts_[part].begin(), parts_[part].end(), unmet);
    uint64_t steps = 1 + parts_[part].size() + names.size() / 8;
    if (clause == parts_[part].end()) {
      out.emplace_back();
      for (uint32_t i = 0; i < names.size(); ++i) {
        if (at[i] == Presence::kNeeded && names[i] == Presence::kFree) out.back().push_back(i);
      }
    } else {
      Names with = at, without = at;
      if (assign(without, {clause->first, false}, steps)) open.push_back(std::move(without));
      if (assign(with, {clause->first, true}, steps)) open.push_back(std::move(with));
    }
    budget -= std::min(budget, steps);
    if (budget == 0) return {};
  }
  return out;
}

}  // namespace keyway::json_schema
