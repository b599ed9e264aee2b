// Tokens in GBNF: <[id]>, <spelling>, and either of them negated by !; see bnf_reader.h.
#include "schemas/grammars/bnf/bnf_reader.h"
#include "schemas/grammars/token_nodes.h"

namespace keyway::grammars {

bool BnfReader::read_token() {
  const size_t offset = cursor_.position();
  const bool negative = cursor_.take("!");
  std::vector<TokenId> ids;
  if (!read_token_ids(ids)) return false;
  if (negative) {
    push_others(std::move(ids));
    others_[groups_.back().items.back().value].offset = offset;
    return true;
  }
  const Result<NodeId> node = token_node(graph_, options_.vocabulary, std::move(ids));
  if (!node) return cursor_.refuse(node.error(), offset);
  push(*node);
  return true;
}

bool BnfReader::read_token_ids(std::vector<TokenId>& ids) {
  const size_t start = cursor_.position();
  if (!cursor_.take("<")) return cursor_.syntax("expected a token", "<[id]> or <spelling>");
  if (cursor_.take("[")) {
    const std::optional<uint64_t> id = cursor_.decimal();
    if (!id.has_value() || *id >= kMaxVocabularySize) return cursor_.syntax("expected the id of a token");
    if (!cursor_.take("]>")) return cursor_.refuse(ErrorCode::kSyntax, "a token that is not closed", start, "]>");
    ids.push_back(static_cast<TokenId>(*id));
    return true;
  }
  while (!cursor_.done() && cursor_.at() != '>' && cursor_.at() != '\n') cursor_.skip(1);
  if (!cursor_.take(">")) return cursor_.refuse(ErrorCode::kSyntax, "a token that is not closed", start, ">");
  const std::string_view spelling = cursor_.text().substr(start, cursor_.position() - start);
  if (options_.vocabulary == nullptr) {
    return cursor_.refuse(ErrorCode::kInvalid, "a grammar that names tokens needs a vocabulary", start);
  }
  ids = tokens_named(*options_.vocabulary, spelling);
  if (ids.empty()) return cursor_.refuse(ErrorCode::kNotFound, "the vocabulary has no such token", start);
  return true;
}

void BnfReader::push_others(std::vector<TokenId> ids) {
  const RuleId rule = graph_.declare("other tokens");
  const NodeId node = graph_.rule(rule);
  others_[node.value] = {rule, std::move(ids), cursor_.position()};
  push(node);
}

bool BnfReader::define_others() {
  for (const auto& [node, others] : others_) {
    const Result<NodeId> body = other_token_node(graph_, options_.vocabulary, others.ids);
    if (!body) return cursor_.refuse(body.error(), others.offset);
    graph_.define(others.rule, *body);
  }
  return true;
}

}  // namespace keyway::grammars
