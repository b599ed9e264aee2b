// Under which signs each schema is read, and what keywords mean there that cannot be written exactly.
//
// Entry points: review_signs. A schema under `not`, `if` or an overlapping `oneOf` is negated; what a keyword leaves out of
// its own values it must not add to its negation, which is declared as narrowed there: formats (ValueSum::possible_strings)
// and negated universals over undeclared members (counted_object_terms.h).
// Complexity: linear in the keywords. Tested by tests/schemas/json_schema/compile_test.cc.
#pragma once

#include "schemas/json_schema/nodes.h"
#include "schemas/json_schema/reporter.h"

namespace keyway::json_schema {

// Requires: nodes without refusals.
void review_signs(const SchemaNodes& nodes, Reporter& reporter);

}  // namespace keyway::json_schema
