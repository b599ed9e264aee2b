// How few bytes complete an object that must differ from constants, or that is told by alternatives; see object_terms.h.
#include <map>

#include "schemas/json_schema/object_terms.h"

namespace keyway::json_schema {

// From a member's end to the object's; kImpossible where it cannot be completed.
uint64_t ObjectTerms::rest_bytes(uint32_t state) {
  State& at = states_[state];
  const uint64_t close = arena_.shortest(spacing_.close_object());
  if (at.is_plain()) return at.required_bytes + close;
  if (!at.bytes) {
    const uint64_t bytes = at.alternatives.empty() ? find_rest_bytes(at) : find_alternative_bytes(at);
    at.bytes = std::min(bytes + close, kImpossible);
  }
  return *at.bytes;
}

// Members one after the other: how few bytes lead to each set of constants that are equal still, and to none.
uint64_t ObjectTerms::find_rest_bytes(const State& state) {
  if (!differing_.is_one(state.equal, state.written + state.required_count)) return state.required_bytes;
  const ObjectPlan& plan = plans_.plan(state.plan);
  const uint32_t count = static_cast<uint32_t>(plan.names.size());
  std::map<std::vector<NodeId>, uint64_t> equal = {{constants_in_reach(state), 0}}, next;
  uint64_t different = state.required_bytes + least_other_bytes(plan);
  const auto go_on = [&](std::vector<NodeId> constants, uint64_t bytes, uint64_t required) {
    uint64_t& best = constants.empty() ? different : next.try_emplace(std::move(constants), kImpossible).first->second;
    best = std::min(best, bytes + (&best == &different ? required : 0));
  };
  uint64_t required = state.required_bytes;  // of the names behind this one
  if (equal.begin()->first.empty()) return required;
  for (uint32_t i = next_set(state.left, 0, count); i < count && !equal.empty(); i = next_set(state.left, i + 1, count)) {
    const PlannedName& name = plan.names[i];
    if (name.required) required -= member_bytes(name);
    next.clear();
    for (const auto& [constants, bytes] : equal) {
      if (!arena_.pay(1 + constants.size())) return kImpossible;
      for (Differing::Branch& branch : differing_.branches(constants, name.text, name.value)) {
        const Fact fact = children_.fact(branch.value);
        if (!fact.empty) go_on(std::move(branch.equal), bytes + member_bytes(name) - name.value_bytes + fact.shortest, required);
      }
      if (!name.required) go_on(differing_.without(constants, name.text), bytes, required);
    }
    std::swap(equal, next);
  }
  return different;
}

// Those that have no name that cannot come any more.
std::vector<NodeId> ObjectTerms::constants_in_reach(const State& state) {
  const ObjectPlan& plan = plans_.plan(state.plan);
  const uint32_t count = static_cast<uint32_t>(plan.names.size());
  std::vector<NodeId> out;
  for (NodeId constant : state.equal) {
    const Json value = differing_.constant(constant);
    size_t known = state.written;
    for (uint32_t i = next_set(state.left, 0, count); i < count; i = next_set(state.left, i + 1, count)) {
      known += value.find(plan.names[i].text) ? 1 : 0;
    }
    if (known == value.size()) out.push_back(constant);
  }
  return out;
}

// An undeclared member with the comma before it.
uint64_t ObjectTerms::least_other_bytes(const ObjectPlan& plan) {
  uint64_t best = kImpossible;
  for (const KeyClass& others : plan.classes) {
    best = std::min<uint64_t>(best, uint64_t{arena_.shortest(spacing_.comma())} + arena_.shortest(spacing_.keys()[0].open) +
                                        arena_.shortest(spacing_.keys()[0].close) +
                                        arena_.shortest(scalars_.text(others.keys)) +
                                        arena_.shortest(spacing_.colon()) + children_.fact(others.value).shortest);
  }
  return best;
}

// The cheapest first: no completion of an alternative is shorter than its names ask for.
uint64_t ObjectTerms::find_alternative_bytes(const State& state) {
  MemberPresence& presence = presence_of(state);
  MemberPresence::List list = state.alternatives;
  std::sort(list.begin(), list.end(), [&](uint32_t a, uint32_t b) { return presence.rest_bytes(a) < presence.rest_bytes(b); });
  if (state.equal.empty()) return presence.rest_bytes(list.front());
  const uint64_t other = least_other_bytes(plans_.plan(state.plan));
  uint64_t least = kImpossible;
  for (uint32_t alternative : list) {
    const uint64_t bytes = presence.rest_bytes(alternative);
    if (bytes >= least) break;
    least = std::min({least, bytes + other, differing_bytes(state, alternative)});
  }
  return least;
}

// Whether the cheapest object of the alternative may be one of the constants that are left.
bool ObjectTerms::may_be_equal(const State& state, uint32_t alternative) {
  MemberPresence& presence = presence_of(state);
  if (!presence.is_told(alternative)) return true;
  const ObjectPlan& plan = plans_.plan(state.plan);
  const MemberPresence::Names& names = presence.names(alternative);
  std::vector<std::string_view> needed;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == Presence::kNeeded) needed.push_back(plan.names[i].text);
  }
  for (NodeId constant : state.equal) {
    const Json value = differing_.constant(constant);
    const auto has = [&](std::string_view name) { return value.find(name).has_value(); };
    if (value.size() == state.written + needed.size() && std::all_of(needed.begin(), needed.end(), has)) return true;
  }
  return false;
}

// Name after name, along the constants that the members so far are equal to: what is left of the others is as cheap as ever once
// a member has another value, is missing, or is there in none of them.
uint64_t ObjectTerms::differing_bytes(const State& state, uint32_t alternative) {
  MemberPresence& presence = presence_of(state);
  if (!may_be_equal(state, alternative)) return presence.rest_bytes(alternative);
  const ObjectPlan& plan = plans_.plan(state.plan);
  struct Along {
    MemberPresence::Names names;
    std::vector<NodeId> equal;
    uint64_t more;  // bytes by which its values are longer than the shortest
  };
  std::vector<Along> open = {{presence.names(alternative), state.equal, 0}}, next;
  uint64_t least = kImpossible;
  const auto go_on = [&](const MemberPresence::Names& names, std::vector<NodeId> equal, uint64_t more) {
    if (equal.empty()) {
      least = std::min(least, presence.rest_bytes(alternative, names) + more);
    } else {
      next.push_back({names, std::move(equal), more});
    }
  };
  for (uint32_t i = 0; i < plan.names.size() && !open.empty(); ++i) {
    const PlannedName& name = plan.names[i];
    next.clear();
    for (Along& way : open) {
      if (!arena_.pay(2 + way.equal.size())) return kImpossible;
      const Presence at = way.names[i];
      MemberPresence::Names present = way.names;
      if ((at == Presence::kFree || at == Presence::kNeeded) && presence.settle(alternative, present, {i, true})) {
        for (Differing::Branch& branch : differing_.branches(way.equal, name.text, name.value)) {
          const Fact fact = children_.fact(branch.value);
          if (!fact.empty) go_on(present, std::move(branch.equal), way.more + fact.shortest - name.value_bytes);
        }
      }
      if (at == Presence::kWritten) {
        go_on(way.names, std::move(way.equal), way.more);
      } else if (at != Presence::kNeeded && presence.settle(alternative, way.names, {i, false})) {
        go_on(way.names, differing_.without(way.equal, name.text), way.more);
      }
    }
    std::swap(open, next);
  }
  return least;
}

}  // namespace keyway::json_schema
