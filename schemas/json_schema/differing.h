// How the members of an object may be when the object must differ from constants.
//
// Entry points: Differing. Of those constants a text keeps the ones that its members have been equal to so far; a member
// is equal to what some of them have under its name, or it is another value, and then none is left.
// Invariant: the branches of a member are disjoint. Thread safety: one thread at a time.
// Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <string_view>
#include <vector>

#include "schemas/json_schema/constants.h"

namespace keyway::json_schema {

class Differing {
 public:
  struct Branch {
    ConjunctionId value;        // of the member
    std::vector<NodeId> equal;  // the constants that are left
  };

  // Requires: both outlive this.
  Differing(Constants& constants, Conjunctions& conjunctions) : constants_(constants), conjunctions_(conjunctions) {}

  Json constant(NodeId constant) const { return constants_.value(constant); }
  // `value`: what the member is anyway. The last branch is the one with no constant left.
  std::vector<Branch> branches(const std::vector<NodeId>& equal, std::string_view name, ConjunctionId value);
  // Those that lack a member of that name.
  std::vector<NodeId> without(std::vector<NodeId> equal, std::string_view name) const;
  // Whether an object with that many members, all equal to those of the constants, is one of them.
  bool is_one(const std::vector<NodeId>& equal, size_t members) const;

 private:
  Constants& constants_;
  Conjunctions& conjunctions_;
};

}  // namespace keyway::json_schema
