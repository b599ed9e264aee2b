// Objects whose members are counted (minProperties, maxProperties) or needed (what a negated universal leaves).
//
// Entry points: CountedObjectTerms. reference(objects, state, place): as in object_terms.h, with what the members so far
// have met and how many more may or must come. A declared name is written once, so it counts once. Undeclared names
// are not remembered, so they could be written twice, and then the last one holds: together they count as one member
// towards a minimum, and after one that meets a need by its value no further undeclared member comes. Both are
// declared by the keywords that lead here. Where Members::remembers_keys(), a state knows the undeclared keys so far until
// the minimum is reached (key_recorder.h), and each counts.
// Invariant: every state has a completion; its length is found by the same choice of members as in facts.h.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <optional>
#include <vector>

#include "grammar/stable_list.h"
#include "schemas/json_schema/child_terms.h"
#include "schemas/json_schema/key_recorder.h"

namespace keyway::json_schema {

class CountedObjectTerms : public Definition, public KeyRests {
 public:
  // Requires: all outlive this.
  CountedObjectTerms(TermArena& arena, ShapeStore& shapes, Members& members, ScalarTerms& scalars,
                     const Spacing& spacing, PropertyOrder order, ChildTerms& children)
      : arena_(arena),
        shapes_(shapes),
        members_(members),
        scalars_(scalars),
        spacing_(spacing),
        order_(order),
        children_(children),
        recorder_(arena, *this),
        next_members_(recorder_) {}

  // Braces included. Requires: is_counted(shape), Facts::possible(shape).
  TermId object(ObjectShapeId shape);
  TermId unfold(TermArena& arena, uint32_t state, uint32_t place) override;
  TermId value_of(uint32_t ticket) override;
  uint32_t members_bytes(uint32_t ticket) override;
  TermId members_after(uint32_t ticket, std::string_view key) override;
  TermId relaxed_members(uint32_t ticket) override;
  // Makes this and its parts known to the arena, which keeps `owner` alive. Requires: before the first object().
  void define(const std::shared_ptr<void>& owner);

 private:
  struct Option {
    MemberOption member;
    uint32_t key_bytes;
    uint32_t value_bytes;
  };
  // A shape with the options whose values exist.
  struct Plan {
    ObjectShapeId shape;
    uint32_t lasting;  // needs that any value meets
    bool remembers_keys;
    uint32_t ordered;  // the first names, which come in their order and before all others
    std::vector<std::vector<Option>> named;
    std::vector<Option> others;
    std::vector<std::vector<Option>> cheapest_named;  // without those that another one is as good as
    std::vector<Option> cheapest_others;
    std::vector<uint32_t> named_meet;  // needs that some option of the name meets
    uint32_t others_meet = 0;
  };
  struct State {
    uint32_t plan;
    std::vector<uint64_t> left;
    uint32_t room;           // members that may still come; kUnbounded where there is no maximum
    uint32_t lack;           // members that must still come
    uint32_t unmet;          // needs
    bool others_open = true;
    bool others_counted = false;
    std::vector<NameId> keys;       // undeclared ones so far, sorted, while they matter
    std::optional<uint64_t> bytes;  // of rest_bytes(), once it is known
  };
  static constexpr uint32_t kOpen = 0;       // after '{'
  static constexpr uint32_t kNext = 1;       // after a member
  static constexpr uint32_t kAfterName = 2;  // plus a name: after the closing quote of its key

  // `declared`: of the names of the counted form those that the shape has itself, the first ones.
  uint32_t plan_of(ObjectShapeId form, uint32_t declared);
  uint32_t intern(State state);
  uint32_t after(uint32_t state, const Option& option, std::optional<uint32_t> name);
  uint32_t with_key(uint32_t state, NameId key);
  const Option& recorded(uint32_t ticket);
  uint32_t after_recorded(uint32_t ticket);
  RegexId other_keys(const State& state, const Option& option);
  bool is_left(const State& state, uint32_t name) const { return (state.left[name / 64] >> (name % 64)) & 1; }
  bool may_come(const State& state, uint32_t name) const;
  bool may_close(const State& state) const;
  bool others_may_come(const State& state) const;
  static bool is_bounded(const State& state) { return state.lack > 0 || state.room != kUnbounded; }
  // From a member's end to the object's, a comma before each further member; empty where nothing completes it.
  std::optional<uint64_t> rest_bytes(uint32_t state);
  bool may_be_met(const State& state) const;
  std::optional<uint64_t> cheapest_members(const State& state) const;
  std::vector<Option> cheapest(const std::vector<Option>& options, uint32_t lasting) const;
  std::vector<uint64_t> cheapest_names(const State& state, uint32_t most) const;
  std::vector<uint64_t> cheapest_others(const State& state, uint32_t most) const;
  std::optional<uint64_t> name_bytes(uint32_t state, uint32_t name);
  uint64_t member_bytes(const Option& option) const;
  TermId reference(uint32_t state, uint32_t place, uint64_t bytes);
  TermId keys(uint32_t state);
  TermId keys_in(uint32_t state, uint32_t quotes);
  void add_other_keys(uint32_t state, uint32_t option, uint32_t quotes, std::vector<TermId>& choices);
  TermId after_name(uint32_t state, uint32_t name);

  TermArena& arena_;
  ShapeStore& shapes_;
  Members& members_;
  ScalarTerms& scalars_;
  const Spacing& spacing_;
  PropertyOrder order_;
  ChildTerms& children_;
  KeyRecorder recorder_;
  NextMembers next_members_;
  DefinitionId definition_, mark_definition_;
  InternTable tickets_;  // state, option: an undeclared member that is recorded
  StableList<Plan> plans_;
  std::unordered_map<uint64_t, uint32_t> plan_by_shape_;  // by form and declared names
  InternTable table_;
  StableList<State> states_;
};

}  // namespace keyway::json_schema
