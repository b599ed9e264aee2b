// Constants in one form: equal values are equal texts and equal nodes, however they were written.
//
// Entry points: canonical_json, Constants. A constant is the made schema {"enum": [value]}.
// Invariant: every byte of a constant's text pays from the arena's budget, for what it holds becomes constants of its own, each
// with its text: with an exhausted budget they are wrong, and the arena says so.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <string>
#include <vector>

#include "grammar/term.h"
#include "schemas/json_schema/conjunctions.h"

namespace keyway::json_schema {

// Members sorted by name, numbers as digits and a power of ten. Requires: the depth is bounded (parse_json).
std::string canonical_json(Json value);

class Constants {
 public:
  // Requires: all outlive this.
  Constants(TermArena& arena, SchemaNodes& nodes, Conjunctions& conjunctions)
      : arena_(arena), nodes_(nodes), conjunctions_(conjunctions) {}

  // kNoNode where the value is nested deeper than JSON is read, or has a number of more than kMostPlainDigits.
  NodeId of(Json value);
  Json value(NodeId constant) const { return nodes_.node(constant).json.at(0); }
  ConjunctionId equal_to(NodeId constant) { return conjunctions_.of(Literal{constant, true, 0}); }
  // Every value but these. Requires: constants.
  ConjunctionId other_than(const std::vector<NodeId>& constants);

 private:
  NodeId paid_enumeration(const std::string& values, uint64_t work);

  TermArena& arena_;
  SchemaNodes& nodes_;
  Conjunctions& conjunctions_;
};

}  // namespace keyway::json_schema
