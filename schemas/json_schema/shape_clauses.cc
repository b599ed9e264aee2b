// Clauses of object shapes; see shapes.h and presence.h.
#include <algorithm>

#include "schemas/json_schema/shapes.h"

namespace keyway::json_schema {

PresenceGraph presence_graph(const ObjectShape& shape) {
  std::unordered_map<uint32_t, uint32_t> place;  // by name
  for (uint32_t i = 0; i < shape.named.size(); ++i) place.emplace(shape.named[i].name.value, i);
  std::vector<PresenceClause> clauses = shape.clauses;
  for (PresenceClause& clause : clauses) {
    clause.first.name = place.at(clause.first.name);
    clause.second.name = place.at(clause.second.name);
  }
  return PresenceGraph(shape.named.size(), clauses);
}

// What follows from the members that must come and those that cannot; the clauses that are left have free names alone. False
// where one fails.
bool ShapeStore::settle_clauses(ObjectShape& shape) {
  if (shape.clauses.empty()) return true;
  std::unordered_map<uint32_t, uint32_t> place;
  for (uint32_t i = 0; i < shape.named.size(); ++i) place.emplace(shape.named[i].name.value, i);
  for (PresenceClause& clause : shape.clauses) {
    if (clause.second < clause.first) std::swap(clause.first, clause.second);
    for (const PresenceLiteral literal : {clause.first, clause.second}) {
      const NameId name(literal.name);
      if (!place.emplace(name.value, static_cast<uint32_t>(shape.named.size())).second) continue;
      shape.named.push_back({name, rules_for(shape, name), false});
    }
  }
  std::sort(shape.clauses.begin(), shape.clauses.end());
  shape.clauses.erase(std::unique(shape.clauses.begin(), shape.clauses.end()), shape.clauses.end());
  std::erase_if(shape.clauses, [](const PresenceClause& clause) {
    return clause.first.name == clause.second.name && clause.first.present != clause.second.present;
  });
  const PresenceGraph graph = presence_graph(shape);
  PresenceGraph::Names names(shape.named.size(), Presence::kFree);
  uint64_t steps = 0;
  for (const PresenceClause& clause : shape.clauses) {
    const PresenceLiteral one{place.at(clause.first.name), clause.first.present};
    if (clause.first == clause.second && !graph.assign(names, one, steps)) return false;
  }
  for (uint32_t i = 0; i < shape.named.size(); ++i) {
    if (shape.named[i].required && !graph.assign(names, {i, true}, steps)) return false;
    if (shape.named[i].value == Conjunctions::never() && !graph.assign(names, {i, false}, steps)) return false;
  }
  for (uint32_t i = 0; i < shape.named.size(); ++i) {
    if (names[i] == Presence::kNeeded) shape.named[i].required = true;
    if (names[i] == Presence::kAbsent) shape.named[i].value = Conjunctions::never();
  }
  std::erase_if(shape.clauses, [&](const PresenceClause& clause) {
    return names[place.at(clause.first.name)] != Presence::kFree || names[place.at(clause.second.name)] != Presence::kFree;
  });
  return true;
}

std::optional<PresenceClause> ShapeStore::as_clause(const std::vector<ObjectShapeId>& alternatives) const {
  if (alternatives.size() != 2) return std::nullopt;
  PresenceLiteral literals[2];
  for (size_t i = 0; i < 2; ++i) {
    const ObjectShape& shape = object(alternatives[i]);
    if (shape.named.size() != 1 || !shape.rules.empty() || !shape.differs.empty() || is_counted(shape)) return std::nullopt;
    const NamedProperty& property = shape.named[0];
    if (property.value != (property.required ? Conjunctions::any() : Conjunctions::never())) return std::nullopt;
    literals[i] = {property.name.value, property.required};
  }
  return PresenceClause{std::min(literals[0], literals[1]), std::max(literals[0], literals[1])};
}

bool ShapeStore::add_clause(ObjectShapeId id, const PresenceClause& clause, ObjectShapeId& with) {
  ObjectShape shape = object(id);
  shape.clauses.push_back(clause);
  return intern(std::move(shape), with);
}

// By the first clause: its first literal holds, or only its second does.
void ShapeStore::without_clauses(ObjectShapeId id, std::vector<ObjectShapeId>& out) {
  const ObjectShape& shape = object(id);
  if (shape.clauses.empty()) return out.push_back(id);
  const PresenceClause clause = shape.clauses.front();
  const auto holding = [&](std::initializer_list<PresenceLiteral> literals) {
    ObjectShape one = shape;
    for (const PresenceLiteral literal : literals) one.clauses.push_back({literal, literal});
    ObjectShapeId made;
    if (intern(std::move(one), made)) out.push_back(made);
  };
  holding({clause.first});
  holding({{clause.first.name, !clause.first.present}, clause.second});
}

namespace {

// Whether an object with those of the names is none of the shape's.
bool excludes(const ObjectShape& shape, const std::vector<bool>& names) {
  std::unordered_map<uint32_t, bool> has;  // by name, where there are clauses
  for (size_t i = 0; i < shape.named.size(); ++i) {
    if (names[i] ? shape.named[i].value == Conjunctions::never() : shape.named[i].required) return true;
    if (has_clauses(shape)) has.emplace(shape.named[i].name.value, names[i]);
  }
  return std::any_of(shape.clauses.begin(), shape.clauses.end(), [&](const PresenceClause& clause) {
    return has.at(clause.first.name) != clause.first.present && has.at(clause.second.name) != clause.second.present;
  });
}

bool lists(const std::vector<NodeId>& sorted, NodeId constant) {
  return std::binary_search(sorted.begin(), sorted.end(), constant);
}

}  // namespace

// A constant that one must not equal, and another need not, is none of the other's objects for its names alone.
bool ShapeStore::may_join(const ObjectShape& shape, const Alike& alike) const {
  const ObjectShape& first = object(alike.shapes.front());
  const auto same_rule = [](const KeyRule& a, const KeyRule& b) { return a.keys == b.keys && a.value == b.value; };
  if (shape.named.size() != first.named.size() || !std::ranges::equal(shape.rules, first.rules, same_rule)) return false;
  for (size_t i = 0; i < shape.named.size(); ++i) {
    const ConjunctionId value = shape.named[i].value;
    if (shape.named[i].name != first.named[i].name) return false;
    if (value != alike.values[i] && value != Conjunctions::never() && alike.values[i] != Conjunctions::never()) return false;
  }
  for (const auto& [constant, names] : alike.differs) {
    if (!lists(shape.differs, constant) && !excludes(shape, names)) return false;
  }
  for (NodeId constant : shape.differs) {
    if (alike.differs.contains(constant)) continue;
    const std::vector<bool> names = names_of(shape, constant);
    for (ObjectShapeId id : alike.shapes) {
      if (!excludes(object(id), names)) return false;
    }
  }
  return true;
}

void ShapeStore::join(ObjectShapeId id, Alike& alike) const {
  const ObjectShape& shape = object(id);
  alike.values.resize(shape.named.size(), Conjunctions::never());
  for (size_t i = 0; i < shape.named.size(); ++i) {
    if (shape.named[i].value != Conjunctions::never()) alike.values[i] = shape.named[i].value;
  }
  for (NodeId constant : shape.differs) {
    if (!alike.differs.contains(constant)) alike.differs.emplace(constant, names_of(shape, constant));
  }
  alike.shapes.push_back(id);
  alike.has_clauses = alike.has_clauses || has_clauses(shape);
}

std::vector<bool> ShapeStore::names_of(const ObjectShape& shape, NodeId constant) const {
  const Json value = constants_.value(constant);
  std::vector<bool> names;
  for (const NamedProperty& property : shape.named) names.push_back(value.find(name_text(property.name)).has_value());
  return names;
}

std::vector<std::vector<ObjectShapeId>> ShapeStore::as_objects(std::span<const ObjectShapeId> shapes) const {
  static constexpr size_t kFewest = 8;  // alternatives that are told apart member by member
  static constexpr std::ptrdiff_t kMostCompared = 64;  // each with each is the square of an enumeration of objects
  std::vector<std::vector<ObjectShapeId>> out;
  if (shapes.size() < kFewest && std::ranges::none_of(shapes, [&](ObjectShapeId id) { return has_clauses(object(id)); })) {
    for (ObjectShapeId id : shapes) out.push_back({id});
    return out;
  }
  std::vector<Alike> all;
  for (ObjectShapeId id : shapes) {
    const auto first = all.end() - std::min(std::ssize(all), kMostCompared);
    const auto at = std::find_if(first, all.end(), [&](const Alike& alike) { return may_join(object(id), alike); });
    const size_t place = static_cast<size_t>(at - all.begin());
    if (place == all.size()) all.emplace_back();
    join(id, all[place]);
  }
  for (Alike& alike : all) {
    if (alike.has_clauses || alike.shapes.size() >= kFewest) {
      out.push_back(std::move(alike.shapes));
    } else {
      for (ObjectShapeId id : alike.shapes) out.push_back({id});
    }
  }
  return out;
}

}  // namespace keyway::json_schema
