// Who makes the terms of members and items, for those who make objects and arrays.
//
// Entry points: ChildTerms. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include "grammar/term.h"
#include "schemas/json_schema/facts.h"

namespace keyway::json_schema {

class ChildTerms {
 public:
  virtual ~ChildTerms() = default;
  // The values of the conjunction; never() where there is none.
  virtual TermId value(ConjunctionId conjunction) = 0;
  // Whether there is one, and the bytes of the shortest.
  virtual Fact fact(ConjunctionId conjunction) = 0;
};

}  // namespace keyway::json_schema
