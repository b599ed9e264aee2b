// White space between the tokens of a JSON text, by policy.
//
// Entry points: Spacing. Invariant: the shortest spelling of every separator has no optional white space.
// Tested by tests/schemas/json_schema/value_terms_test.cc.
#pragma once

#include "grammar/term.h"
#include "schemas/json_schema/compile.h"

namespace keyway::json_schema {

class Spacing {
 public:
  Spacing(TermArena& arena, Whitespace policy, uint32_t most);  // most: characters of a run of kFree

  TermId comma() const { return comma_; }  // ',' with what may stand around it
  TermId colon() const { return colon_; }
  TermId inside() const { return inside_; }  // after '{' or '[' and before '}' or ']'

 private:
  TermId comma_, colon_, inside_;
};

}  // namespace keyway::json_schema
