// From a rule graph to a term: left recursion is solved, rules become references that unfold on demand.
//
// Entry point: lower_rules. A left-recursive group of rules is a linear system A = sum of B alpha(A, B) + beta(A); its
// least solution is A = sum of beta(B) star(B, A), where star(B, A) holds what turns a B into an A and is itself
// right-recursive. Empty texts are set apart first, so that no cycle is without a byte (invariant T3 of terms).
// Ensures: the term holds exactly the texts of the root; alternatives that never end are not in it (promise P4).
// Thread safety: as the arena. Tested by tests/schemas/grammars/rule_graph_test.cc.
#pragma once

#include <memory>

#include "schemas/grammars/rule_graph.h"

namespace keyway::grammars {

// Requires: every rule of the graph is defined; the graph's arena is `arena`, with a budget set or none.
// Errors: kUnsatisfiable where the root has no text; kLimit; kUnsupported for left recursion through a lazy rule.
Result<TermId> lower_rules(std::shared_ptr<RuleGraph> graph, NodeId root);

}  // namespace keyway::grammars
