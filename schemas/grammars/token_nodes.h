// Tokens that a grammar names by id or spelling, as nodes of a rule graph.
//
// Entry points: token_node, other_token_node, tokens_named, free_tokens_plan, token_dispatch_node. A special or added token
// is taken as itself. A token that is text is read as its bytes, however they are split (a state never depends on how
// tokens split a text).
// Thread safety: as the arena. Tested by tests/schemas/grammars/gbnf_test.cc.
#pragma once

#include <optional>

#include "grammar/vocabulary.h"
#include "schemas/grammars/rule_graph.h"

namespace keyway::grammars {

// One token of these. Errors: kInvalid without a vocabulary, kNotFound for an id that it does not have.
Result<NodeId> token_node(RuleGraph& graph, const Vocabulary* vocabulary, std::vector<TokenId> ids);

// One token that is none of these and no end token.
Result<NodeId> other_token_node(RuleGraph& graph, const Vocabulary* vocabulary, const std::vector<TokenId>& ids);

// The ids of the tokens of that spelling, special and added ones first; only these where there are any.
std::vector<TokenId> tokens_named(const Vocabulary& vocabulary, std::string_view spelling);

// Free text that may hold special and added tokens but not those of `excluded`, nor the texts of tokens among them that
// are text. Errors: as token_node.
Result<DispatchPlan> free_tokens_plan(const Vocabulary* vocabulary, const std::vector<TokenId>& excluded);

// Free text and tokens in which trigger tokens[i] switches to parts[i]; none of `excluded` is taken in between.
Result<NodeId> token_dispatch_node(RuleGraph& graph, const Vocabulary* vocabulary, const std::vector<TokenId>& triggers,
                                   std::span<const NodeId> parts, std::vector<TokenId> excluded, bool loop);

}  // namespace keyway::grammars
