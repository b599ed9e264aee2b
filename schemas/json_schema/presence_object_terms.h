// Objects whose members ask for or exclude one another (presence.h).
//
// Entry points: PresenceObjectTerms. reference(objects, state, place): as in counted_object_terms.h; a state is what is known
// of each name: it may come, will not, must, or has come.
// Invariant: every state has a completion; its length is that of the cheapest names that complete it.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/presence_test.cc.
#pragma once

#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "schemas/json_schema/child_terms.h"
#include "schemas/json_schema/presence.h"

namespace keyway::json_schema {

class PresenceObjectTerms : public Definition {
 public:
  // Requires: all outlive this.
  PresenceObjectTerms(TermArena& arena, ShapeStore& shapes, Members& members, ScalarTerms& scalars, const Spacing& spacing,
                      PropertyOrder order, ChildTerms& children)
      : arena_(arena), shapes_(shapes), members_(members), scalars_(scalars), spacing_(spacing), order_(order), children_(children) {}

  // Braces included. Requires: the shape has clauses, neither counts nor differs, and Facts::possible(shape).
  TermId object(ObjectShapeId shape);
  TermId unfold(TermArena& arena, uint32_t state, uint32_t place) override;
  void set_definition(DefinitionId id) { definition_ = id; }

 private:
  using Names = PresenceGraph::Names;
  struct Name {
    std::string_view text;
    ConjunctionId value;
    uint32_t value_bytes;
    uint64_t member_bytes;  // with the comma before it
  };
  struct Plan {
    std::vector<Name> names;  // parallel to ObjectShape::named
    std::vector<KeyClass> others;
    PresenceGraph graph;
    Names start;
  };
  struct State {
    uint32_t plan;
    Names names;
    uint64_t bytes;  // from a member's end to the object's
  };
  static constexpr uint32_t kOpen = 0;       // after '{'
  static constexpr uint32_t kNext = 1;       // after a member
  static constexpr uint32_t kAfterName = 2;  // plus a name: after the closing quote of its key

  // Empty where no name of the shape that must come can, or the budget ran out.
  std::optional<uint32_t> plan_of(ObjectShapeId shape);
  uint32_t intern(uint32_t plan, Names names);
  uint64_t rest_bytes(const Plan& plan, const Names& names);
  std::optional<uint32_t> after(uint32_t state, uint32_t name);
  std::optional<uint32_t> after_others(uint32_t state);
  bool settle(const Plan& plan, Names& names, PresenceLiteral literal);
  TermId reference(uint32_t state, uint32_t place, uint64_t bytes);
  TermId keys(uint32_t state);
  TermId after_name(uint32_t state, uint32_t name);

  TermArena& arena_;
  ShapeStore& shapes_;
  Members& members_;
  ScalarTerms& scalars_;
  const Spacing& spacing_;
  PropertyOrder order_;
  ChildTerms& children_;
  DefinitionId definition_;
  std::deque<Plan> plans_;
  std::unordered_map<uint32_t, std::optional<uint32_t>> plan_by_shape_;
  InternTable table_;
  std::deque<State> states_;
};

}  // namespace keyway::json_schema
