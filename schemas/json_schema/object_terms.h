// Objects as terms: any order or the declared one, required members complete, no declared name twice.
//
// Entry points: ObjectTerms. reference(objects, state, place): a state is a plan and the set of names left; a place is
// just after '{', just after a member, inside a key (name_places.h), or behind a name. A key is stepped through the sorted names,
// so that only the names below the text are looked at; what is behind a name is made when it is written, and a step from member
// to member costs what the names left cost, never the number of subsets.
// An object that must differ from constants also knows those that its members have been equal to so far (differing.h), and one
// whose members ask for or exclude one another the alternatives that are left (member_presence.h).
// Invariant: equal (plan, names left, constants, alternatives) are equal states; a place inside a key is entered only where a
// name below it is allowed; every state has a completion. Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "grammar/flat_map.h"
#include "grammar/stable_list.h"
#include "schemas/json_schema/child_terms.h"
#include "schemas/json_schema/member_presence.h"
#include "schemas/json_schema/name_bits.h"
#include "schemas/json_schema/name_places.h"
#include "schemas/json_schema/object_plan.h"

namespace keyway::json_schema {

class ObjectTerms : public Definition {
 public:
  // Requires: all outlive this.
  ObjectTerms(TermArena& arena, ShapeStore& shapes, Members& members, Differing& differing, MemberPresences& presences,
              ScalarTerms& scalars, const Spacing& spacing, PropertyOrder order, ChildTerms& children);

  // An object of one of the shapes, braces included. Requires: they are one of ShapeStore::as_objects, and none is empty.
  // never() where a required member has a name or a value that cannot be written.
  TermId object(std::span<const ObjectShapeId> shapes);
  TermId unfold(TermArena& arena, uint32_t state, uint32_t place) override;
  uint32_t many_within(TermArena& arena, uint32_t state, uint32_t place) override;
  bool names(uint32_t state, uint32_t place, Names& names) override;
  TermId behind_name(TermArena& arena, uint32_t state, uint32_t place, uint32_t name) override;
  std::optional<TermId> step_names(TermArena& arena, uint32_t state, uint32_t place, uint8_t byte, ByteSet& same) override;
  void set_definition(DefinitionId id) { definition_ = id; }
  // Objects end in `mark` behind their first member: see RelaxedValues.
  void end_in(TermId mark) { mark_ = mark; }

 private:
  using Bits = NameBits;
  struct State {
    uint32_t plan;
    Bits left;                   // names that have not been written; none where there are alternatives
    uint32_t required_count;     // of those, how many must still come
    uint64_t required_bytes;     // shortest text of those, a comma each
    std::vector<NodeId> equal;   // constants that the members have been equal to so far
    uint32_t written = 0;        // members, while there are such constants
    MemberPresence::List alternatives;        // of what must come and what cannot; none where the names say it
    std::optional<uint64_t> bytes;            // rest_bytes() of a state that is not plain, once it is known
    bool is_plain() const { return equal.empty() && alternatives.empty(); }
  };
  // A value that a member may have, the state after it, and the bytes from the value to the end of the object.
  struct Way {
    ConjunctionId value;
    uint32_t next;
    uint64_t bytes;
  };
  // What may come next in a state that is not plain.
  struct Ahead {
    Bits allowed;                 // names
    std::vector<Way> ways;        // of all names
    std::vector<uint32_t> first;  // by name, of its ways; the last: their number
    uint64_t longest = 0;         // the most bytes from the first of a name to the end of the object
  };
  static constexpr uint32_t kOpen = 0;    // after '{'
  static constexpr uint32_t kNext = 1;    // after a member
  static constexpr uint32_t kInName = 2;  // plus, for each place of the names and then for each name, one for each kind of quotes

  uint32_t intern(State state);
  void start_names(State& state);
  void start_alternatives(std::span<const ObjectShapeId> shapes, State& state);
  uint32_t without(uint32_t state, uint32_t name, std::vector<NodeId> equal, MemberPresence::List alternatives);
  std::vector<Way> ways(uint32_t state, uint32_t name);
  void add_ways(uint32_t state, uint32_t name, std::vector<Way>& out);
  const Ahead& ahead(uint32_t state);
  // By name; kImpossible where it cannot come.
  uint64_t least_way_bytes(const Ahead& ahead, uint32_t name) const;
  uint64_t find_rest_bytes(const State& state);
  uint64_t find_alternative_bytes(const State& state);
  bool may_be_equal(const State& state, uint32_t alternative);
  uint64_t differing_bytes(const State& state, uint32_t alternative);
  uint64_t least_other_bytes(const ObjectPlan& plan);
  std::vector<NodeId> constants_in_reach(const State& state);
  TermId known_member(uint32_t state, uint32_t name, uint32_t quotes);
  std::optional<uint32_t> closed(uint32_t state);
  Bits allowed(uint32_t state);
  Bits in_order(const State& state, Bits left);
  bool any_allowed(const Bits& bits, uint32_t first, uint32_t last) const;
  uint64_t member_bytes(const PlannedName& name) const;
  uint64_t rest_bytes(uint32_t state);
  bool may_close(const State& state);
  MemberPresence& presence_of(const State& state) { return **presence_.find(state.plan); }
  const NamePlaces& places(uint32_t state) { return names_of(state).places; }
  uint32_t in_name_place(uint32_t number, uint32_t quotes) const {
    return kInName + number * static_cast<uint32_t>(spacing_.keys().size()) + quotes;
  }
  // The number of a place inside a key, or the count of those and the number of a name. Requires: place >= kInName.
  uint32_t number_of(uint32_t place) const { return (place - kInName) / static_cast<uint32_t>(spacing_.keys().size()); }
  bool reads_names(uint32_t state) { return names_of(state).readable; }
  const Bits& bits_of(uint32_t state) { return states_[state].is_plain() ? states_[state].left : ahead(state).allowed; }
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
  MemberPresences& presences_;
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
  FlatMap<MemberPresence*> presence_;  // by plan
  std::unordered_map<uint32_t, Ahead> ahead_;                // by state
  std::unordered_map<uint32_t, PlanNames> names_;  // by plan, from the first key on
  const PlanNames& names_of(uint32_t state);
  ByteSet name_ends();
  DefinitionId definition_;
  TermId mark_ = TermArena::never();  // what stands behind a member; never() where that is the rest of the object
  InternTable table_;
  StableList<State> states_;
};

}  // namespace keyway::json_schema
