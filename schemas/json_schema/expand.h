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
  void in_place_literals(Literal literal, std::vector<Literal>& out) const;
  const ValueSum& known(Literal literal) const { return *literal_sums_.at(literal.packed()); }
  ValueSum positive(Literal literal);

  // What the assertions of one schema say, without its in-place subschemas; see expand_*.cc.
  ValueSum assertions(NodeId node);
  NumberSet number_assertions(NodeId node);
  RegexId string_assertions(NodeId node);
  bool array_assertions(NodeId node, ArrayShapeId& shape);
  bool object_assertions(NodeId node, ObjectShapeId& shape);
  void key_rules(NodeId node, ObjectShape& shape);
  void restrict_types(NodeId node, Json types, ValueSum& sum);
  ValueSum constants(NodeId node, std::span<const Json> values);
  ConjunctionId child(NodeId schema) { return conjunctions_.of(Literal{schema, true, 0}); }
  ConjunctionId constant_child(NodeId node, Json value) { return child(nodes_.constant(node, value)); }

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
