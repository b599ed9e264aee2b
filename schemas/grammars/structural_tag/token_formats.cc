// Formats of tokens: token, exclude_token, any_tokens, token_triggered_tags, token_dispatch; see format_reader.h.
#include <algorithm>

#include "schemas/grammars/structural_tag/format_reader.h"
#include "schemas/grammars/token_nodes.h"

namespace keyway::grammars {

bool FormatReader::read_token(Json value, std::vector<TokenId>& out) {
  if (vocabulary_ == nullptr) return refuse(value, "a grammar that names tokens needs a vocabulary"), false;
  if (value.is_string()) {
    const std::vector<TokenId> named = tokens_named(*vocabulary_, value.string());
    if (named.empty()) return refuse(value, "the vocabulary has no such token", {}, ErrorCode::kNotFound), false;
    out.insert(out.end(), named.begin(), named.end());
    return true;
  }
  const std::optional<int64_t> id = value.integer();
  const bool known = id && *id >= 0 && *id < static_cast<int64_t>(vocabulary_->size());
  if (!known) return refuse(value, "not a token of the vocabulary", "an id or a spelling"), false;
  out.push_back(static_cast<TokenId>(*id));
  return true;
}

bool FormatReader::read_tokens(Json list, std::vector<TokenId>& out) {
  if (!list.is_array()) return refuse(list, "tokens are an array", "[id or spelling, ...]"), false;
  for (size_t i = 0; i < list.size(); ++i) {
    if (!read_token(list.at(i), out)) return false;
  }
  return true;
}

NodeId FormatReader::token(Json at) {
  const std::optional<Json> type = at.find("type"), value = at.find("token");
  if (!type || !type->is_string() || type->string() != "token") return refuse(at, "a token format is needed here", "token");
  if (!value) return refuse(at, "token without its token", "a member token");
  std::vector<TokenId> ids;
  if (!value->is_string() && !value->integer()) return refuse(*value, "not a token", "an id or a spelling");
  if (!read_token(*value, ids)) return graph_.never();
  const Result<NodeId> node = token_node(graph_, vocabulary_, ids);
  if (node) return *node;
  cursor_.refuse(node.error(), at.offset());
  return graph_.never();
}

NodeId FormatReader::exclude_token(Json at, const Ends& ends) {
  std::vector<TokenId> excluded = ends.tokens;
  const std::optional<Json> list = at.find("exclude_tokens");
  if (list && !read_tokens(*list, excluded)) return graph_.never();
  const Result<NodeId> node = other_token_node(graph_, vocabulary_, excluded);
  if (node) return *node;
  cursor_.refuse(node.error(), at.offset());
  return graph_.never();
}

NodeId FormatReader::any_tokens(Json at, const Ends& ends) {
  std::vector<TokenId> excluded = ends.tokens;
  std::optional<uint32_t> max_tokens;
  if (!count(at, "max_tokens", max_tokens)) return graph_.never();
  const std::optional<Json> list = at.find("exclude_tokens");
  if (list && !read_tokens(*list, excluded)) return graph_.never();
  if (max_tokens == 0) return graph_.empty();
  if (max_tokens) {
    if (*max_tokens > graph_.arena().limits().repeat_count) {
      return refuse(*at.find("max_tokens"), "a bound that is too large", {}, ErrorCode::kLimit);
    }
    return graph_.repeat(exclude_token(at, ends), 0, *max_tokens);
  }
  Result<DispatchPlan> plan = free_tokens_plan(vocabulary_, excluded);
  if (plan) return graph_.dispatch(std::move(*plan), {});
  cursor_.refuse(plan.error(), at.offset());
  return graph_.never();
}

NodeId FormatReader::token_triggered_tags(Json at, const Ends& ends) {
  std::vector<TokenId> triggers, excluded = ends.tokens;
  std::vector<Tag> tags;
  bool at_least_one = false, stop_after_first = false;
  const std::optional<Json> list = at.find("trigger_tokens"), exclude_list = at.find("exclude_tokens");
  if (!list || list->size() == 0) return refuse(at, "token_triggered_tags without triggers", "a member trigger_tokens");
  if (vocabulary_ != nullptr && !read_tokens(*list, triggers)) return graph_.never();
  if (!read_tags(at, tags) || (exclude_list && !read_tokens(*exclude_list, excluded))) return graph_.never();
  if (!flag(at, "at_least_one", at_least_one) || !flag(at, "stop_after_first", stop_after_first)) return graph_.never();
  std::vector<std::vector<NodeId>> behind(triggers.size());
  for (const Tag& tag : tags) {
    if (tag.begin_tokens.empty()) return refuse(tag.place, "a tag that does not begin with a token");
    bool found = false;
    for (size_t i = 0; i < triggers.size(); ++i) {
      if (std::find(tag.begin_tokens.begin(), tag.begin_tokens.end(), triggers[i]) == tag.begin_tokens.end()) continue;
      behind[i].push_back(tag.rest);
      found = true;
    }
    if (!found) return refuse(tag.place, "a tag that begins with no trigger");
  }
  std::vector<NodeId> parts;
  for (const auto& alternatives : behind) parts.push_back(graph_.choice(alternatives));
  const Result<NodeId> free = token_dispatch_node(graph_, vocabulary_, triggers, parts, excluded, !stop_after_first);
  if (free) return with_first(tags, *free, at_least_one, stop_after_first);
  cursor_.refuse(free.error(), at.offset());
  return graph_.never();
}

NodeId FormatReader::token_dispatch(Json at, const Ends& ends) {
  std::vector<TokenId> triggers, excluded;
  std::vector<NodeId> parts;
  bool loop = true;
  const std::optional<Json> rules = at.find("rules"), exclude_list = at.find("exclude_tokens");
  if (!flag(at, "loop", loop)) return graph_.never();
  if (!rules || !rules->is_array() || rules->size() == 0) return refuse(rules.value_or(at), "dispatch without its rules");
  for (size_t i = 0; i < rules->size() && !failed(); ++i) {
    const Json rule = rules->at(i);
    if (!rule.is_array() || rule.size() != 2) return refuse(rule, "a rule is a token and a format", "[token, format]");
    std::vector<TokenId> named;
    if (!read_token(rule.at(0), named)) return graph_.never();
    const NodeId part = format(rule.at(1), ends);
    for (const TokenId id : named) {
      triggers.push_back(id);
      parts.push_back(part);
    }
  }
  if (exclude_list && !read_tokens(*exclude_list, excluded)) return graph_.never();
  const Result<NodeId> node = token_dispatch_node(graph_, vocabulary_, triggers, parts, excluded, loop);
  if (node) return *node;
  cursor_.refuse(node.error(), at.offset());
  return graph_.never();
}

}  // namespace keyway::grammars
