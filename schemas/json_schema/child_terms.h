// Who makes the terms of members and items, for those who make objects and arrays.
//
// Entry points: ChildTerms. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include "grammar/term.h"
#include "schemas/json_schema/conjunctions.h"

namespace keyway::json_schema {

class ChildTerms {
 public:
  virtual ~ChildTerms() = default;
  // The values of the conjunction; never() where there is none.
  virtual TermId value(ConjunctionId conjunction) = 0;
};

}  // namespace keyway::json_schema
