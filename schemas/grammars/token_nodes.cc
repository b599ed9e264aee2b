// See token_nodes.h.
#include "schemas/grammars/token_nodes.h"

#include <algorithm>
#include <set>

#include "grammar/utf8.h"

namespace keyway::grammars {
namespace {

Status check_tokens(const Vocabulary* vocabulary, const std::vector<TokenId>& ids) {
  if (vocabulary == nullptr) return fail(ErrorCode::kInvalid, "a grammar that names tokens needs a vocabulary");
  for (const TokenId id : ids) {
    if (id < vocabulary->size() && vocabulary->kind(id) != TokenKind::kAbsent) continue;
    return fail(ErrorCode::kNotFound, "the vocabulary has no such token", {}, std::to_string(id),
                "ids below " + std::to_string(vocabulary->size()));
  }
  return {};
}

bool is_control(const Vocabulary& vocabulary, TokenId id) {
  return vocabulary.kind(id) == TokenKind::kSpecial || vocabulary.kind(id) == TokenKind::kAdded;
}

// Special and added tokens as themselves, text tokens as their bytes.
NodeId node_of(RuleGraph& graph, const Vocabulary& vocabulary, const std::vector<TokenId>& ids) {
  TermArena& arena = graph.arena();
  std::vector<TokenId> control;
  std::vector<std::string_view> texts;
  for (const TokenId id : ids) {
    if (is_control(vocabulary, id)) {
      control.push_back(id);
    } else if (!vocabulary.bytes(id).empty()) {
      texts.push_back(vocabulary.bytes(id));
    }
  }
  std::vector<TermId> parts;
  if (!control.empty()) parts.push_back(arena.tokens(std::move(control)));
  if (!texts.empty()) parts.push_back(arena.literals(std::move(texts)));
  return graph.term(arena.choice(parts));
}

}  // namespace

Result<NodeId> token_node(RuleGraph& graph, const Vocabulary* vocabulary, std::vector<TokenId> ids) {
  if (const Status status = check_tokens(vocabulary, ids); !status) return status.error();
  return node_of(graph, *vocabulary, ids);
}

Result<NodeId> other_token_node(RuleGraph& graph, const Vocabulary* vocabulary, const std::vector<TokenId>& ids) {
  if (const Status status = check_tokens(vocabulary, {}); !status) return status.error();
  std::vector<TokenId> sorted = ids, others;
  std::sort(sorted.begin(), sorted.end());
  std::set<std::string_view> texts;  // of tokens that are text: their bytes are not taken whatever token spells them
  for (const TokenId id : ids) {
    if (id < vocabulary->size() && vocabulary->kind(id) == TokenKind::kText) texts.insert(vocabulary->bytes(id));
  }
  for (TokenId id = 0; id < vocabulary->size(); ++id) {
    const bool is_text = vocabulary->kind(id) == TokenKind::kText;
    const bool named = std::binary_search(sorted.begin(), sorted.end(), id) || (is_text && texts.contains(vocabulary->bytes(id)));
    if (!named && vocabulary->kind(id) != TokenKind::kAbsent && !vocabulary->is_end(id)) others.push_back(id);
  }
  return node_of(graph, *vocabulary, others);
}

std::vector<TokenId> tokens_named(const Vocabulary& vocabulary, std::string_view spelling) {
  std::vector<TokenId> control, texts;
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (vocabulary.kind(id) == TokenKind::kAbsent || vocabulary.bytes(id) != spelling) continue;
    (is_control(vocabulary, id) ? control : texts).push_back(id);
  }
  return control.empty() ? texts : control;
}

Result<DispatchPlan> free_tokens_plan(const Vocabulary* vocabulary, const std::vector<TokenId>& excluded) {
  if (const Status status = check_tokens(vocabulary, excluded); !status) return status.error();
  DispatchPlan plan;
  for (const TokenId id : excluded) {
    const std::string_view bytes = vocabulary->bytes(id);
    if (is_control(*vocabulary, id) || bytes.empty()) continue;
    if (!is_utf8(bytes)) return fail(ErrorCode::kUnsupported, "a token that is a part of a character cannot be excluded");
    plan.excludes.emplace_back(bytes);
  }
  for (TokenId id = 0; id < vocabulary->size(); ++id) {
    const bool named = std::find(excluded.begin(), excluded.end(), id) != excluded.end();
    if (!named && is_control(*vocabulary, id) && !vocabulary->is_end(id)) plan.free_tokens.push_back(id);
  }
  return plan;
}

Result<NodeId> token_dispatch_node(RuleGraph& graph, const Vocabulary* vocabulary, const std::vector<TokenId>& triggers,
                                   std::span<const NodeId> parts, std::vector<TokenId> excluded, bool loop) {
  if (const Status status = check_tokens(vocabulary, triggers); !status) return status.error();
  // Tokens that are triggers leave the free text; those that are text do so by their bytes.
  const size_t named = excluded.size();
  excluded.insert(excluded.end(), triggers.begin(), triggers.end());
  Result<DispatchPlan> plan = free_tokens_plan(vocabulary, excluded);
  if (!plan) return plan.error();
  plan->loop = loop;
  plan->excludes.clear();
  for (size_t i = 0; i < named; ++i) {
    const TokenId id = excluded[i];
    if (!is_control(*vocabulary, id) && !vocabulary->bytes(id).empty()) plan->excludes.emplace_back(vocabulary->bytes(id));
  }
  std::vector<NodeId> texts, tokens;
  for (size_t i = 0; i < triggers.size(); ++i) {
    if (is_control(*vocabulary, triggers[i])) {
      plan->token_triggers.push_back({triggers[i]});
      tokens.push_back(parts[i]);
    } else if (!vocabulary->bytes(triggers[i]).empty()) {
      plan->triggers.emplace_back(vocabulary->bytes(triggers[i]));
      texts.push_back(parts[i]);
    }
  }
  texts.insert(texts.end(), tokens.begin(), tokens.end());
  return graph.dispatch(std::move(*plan), texts);
}

}  // namespace keyway::grammars
