// Objects as terms: any order or the declared one, required members complete, no declared name twice.
//
// Entry points: ObjectTerms. reference(objects, state, place): a state is a plan and the set of names left; a place is
// just after '{', just after a member, inside a key (name_places.h), or behind a name. A key is stepped through the sorted names,
// so that only the names below the text are looked at; what is behind a name is made when it is written, and a step from member
// to member costs what the names left cost, never the number of subsets.
// An object that must differ from constants also knows those that its members have been equal to so far (differing.h).
// Invariant: equal (plan, names left, constants) are equal states; a place inside a key is entered only where a name below it is
// allowed. Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "schemas/json_schema/child_terms.h"
#include "schemas/json_schema/name_places.h"
#include "schemas/json_schema/object_plan.h"

namespace keyway::json_schema {

class ObjectTerms : public Definition {
 public:
  ObjectTerms(TermArena& arena, ShapeStore& shapes, Members& members, Differing& differing, ScalarTerms& scalars,
              const Spacing& spacing, PropertyOrder order, ChildTerms& children);

  // An object of the shape, braces included. Requires: the shape is not empty. never() where a required member has a
  // name or a value that cannot be written.
  TermId object(ObjectShapeId shape);
  TermId unfold(TermArena& arena, uint32_t state, uint32_t place) override;
  uint32_t many_within(TermArena& arena, uint32_t state, uint32_t place) override;
  bool names(uint32_t state, uint32_t place, Names& names) override;
  TermId behind_name(TermArena& arena, uint32_t state, uint32_t place, uint32_t name) override;
  std::optional<TermId> step_names(TermArena& arena, uint32_t state, uint32_t place, uint8_t byte, ByteSet& same) override;
  void set_definition(DefinitionId id) { definition_ = id; }
  // Objects end in `mark` behind their first member: see RelaxedValues.
  void end_in(TermId mark) { mark_ = mark; }

 private:
  using Bits = std::vector<uint64_t>;
  struct State {
    uint32_t plan;
    Bits left;                   // names that have not been written
    uint32_t required_count;     // of those, how many must still come
    uint64_t required_bytes;     // shortest text of those, a comma each
    std::vector<NodeId> equal;   // constants that the members have been equal to so far
    uint32_t written = 0;        // members, while there are such constants
    std::optional<uint64_t> differing_bytes;  // rest_bytes() of a state with constants, once it is known
  };
  // A value that a member may have, the state after it, and the bytes from the value to the end of the object.
  struct Way {
    ConjunctionId value;
    uint32_t next;
    uint64_t bytes;
  };
  static constexpr uint32_t kOpen = 0;    // after '{'
  static constexpr uint32_t kNext = 1;    // after a member
  static constexpr uint32_t kInName = 2;  // plus, for each place of the names and then for each name, one for each kind of quotes

  uint32_t intern(State state);
  uint32_t without(uint32_t state, uint32_t name, std::vector<NodeId> equal);
  std::vector<Way> ways(uint32_t state, uint32_t name);
  uint64_t find_differing_bytes(const State& state);
  uint64_t differing_end_bytes(const State& state, const std::vector<NodeId>& equal);
  TermId known_member(uint32_t state, uint32_t name, uint32_t quotes);
  uint32_t closed(uint32_t state);
  Bits allowed(uint32_t state);
  Bits in_order(const State& state, Bits left);
  bool any_allowed(const Bits& bits, uint32_t first, uint32_t last) const;
  uint64_t member_bytes(const PlannedName& name) const;
  uint64_t rest_bytes(uint32_t state);
  bool may_close(const State& state) const {
    return state.required_count == 0 && !differing_.is_one(state.equal, state.written);
  }
  const NamePlaces& places(uint32_t state) { return names_of(state).places; }
  uint32_t in_name_place(uint32_t number, uint32_t quotes) const {
    return kInName + number * static_cast<uint32_t>(spacing_.keys().size()) + quotes;
  }
  // The number of a place inside a key, or the count of those and the number of a name. Requires: place >= kInName.
  uint32_t number_of(uint32_t place) const { return (place - kInName) / static_cast<uint32_t>(spacing_.keys().size()); }
  bool reads_names(uint32_t state) { return states_[state].equal.empty() && names_of(state).readable; }
  TermId key(uint32_t state, uint32_t quotes);
  TermId in_name(uint32_t state, const NamePlaces::Place& at, uint32_t quotes, const Bits& bits);
  TermId below(uint32_t state, const NamePlaces::Place& at, uint32_t quotes, const Bits& bits);
  TermId single_name(uint32_t state, uint32_t name, uint32_t depth, uint32_t quotes);
  TermId behind(uint32_t state, uint32_t name, uint32_t quotes);
  TermId member_tail(uint32_t state_after, ConjunctionId value, uint32_t quotes);
  TermId place_reference(uint32_t state, uint32_t place);
  uint64_t name_bytes(uint32_t state, const NamePlaces::Place& at, const Bits& bits);
  uint64_t behind_bytes(uint32_t state, uint32_t name);

  TermArena& arena_;
  ShapeStore& shapes_;
  Differing& differing_;
  ScalarTerms& scalars_;
  const Spacing& spacing_;
  PropertyOrder order_;
  ChildTerms& children_;
  ObjectPlans plans_;
  struct PlanNames {
    NamePlaces places;
    uint64_t longest_member = 0;  // the most bytes of a member
    bool readable = false;        // as names: in any order, and nothing in them that could be their end
    ByteSet ends;                 // the quote, or what else stands behind a name
  };
  std::unordered_map<uint32_t, PlanNames> names_;  // by plan, from the first key on
  const PlanNames& names_of(uint32_t state);
  ByteSet name_ends();
  DefinitionId definition_;
  TermId mark_ = TermArena::never();  // what stands behind a member; never() where that is the rest of the object
  InternTable table_;
  std::deque<State> states_;
};

}  // namespace keyway::json_schema
