// Tags, triggered tags, separated tags and dispatches; see format_reader.h.
#include <map>

#include "schemas/grammars/structural_tag/format_reader.h"
#include "schemas/grammars/token_nodes.h"

namespace keyway::grammars {

NodeId FormatReader::tag_format(Json at) {
  Tag tag;
  if (!read_tag(at, tag)) return graph_.never();
  return graph_.sequence(tag.begin_node, tag.rest);
}

bool FormatReader::read_tag(Json at, Tag& tag) {
  if (!at.is_object()) return refuse(at, "a tag is an object"), false;
  const std::optional<Json> type = at.find("type");
  if (type && (!type->is_string() || type->string() != "tag")) return refuse(*type, "not a tag", "tag"), false;
  const std::optional<Json> begin = at.find("begin"), content = at.find("content"), end = at.find("end");
  if (!begin || !(begin->is_string() || begin->is_object())) {
    return refuse(begin.value_or(at), "a tag without its begin", "a string or a token"), false;
  }
  if (!content) return refuse(at, "a tag without its content", "a member content"), false;
  if (!end) return refuse(at, "a tag without its end", "a string, an array of strings or a token"), false;
  tag.place = at;
  if (begin->is_string()) {
    tag.begin = std::string(begin->string());
    tag.begin_node = graph_.text(tag.begin);
  } else {
    tag.begin_node = token(*begin);
    const std::optional<Json> id = begin->find("token");
    if (failed() || !id || !read_token(*id, tag.begin_tokens)) return false;
  }
  Ends ends;
  std::vector<NodeId> end_nodes;
  if (!read_end(*end, end_nodes, ends)) return false;
  const bool no_end = ends.texts.empty() && ends.tokens.empty();
  if (no_end && unlimited(*content)) {
    return refuse(*end, "content without a bound needs an end that is not empty"), false;
  }
  const NodeId inside = format(*content, ends);
  tag.rest = graph_.sequence(inside, graph_.choice(end_nodes));
  return !failed();
}

bool FormatReader::read_end(Json end, std::vector<NodeId>& nodes, Ends& ends) {
  const auto text = [&](Json value) {
    if (!value.is_string()) return refuse(value, "the end of a tag is no text", "a string"), false;
    nodes.push_back(graph_.text(value.string()));
    if (!value.string().empty()) ends.texts.emplace_back(value.string());
    return true;
  };
  if (end.is_string()) return text(end);
  if (end.is_object()) {
    nodes.push_back(token(end));
    const std::optional<Json> id = end.find("token");
    return !failed() && id && read_token(*id, ends.tokens);
  }
  if (!end.is_array() || end.size() == 0) {
    return refuse(end, "the end of a tag", "a string, an array of strings that is not empty, or a token"), false;
  }
  for (size_t i = 0; i < end.size(); ++i) {
    if (!text(end.at(i))) return false;
  }
  return true;
}

// Whether the content may go on for ever and excludes nothing by itself.
bool FormatReader::unlimited(Json at) const {
  if (!at.is_object()) return false;
  const std::string_view type = type_of(at);
  const auto excludes_something = [&](std::string_view name) {
    const std::optional<Json> list = at.find(name);
    return list && list->size() > 0;
  };
  if (type == "any_text" || type == "triggered_tags" || type == "dispatch") return !excludes_something("excludes");
  if (type == "any_tokens" || type == "token_triggered_tags" || type == "token_dispatch") {
    return !excludes_something("exclude_tokens");
  }
  if (type == "tags_with_separator" || type == "star" || type == "plus") return true;
  const std::optional<Json> content = at.find("content"), elements = at.find("elements");
  if (type == "repeat") {
    const std::optional<Json> max = at.find("max");
    const std::optional<int64_t> bound = max ? max->integer() : std::nullopt;
    return bound == -1 || (bound != 0 && content && unlimited(*content));
  }
  if (type == "optional") return content && unlimited(*content);
  if (type != "sequence" && type != "or") return false;
  for (size_t i = 0; elements && i < elements->size(); ++i) {
    if (unlimited(elements->at(i))) return true;
  }
  return false;
}

bool FormatReader::read_tags(Json at, std::vector<Tag>& tags) {
  const std::optional<Json> list = at.find("tags");
  if (!list || !list->is_array() || list->size() == 0) {
    return refuse(list.value_or(at), "a format without tags", "a member tags, an array that is not empty"), false;
  }
  for (size_t i = 0; i < list->size(); ++i) {
    tags.emplace_back();
    if (!read_tag(list->at(i), tags.back())) return false;
  }
  return true;
}

NodeId FormatReader::triggered_tags(Json at, const Ends& ends) {
  std::vector<std::string> triggers;
  std::vector<Tag> tags;
  bool at_least_one = false, stop_after_first = false;
  DispatchPlan plan;
  if (!texts(at, "triggers", true, triggers) || !read_tags(at, tags)) return graph_.never();
  if (!texts(at, "excludes", false, plan.excludes)) return graph_.never();
  if (!flag(at, "at_least_one", at_least_one) || !flag(at, "stop_after_first", stop_after_first)) return graph_.never();
  std::vector<std::vector<NodeId>> behind(triggers.size());
  for (const Tag& tag : tags) {
    std::optional<size_t> found;
    for (size_t i = 0; i < triggers.size(); ++i) {
      if (!tag.begin.starts_with(triggers[i])) continue;
      if (found) return refuse(tag.place, "a tag that begins with several triggers");
      found = i;
    }
    if (!found) return refuse(tag.place, "a tag that begins with no trigger");
    behind[*found].push_back(graph_.sequence(graph_.text(tag.begin.substr(triggers[*found].size())), tag.rest));
  }
  plan.excludes.insert(plan.excludes.end(), ends.texts.begin(), ends.texts.end());
  plan.triggers = std::move(triggers);
  plan.loop = !stop_after_first;
  std::vector<NodeId> parts;
  for (const auto& alternatives : behind) parts.push_back(graph_.choice(alternatives));
  return with_first(tags, graph_.dispatch(std::move(plan), parts), at_least_one, stop_after_first);
}

// At least one tag: it comes first, and free text only behind it.
NodeId FormatReader::with_first(const std::vector<Tag>& tags, NodeId dispatch, bool at_least_one, bool stop_after_first) {
  if (!at_least_one) return dispatch;
  std::vector<NodeId> first;
  for (const Tag& tag : tags) first.push_back(graph_.sequence(tag.begin_node, tag.rest));
  const NodeId one = graph_.choice(first);
  return stop_after_first ? one : graph_.sequence(one, dispatch);
}

NodeId FormatReader::separated_tags(Json at) {
  std::vector<Tag> tags;
  bool at_least_one = false, stop_after_first = false;
  if (!read_tags(at, tags)) return graph_.never();
  const std::optional<Json> separator = at.find("separator");
  if (!separator || !separator->is_string()) {
    return refuse(separator.value_or(at), "tags without their separator", "a member separator, a string");
  }
  if (!flag(at, "at_least_one", at_least_one) || !flag(at, "stop_after_first", stop_after_first)) return graph_.never();
  std::vector<NodeId> choices;
  for (const Tag& tag : tags) choices.push_back(graph_.sequence(tag.begin_node, tag.rest));
  const NodeId one = graph_.choice(choices);
  const NodeId more = graph_.repeat(graph_.sequence(graph_.text(separator->string()), one), 0, kUnbounded);
  const NodeId all = stop_after_first ? one : graph_.sequence(one, more);
  return at_least_one ? all : graph_.choice(all, graph_.empty());
}

NodeId FormatReader::dispatch(Json at, const Ends& ends) {
  DispatchPlan plan;
  if (!texts(at, "excludes", false, plan.excludes) || !flag(at, "loop", plan.loop)) return graph_.never();
  const std::optional<Json> rules = at.find("rules");
  if (!rules || !rules->is_array() || rules->size() == 0) return refuse(rules.value_or(at), "dispatch without its rules");
  std::vector<NodeId> parts;
  for (size_t i = 0; i < rules->size() && !failed(); ++i) {
    const Json rule = rules->at(i);
    const bool is_rule = rule.is_array() && rule.size() == 2 && rule.at(0).is_string() && !rule.at(0).string().empty();
    if (!is_rule) return refuse(rule, "a rule is a text that is not empty and a format", "[text, format]");
    plan.triggers.emplace_back(rule.at(0).string());
    parts.push_back(format(rule.at(1), ends));
  }
  return graph_.dispatch(std::move(plan), parts);
}

// {"structures": [{"begin", "schema", "end"}], "triggers": [...]}
NodeId FormatReader::older_form(Json root) {
  const Json structures = *root.find("structures");
  std::vector<std::string> triggers;
  if (!structures.is_array() || structures.size() == 0) return refuse(structures, "structures is an array that is not empty");
  if (!texts(root, "triggers", true, triggers)) return graph_.never();
  DispatchPlan plan;
  plan.triggers = triggers;
  std::vector<std::vector<NodeId>> behind(triggers.size());
  for (size_t i = 0; i < structures.size() && !failed(); ++i) {
    const Json at = structures.at(i);
    const std::optional<Json> begin = at.find("begin"), schema = at.find("schema"), end = at.find("end");
    if (!begin || !begin->is_string() || !end || !end->is_string()) return refuse(at, "a structure has a begin and an end");
    if (!schema || !(schema->is_object() || schema->is_boolean())) return refuse(at, "a structure has a schema");
    size_t found = triggers.size();
    for (size_t t = 0; t < triggers.size(); ++t) {
      if (!begin->string().starts_with(triggers[t])) continue;
      if (found < triggers.size()) return refuse(at, "a tag that begins with several triggers");
      found = t;
    }
    if (found == triggers.size()) return refuse(at, "a tag that begins with no trigger");
    const NodeId items[] = {graph_.text(begin->string().substr(triggers[found].size())), json_schema(at, *schema, "json"),
                            graph_.text(end->string())};
    behind[found].push_back(graph_.sequence(items));
  }
  std::vector<NodeId> parts;
  for (const auto& alternatives : behind) parts.push_back(graph_.choice(alternatives));
  return graph_.dispatch(std::move(plan), parts);
}

}  // namespace keyway::grammars
