// From schemas to shapes: the value sum of a conjunction, one value position at a time.
//
// Entry points: Expander::sum. Applicators that see the same value (allOf, anyOf, $ref, ...) are multiplied out here;
// properties and items stay unexpanded. In-place subschemas are expanded before the schema that holds them, with an
// explicit stack: a chain of references may be as long as it likes.
// Invariant: sums are memoised by conjunction; with an exhausted budget they are wrong, and the arena says so.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/expand_test.cc.
#pragma once

#include <deque>
#include <unordered_map>

#include "schemas/json_schema/sums.h"
#include "schemas/json_schema/values.h"

namespace keyway::json_schema {

class Expander {
 public:
  // Requires: all outlive this.
  Expander(SchemaNodes& nodes, Conjunctions& conjunctions, ShapeStore& shapes, NumberAlgebra& numbers,
           SumAlgebra& sums, KeywordValues& values, RegexArena& regexes);

  // The values that satisfy every literal, within the limits. The reference lives as long as this.
  const ValueSum& sum(ConjunctionId conjunction);

  // What the options exclude at every value position; see SchemaOptions.
  struct ValueLimits {
    bool closed_objects = false;
    uint32_t max_string_length = kUnbounded;
    uint32_t max_items = kUnbounded;
  };
  // Requires: before the first sum.
  void set_limits(const ValueLimits& limits) { limits_ = limits; }

 private:
  const ValueSum& literal_sum(Literal literal);
  ValueSum limited(ValueSum sum);
  // The literals whose sums that of `literal` is made from, as far as can be said now: called again once they are known.
  void needed_literals(Literal literal, std::vector<Literal>& out);
  void needed_by_one_of(const KeywordUse& use, Literal literal, std::vector<Literal>& out);
  const ValueSum& known(NodeId node, bool positive, Literal beside) const {
    return *literal_sums_.at(Literal{node, positive, beside.scope}.packed());
  }

  // In-place applicators: in_place.cc, one_of.cc.
  ValueSum positive(Literal literal);
  ValueSum negative(Literal literal);
  ValueSum condition(Literal literal);
  ValueSum exactly_one(const KeywordUse& use, Literal literal);
  ValueSum not_exactly_one(const KeywordUse& use, Literal literal);
  bool overlap(const ValueSum& a, const ValueSum& b);
  ValueSum dependencies(const KeywordUse& use, Literal literal);
  ValueSum broken_dependencies(const KeywordUse& use, Literal literal);
  void add_absent(std::string_view name, ValueSum& sum);
  static ObjectShape unique_names(ObjectShape shape);

  // What the assertions of one schema say, without its in-place subschemas: expand_*.cc.
  ValueSum assertions(NodeId node);
  ValueSum typed_assertions(NodeId node);
  NumberSet number_assertions(NodeId node);
  RegexId string_assertions(NodeId node);
  ArrayShape array_assertions(NodeId node);
  ObjectShape object_assertions(NodeId node);
  void key_rules(NodeId node, ObjectShape& shape);
  void restrict_types(NodeId node, Json types, ValueSum& sum);
  ValueSum constants(NodeId node, std::span<const Json> values);
  ArrayShape array_constant(NodeId node, Json value);
  ObjectShape object_constant(NodeId node, Json value);

  // Their negations: negate.cc.
  ValueSum negated_assertions(NodeId node);
  std::vector<ArrayShapeId> negated(const ArrayShape& shape);
  std::vector<ObjectShapeId> negated(const ObjectShape& shape);
  ValueSum negated_constants(NodeId node, std::span<const Json> values);

  ConjunctionId child(NodeId schema) { return conjunctions_.of(Literal{schema, true, 0}); }
  ConjunctionId constant_child(NodeId node, Json value) { return child(nodes_.constant(node, value)); }
  void add(ArrayShape shape, std::vector<ArrayShapeId>& to);
  void add(ObjectShape shape, std::vector<ObjectShapeId>& to);

  SchemaNodes& nodes_;
  Conjunctions& conjunctions_;
  ShapeStore& shapes_;
  NumberAlgebra& numbers_;
  SumAlgebra& sums_;
  KeywordValues& values_;
  RegexArena& regexes_;
  ValueLimits limits_;
  std::deque<ValueSum> storage_;
  std::unordered_map<uint64_t, const ValueSum*> literal_sums_;
  std::unordered_map<uint32_t, const ValueSum*> conjunction_sums_;
};

}  // namespace keyway::json_schema
