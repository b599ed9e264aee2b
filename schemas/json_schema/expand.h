// From schemas to shapes: the value sum of a conjunction, one value position at a time.
//
// Entry points: Expander::sum. Applicators that see the same value (allOf, anyOf, $ref, ...) are multiplied out here;
// properties and items stay unexpanded. In-place subschemas are expanded before the schema that holds them, with an
// explicit stack: a chain of references may be as long as it likes.
// Invariant: sums are memoised by conjunction; with an exhausted budget they are wrong, and the arena says so.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>

#include "grammar/excluded_texts.h"
#include "grammar/flat_map.h"
#include "grammar/stable_list.h"
#include "schemas/json_schema/sums.h"
#include "schemas/json_schema/tracked.h"
#include "schemas/json_schema/values.h"

namespace keyway::json_schema {

class Expander {
 public:
  // Requires: all outlive this.
  Expander(SchemaNodes& nodes, Conjunctions& conjunctions, ShapeStore& shapes, NumberAlgebra& numbers,
           SumAlgebra& sums, TrackedAlgebra& tracked_algebra, Constants& constants, KeywordValues& values,
           RegexArena& regexes);

  // The values that satisfy every literal, within the limits. The reference lives as long as this.
  const ValueSum& sum(ConjunctionId conjunction);

  // The schema at which a limit stopped the work; kNoNode where none did here.
  NodeId stopped_at() const { return stopped_at_; }

  // What the options exclude at every value position; see SchemaOptions.
  struct ValueLimits {
    bool closed_objects = false;
    uint32_t max_string_length = kUnbounded;
    uint32_t max_items = kUnbounded;
    std::optional<RegexId> strings;  // those that can be written; empty: all
    std::optional<RegexId> keys;
    std::shared_ptr<const ExcludedTexts> excluded;  // null: none
  };
  // Requires: before the first sum.
  void set_limits(const ValueLimits& limits) { limits_ = limits; }

 private:
  // What is made of a literal: its sum, or (of a positive one) its alternatives with what they evaluated (tracked.h).
  enum class Want : uint8_t { kSum, kTracked, kTrackedExactly };
  struct Task {
    Literal literal;
    Want want = Want::kSum;
  };
  struct TrackedSum {
    Tracked base;     // before the schema's own unevaluated keywords
    Tracked settled;  // with them
  };
  const ValueSum& literal_sum(Literal literal);
  ValueSum limited(ValueSum sum);
  void limit_keys(ObjectShape& shape);
  bool holds_excluded(std::string_view text) const;
  void exclude_constants(ValueSum& sum);
  bool is_known(const Task& task) const;
  void make(const Task& task);
  // The tasks that this one is made from, as far as can be said now: called again once they are known.
  void needed_tasks(const Task& task, std::vector<Task>& out);
  void needed_children(const KeywordUse& use, const Task& task, std::vector<Task>& out);
  void needed_by_one_of(const KeywordUse& use, Literal literal, std::vector<Task>& out);
  // A subschema of the same value.
  Literal inner(NodeId node, bool positive, Literal beside) {
    return Literal{node, positive, nodes_.enter(beside.scope, node)};
  }
  const ValueSum& known(NodeId node, bool positive, Literal beside) {
    return **literal_sums_.find(inner(node, positive, beside).packed());
  }

  // In-place applicators: in_place.cc, one_of.cc.
  ValueSum positive(Literal literal);
  ValueSum negative(Literal literal);
  ValueSum condition(Literal literal);
  ValueSum exactly_one(const KeywordUse& use, Literal literal, const std::vector<ObjectShapeId>& within);
  ValueSum not_exactly_one(const KeywordUse& use, Literal literal);
  std::optional<NameId> discriminator_of(std::span<const NodeId> children, Literal literal);
  std::vector<ObjectShapeId> cut_along(std::optional<NameId> discriminator, const ValueSum& holds,
                                       const std::vector<ObjectShapeId>& broken);
  bool overlap(const ValueSum& a, const ValueSum& b);
  ValueSum dependencies(const KeywordUse& use, Literal literal);
  bool required_dependencies(const KeywordUse& use, ValueSum& out);
  ValueSum broken_dependencies(const KeywordUse& use, Literal literal);
  void add_absent(std::string_view name, ValueSum& sum);
  static ObjectShape unique_names(ObjectShape shape);

  // What in-place applicators evaluate: unevaluated.cc.
  static uint64_t tracked_key(Literal literal, bool exact) { return literal.packed() << 1 | (exact ? 1 : 0); }
  const Tracked& known_tracked(NodeId node, bool exact, Literal beside) {
    return tracked_.at(tracked_key(inner(node, true, beside), exact)).settled;
  }
  Tracked unseen(NodeId node, bool positive, Literal beside) {
    return tracked_algebra_.unseen(known(node, positive, beside));
  }
  bool asks_for_unevaluated(NodeId node) const;
  RegexId evaluated_keys(NodeId node);
  EvaluatedItems evaluated_items(Literal literal);
  Tracked tracked_base(Literal literal, bool exact);
  Tracked tracked_any(const KeywordUse& use, Literal literal, bool exact);
  Tracked tracked_one(const KeywordUse& use, Literal literal, bool exact);
  Tracked tracked_condition(Literal literal, bool exact);
  Tracked tracked_dependencies(Tracked out, const KeywordUse& use, Literal literal, bool exact);
  Tracked settled(const Tracked& base, Literal literal);
  void restrict_unevaluated(Literal literal, ValueSum& sum);
  ValueSum breaking_unevaluated(Literal literal);

  // What the assertions of one schema say, without its in-place subschemas: expand_*.cc.
  ValueSum assertions(Literal literal);
  ValueSum typed_assertions(Literal literal);
  NumberSet number_assertions(NodeId node);
  bool has_exact_format(NodeId node) const;
  RegexId string_assertions(NodeId node, FormatBound bound, bool& described);
  ArrayShape array_assertions(Literal literal);
  ObjectShape object_assertions(Literal literal);
  void key_rules(Literal literal, ObjectShape& shape);
  void restrict_types(NodeId node, Json types, ValueSum& sum);
  ValueSum constants(std::span<const Json> values);
  ArrayShape array_constant(Json value);
  ObjectShape object_constant(Json value);

  // Their negations: negate.cc.
  ValueSum negated_assertions(Literal literal);
  std::vector<ArrayShapeId> negated(const ArrayShape& shape);
  std::vector<ObjectShapeId> negated(const ObjectShape& shape);
  ValueSum negated_constants(std::span<const Json> values);
  bool has_mixed_clauses(const ObjectShape& shape) const;
  ValueSum without_mixed_clauses(ValueSum sum);
  ValueSum without_mixed_differs(ValueSum sum);

  ConjunctionId child(NodeId schema, Literal beside) {
    return conjunctions_.of(Literal{schema, true, beside.scope});
  }
  ConjunctionId constant_child(Json value) { return constants_.equal_to(constants_.of(value)); }
  void add(ArrayShape shape, std::vector<ArrayShapeId>& to);
  void add(ObjectShape shape, std::vector<ObjectShapeId>& to);

  SchemaNodes& nodes_;
  Conjunctions& conjunctions_;
  ShapeStore& shapes_;
  NumberAlgebra& numbers_;
  SumAlgebra& sums_;
  TrackedAlgebra& tracked_algebra_;
  Constants& constants_;
  KeywordValues& values_;
  RegexArena& regexes_;
  ValueLimits limits_;
  NodeId stopped_at_ = kNoNode;
  StableList<ValueSum> storage_;
  FlatMap<const ValueSum*> literal_sums_;
  std::unordered_map<uint64_t, TrackedSum> tracked_;
  FlatMap<const ValueSum*> conjunction_sums_;
};

}  // namespace keyway::json_schema
