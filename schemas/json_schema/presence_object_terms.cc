// Objects with clauses of presence; see presence_object_terms.h.
#include "schemas/json_schema/presence_object_terms.h"

#include <algorithm>

namespace keyway::json_schema {

bool PresenceObjectTerms::settle(const Plan& plan, Names& names, PresenceLiteral literal) {
  uint64_t steps = 0;
  const bool holds = plan.graph.assign(names, literal, steps);
  return arena_.pay(1 + steps / 4) && holds;
}

std::optional<uint32_t> PresenceObjectTerms::plan_of(ObjectShapeId id) {
  const auto [at, added] = plan_by_shape_.try_emplace(id.value, std::nullopt);
  if (!added) return at->second;
  const ObjectShape& shape = shapes_.object(id);
  Plan plan{{}, {}, presence_graph(shape), Names(shape.named.size(), Presence::kFree)};
  const uint64_t around = uint64_t{arena_.shortest(spacing_.comma())} + arena_.shortest(spacing_.keys()[0].open) +
                          arena_.shortest(spacing_.keys()[0].close) + arena_.shortest(spacing_.colon());
  for (uint32_t i = 0; i < shape.named.size(); ++i) {
    const NamedProperty& property = shape.named[i];
    const std::string_view text = shapes_.name_text(property.name);
    const Fact fact = children_.fact(property.value);
    plan.names.push_back({text, property.value, fact.shortest, around + scalars_.text_bytes(text) + fact.shortest});
    const bool writable = !fact.empty && scalars_.is_legal_key(text);
    if (!writable && !settle(plan, plan.start, {i, false})) return std::nullopt;
    if (property.required && !settle(plan, plan.start, {i, true})) return std::nullopt;
  }
  for (const KeyClass& others : members_.classes(id)) {
    const KeyClass legal{scalars_.legal_keys(others.keys), others.value};
    const bool exists = scalars_.text(legal.keys) != TermArena::never() && !children_.fact(others.value).empty;
    if (exists) plan.others.push_back(legal);
  }
  const uint32_t index = static_cast<uint32_t>(plans_.size());
  plans_.push_back(std::move(plan));
  return plan_by_shape_[id.value] = index;
}

uint32_t PresenceObjectTerms::intern(uint32_t plan, Names names) {
  std::vector<uint32_t> words(1 + (names.size() + 15) / 16);
  words[0] = plan;
  for (size_t i = 0; i < names.size(); ++i) words[1 + i / 16] |= static_cast<uint32_t>(names[i]) << (i % 16 * 2);
  const auto [id, added] = table_.intern(std::move(words));
  arena_.pay(1 + names.size() / 16);
  if (added) {
    const uint64_t bytes = rest_bytes(plans_[plan], names);
    states_.push_back({plan, std::move(names), bytes});
  }
  return id;
}

uint64_t PresenceObjectTerms::rest_bytes(const Plan& plan, const Names& names) {
  uint64_t bytes = arena_.shortest(spacing_.close_object());
  for (size_t i = 0; i < names.size(); ++i) bytes += names[i] == Presence::kNeeded ? plan.names[i].member_bytes : 0;
  for (size_t part = 0; part < plan.graph.parts(); ++part) {
    uint64_t least = kLongest, budget = kMostPresenceSteps;
    const std::vector<std::vector<uint32_t>> ways = plan.graph.completions(names, part, budget);
    arena_.pay(budget == 0 ? ~uint64_t{0} : (kMostPresenceSteps - budget) / 4);
    for (const std::vector<uint32_t>& way : ways) {
      uint64_t more = 0;
      for (uint32_t name : way) more += plan.names[name].member_bytes;
      least = std::min(least, more);
    }
    bytes += least;
  }
  return std::min<uint64_t>(bytes, kLongest);
}

TermId PresenceObjectTerms::object(ObjectShapeId shape) {
  const std::optional<uint32_t> plan = plan_of(shape);
  if (!plan) return TermArena::never();
  const uint32_t start = intern(*plan, plans_[*plan].start);
  const uint64_t bytes = states_[start].bytes;
  const uint64_t comma = bytes > arena_.shortest(spacing_.close_object()) ? arena_.shortest(spacing_.comma()) : 0;
  return arena_.sequence(spacing_.open_object(), reference(start, kOpen, bytes - comma));
}

TermId PresenceObjectTerms::reference(uint32_t state, uint32_t place, uint64_t bytes) {
  return arena_.reference(definition_, state, place, TermFacts{false, static_cast<uint32_t>(std::min<uint64_t>(bytes, kLongest))});
}

// In declared order those before it that have not come will not.
std::optional<uint32_t> PresenceObjectTerms::after(uint32_t state, uint32_t name) {
  const Plan& plan = plans_[states_[state].plan];
  Names names = states_[state].names;
  if (names[name] != Presence::kFree && names[name] != Presence::kNeeded) return std::nullopt;
  if (!settle(plan, names, {name, true})) return std::nullopt;
  names[name] = Presence::kWritten;
  for (uint32_t i = 0; order_ == PropertyOrder::kDeclared && i < name; ++i) {
    if (names[i] != Presence::kWritten && !settle(plan, names, {i, false})) return std::nullopt;
  }
  return intern(states_[state].plan, std::move(names));
}

// Undeclared members come anywhere, or behind all others.
std::optional<uint32_t> PresenceObjectTerms::after_others(uint32_t state) {
  if (order_ == PropertyOrder::kAny) return state;
  const Plan& plan = plans_[states_[state].plan];
  Names names = states_[state].names;
  for (uint32_t i = 0; i < names.size(); ++i) {
    if (names[i] != Presence::kWritten && !settle(plan, names, {i, false})) return std::nullopt;
  }
  return intern(states_[state].plan, std::move(names));
}

TermId PresenceObjectTerms::unfold(TermArena&, uint32_t state, uint32_t place) {
  if (place >= kAfterName) return after_name(state, place - kAfterName);
  std::vector<TermId> choices = {arena_.sequence(place == kOpen ? spacing_.inside() : spacing_.comma(), keys(state))};
  if (plans_[states_[state].plan].graph.may_end(states_[state].names)) {
    choices.push_back(arena_.sequence(spacing_.inside(), spacing_.close_object()));
  }
  return arena_.choice(choices);
}

TermId PresenceObjectTerms::keys(uint32_t state) {
  const Plan& plan = plans_[states_[state].plan];
  std::vector<TermId> choices;
  for (uint32_t i = 0; i < plan.names.size(); ++i) {
    const std::optional<uint32_t> next = after(state, i);
    if (!next) continue;
    std::vector<TermId> parts;
    scalars_.append_text(plan.names[i].text, parts);
    parts.push_back(spacing_.keys()[0].close);
    const uint64_t bytes = uint64_t{arena_.shortest(spacing_.colon())} + plan.names[i].value_bytes + states_[*next].bytes;
    parts.push_back(reference(state, kAfterName + i, bytes));
    choices.push_back(arena_.sequence(parts));
  }
  const std::optional<uint32_t> next = plan.others.empty() ? std::nullopt : after_others(state);
  for (size_t i = 0; next && i < plan.others.size(); ++i) {
    const TermId parts[] = {scalars_.text(plan.others[i].keys), spacing_.keys()[0].close, spacing_.colon(),
                            children_.value(plan.others[i].value), reference(*next, kNext, states_[*next].bytes)};
    choices.push_back(arena_.sequence(parts));
  }
  return arena_.sequence(spacing_.keys()[0].open, arena_.choice(choices));
}

TermId PresenceObjectTerms::after_name(uint32_t state, uint32_t name) {
  const std::optional<uint32_t> next = after(state, name);
  if (!next) return TermArena::never();
  const TermId parts[] = {spacing_.colon(), children_.value(plans_[states_[state].plan].names[name].value),
                          reference(*next, kNext, states_[*next].bytes)};
  return arena_.sequence(parts);
}

}  // namespace keyway::json_schema
