// Whether anything satisfies a conjunction, and in how few bytes: a least fixpoint over the children that a value needs.
//
// Entry points: Facts, Fact. Decided before a reference is made, so that no state leads to a dead end (promise P4).
// The length of a value is a sum over its required children, which never gets smaller when a child grows, so the fixpoint
// is found as in Knuth's generalisation of Dijkstra's algorithm (1977): the cheapest undecided node is final. What is
// never reached has no finite value: it is empty. Nodes are conjunctions, states of counted arrays, and steps of plans
// that choose the members of an object whose members are counted, or that must differ from constants.
// Invariant: shortest is exact: a text of that many bytes exists and none shorter (kLongest stands for more).
// Complexity: O(n log n) in the nodes and ways that are needed, once; no recursion.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "grammar/flat_map.h"
#include "schemas/json_schema/array_states.h"
#include "schemas/json_schema/differing.h"
#include "schemas/json_schema/expand.h"
#include "schemas/json_schema/members.h"
#include "schemas/json_schema/scalar_terms.h"
#include "schemas/json_schema/spacing.h"

namespace keyway::json_schema {

struct Fact {
  bool empty = true;
  uint32_t shortest = kLongest;  // bytes
};

class Facts {
 public:
  // Requires: all outlive this.
  Facts(TermArena& arena, Expander& expander, ShapeStore& shapes, ArrayStates& array_states, Members& members,
        Differing& differing, ScalarTerms& scalars, const Spacing& spacing)
      : arena_(arena),
        expander_(expander),
        shapes_(shapes),
        array_states_(array_states),
        members_(members),
        differing_(differing),
        scalars_(scalars),
        spacing_(spacing) {}

  // With an exhausted budget everything not yet known is empty; the arena says so.
  Fact decide(ConjunctionId conjunction) { return decide_node(conjunction_node(conjunction)); }
  // The rest of an array from a state on, its bracket included.
  Fact decide_array_state(uint32_t state) { return decide_node(array_node(state)); }
  // Whether an array or object of this shape exists.
  bool possible(ArrayShapeId shape);
  bool possible(ObjectShapeId shape);
  // Bytes in which two different values can be written, the shorter first; kLongest where that is not known.
  struct TwoValues {
    uint32_t first = kLongest;
    uint32_t second = kLongest;
  };
  TwoValues two_values(ConjunctionId conjunction) { return two_values(conjunction, 0); }

 private:
  using Node = uint64_t;  // kind << 32 | number
  using Need = std::pair<Node, uint32_t>;  // child, times
  using Needs = std::vector<Need>;
  struct Search;  // one fixpoint
  static Node conjunction_node(ConjunctionId id) { return id.value; }
  static Node array_node(uint32_t state) { return uint64_t{1} << 32 | state; }
  // An object with clauses of presence, or a part of its names.
  Node presence_node(ObjectShapeId shape, uint32_t part) {
    return uint64_t{4} << 32 | presence_parts_.intern({shape.value, part}).first;
  }
  static constexpr uint32_t kWhole = kUnbounded;
  static Node plan_node(uint32_t step) { return uint64_t{2} << 32 | step; }

  Fact decide_node(Node node);
  std::optional<Fact> scalar_fact(Node node);
  void settle(Search& search);
  void discover(Search& search, Node node);
  void discover_value(Search& search, ConjunctionId conjunction);
  void discover_array_state(Search& search, uint32_t state);
  void discover_plan_step(Search& search, uint32_t step);
  void discover_differing_step(Search& search, uint32_t step);
  void add_undeclared(Search& search, Node owner, ObjectShapeId id, bool first);
  void add_presence(Search& search, ObjectShapeId shape, uint32_t part);
  void add_required(const ObjectShape& shape, size_t from, bool first, uint64_t& bytes, Needs& needs);
  uint32_t name_bytes(const NamedProperty& property) const;
  // Of an object that must differ: what is decided so far.
  struct DifferingStep {
    uint32_t next = 0;     // member to decide on
    uint32_t members = 0;  // that came
    std::vector<NodeId> equal;
  };
  Node differing_node(ObjectShapeId shape, const DifferingStep& step);
  bool enough_values(const ArrayShape& shape);
  std::optional<std::vector<std::string>> few_values(ConjunctionId conjunction, uint32_t most);
  TwoValues two_values(ConjunctionId conjunction, uint32_t depth);
  void add_object_lengths(ObjectShapeId id, uint32_t depth, std::vector<uint64_t>& lengths);
  void add_array_lengths(ArrayShapeId id, uint32_t depth, std::vector<uint64_t>& lengths);
  void add_way(Search& search, Node owner, uint64_t base, std::span<const Need> needs);
  void add_way(Search& search, Node owner, uint64_t base, std::initializer_list<Need> needs) {
    add_way(search, owner, base, std::span<const Need>(needs.begin(), needs.size()));
  }
  void add_array(Search& search, Node owner, ArrayShapeId id);
  void add_object(Search& search, Node owner, ObjectShapeId id);
  Node counted_node(ObjectShapeId shape);
  const std::vector<uint32_t>& needs_behind(ObjectShapeId shape);
  uint32_t plan_step(ObjectShapeId shape, uint32_t member, uint32_t met, uint32_t total, uint32_t uncounted);
  uint32_t bytes_of(TermId term) const { return arena_.shortest(term); }
  uint32_t quote_bytes() const { return bytes_of(spacing_.keys()[0].open) + bytes_of(spacing_.keys()[0].close); }

  TermArena& arena_;
  Expander& expander_;
  ShapeStore& shapes_;
  ArrayStates& array_states_;
  Members& members_;
  Differing& differing_;
  ScalarTerms& scalars_;
  const Spacing& spacing_;
  InternTable plan_steps_;  // shape, next member to decide on, needs met, members chosen, of them uncounted
  InternTable differing_steps_;  // DifferingStep of a shape
  InternTable presence_parts_;   // shape, part of its clauses or kWhole
  FlatMap<Fact> known_;  // by node
  std::unordered_map<uint32_t, std::vector<uint32_t>> needs_behind_;  // by shape
  std::vector<TermId> scalars_of_;  // of scalar_fact(), kept for its memory
};

}  // namespace keyway::json_schema
