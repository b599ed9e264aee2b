// Places of Lark rules where a lazy rule may come instead of what does come; see lark_builder.h and lark_rivals.h.
//
// A node is made with the lazy rules that may begin where it does, its rivals. A part that is left out leaves its lazy rules as
// rivals of what comes in its place; one that is taken does not.
// And the beginning of an answer, where nothing is ignored before its first terminal: of parts that may be left out, the first
// that is not is where the answer begins. In llguidance's dialect alone. Tested by tests/schemas/grammars/lark_test.cc.
#include <algorithm>

#include "schemas/grammars/lark/lark_builder.h"

namespace keyway::grammars {

LarkBuilder::RivalsId LarkBuilder::rivals_id(std::set<std::string> names) {
  const auto [at, added] = rival_ids_.try_emplace(std::move(names), static_cast<RivalsId>(rival_sets_.size()));
  if (added) rival_sets_.push_back(at->first);
  return at->second;
}

LarkBuilder::RivalsId LarkBuilder::with_rivals(RivalsId rivals, const std::set<std::string>& more) {
  if (more.empty()) return rivals;
  std::set<std::string> names = rival_sets_[rivals];
  names.insert(more.begin(), more.end());
  return rivals_id(std::move(names));
}

// The texts that do not begin with one of a lazy rule which may come in their place.
RegexId LarkBuilder::without_rivals(RivalsId rivals, RegexId texts) {
  RegexArena& regexes = graph_.arena().regexes();
  std::vector<RegexId> parts = {texts};
  const std::set<std::string> names = rival_sets_[rivals];
  for (const std::string& name : names) {
    const LarkDefinition& rival = tree_.definitions.find(name)->second;
    if (holds_tokens(rival.body)) continue;
    std::vector<RegexId> begins = {terminal(rival.body)};
    if (rival.marker) begins.push_back(terminal(*rival.marker));
    if (may_be_left_out(rival)) begins = {not_empty(rival)};
    begins.push_back(regexes.all());
    parts.push_back(regexes.complement(regexes.sequence(begins)));
  }
  return parts.size() == 1 ? texts : regexes.intersection(parts);
}

// The node where it is not left out, as far as that can be told apart.
NodeId LarkBuilder::taken(uint32_t index, bool first, uint64_t value, RivalsId rivals) {
  const LarkNode& at = tree_.nodes[index];
  if (at.kind == LarkKind::kText && at.text.empty()) return graph_.never();
  if (at.kind == LarkKind::kName) {
    const LarkDefinition& definition = tree_.definitions.find(at.text)->second;
    if (!definition.is_terminal && may_be_left_out(definition)) return instance(at.text, first, 0, kTaken);
  }
  if (at.kind != LarkKind::kRepeat || at.min > 0) return node(index, first, value, rivals);
  LarkNode some = at;
  some.min = 1;
  return repeated(some, first, value, rivals);
}

// From the last part to the first, for each set of rivals that a part can be come to with.
NodeId LarkBuilder::sequence_with_rivals(const std::vector<uint32_t>& parts, bool first, uint64_t value, RivalsId rivals) {
  std::vector<std::set<RivalsId>> at_part(parts.size() + 1);
  at_part[0] = {rivals};
  const auto splits = [&](size_t i, RivalsId with) {
    return edges_[parts[i]].nullable && (with != 0 || !edges_[parts[i]].first.empty());
  };
  for (size_t i = 0; i < parts.size(); ++i) {
    const LarkEdges& edges = edges_[parts[i]];
    for (const RivalsId with : at_part[i]) {
      if (!graph_.arena().pay()) return graph_.never();
      at_part[i + 1].insert(with_rivals(0, edges.behind));
      if (splits(i, with)) at_part[i + 1].insert(with_rivals(with, edges.first));
    }
  }
  std::map<RivalsId, NodeId> rest;
  for (const RivalsId with : at_part[parts.size()]) rest[with] = graph_.empty();
  for (size_t i = parts.size(); i-- > 0;) {
    std::map<RivalsId, NodeId> here;
    const LarkEdges& edges = edges_[parts[i]];
    for (const RivalsId with : at_part[i]) {
      const NodeId after = rest[with_rivals(0, edges.behind)];
      if (splits(i, with)) {
        const NodeId some = graph_.sequence(taken(parts[i], first && i == 0, value, with), after);
        here[with] = graph_.choice(some, rest[with_rivals(with, edges.first)]);
      } else {
        here[with] = graph_.sequence(node(parts[i], first && i == 0, value, with), after);
      }
    }
    rest = std::move(here);
  }
  return rest[rivals];
}

// Whether a lazy rule matters in the sequence.
bool LarkBuilder::has_rivals(const std::vector<uint32_t>& parts) const {
  return std::any_of(parts.begin(), parts.end(), [this](uint32_t part) {
    return !edges_.empty() && (!edges_[part].first.empty() || !edges_[part].behind.empty());
  });
}

// Whether a part of the answer's beginning may be left out, so that it begins with a later one.
bool LarkBuilder::may_begin_later(const std::vector<uint32_t>& parts, bool first) const {
  return first && is_spaced() && !edges_.empty() && !parts.empty() && edges_[parts[0]].nullable;
}

// The node at the beginning of the answer where it is not left out.
NodeId LarkBuilder::filled(uint32_t index, uint64_t value) {
  if (!graph_.arena().pay()) return graph_.never();
  const LarkNode& at = tree_.nodes[index];
  if (at.kind == LarkKind::kText && at.text.empty()) return graph_.never();
  if (!edges_[index].nullable) return node(index, true, value, 0);
  std::vector<NodeId> parts;
  switch (at.kind) {
    case LarkKind::kName: return instance(at.text, true, at.parameter ? at.parameter->apply(value) : 0, kTaken);
    case LarkKind::kSequence: return filled_sequence(at.parts, value);
    case LarkKind::kGuard: return at.condition->holds(value) ? filled(at.parts[0], value) : graph_.never();
    case LarkKind::kChoice:
      for (const uint32_t part : at.parts) {
        const NodeId some = filled(part, value);
        parts.push_back(beginnings_.whole[part] ? graph_.sequence(some, ignored_) : some);
      }
      add_beginnings(index, true, value, 0, parts);
      return graph_.choice(parts);
    case LarkKind::kRepeat: {
      if (at.max == 0) return graph_.never();
      const uint32_t least = at.min == 0 || edges_[at.parts[0]].nullable ? 0 : at.min - 1;
      const NodeId more = rounds(node(at.parts[0], false, value, 0), least, at.max == kUnbounded ? kUnbounded : at.max - 1, true);
      return graph_.sequence(filled(at.parts[0], value), more);
    }
    default: return node(index, true, value, 0);
  }
}

// By the first part that is there.
NodeId LarkBuilder::filled_sequence(const std::vector<uint32_t>& parts, uint64_t value) {
  size_t last = 0;
  while (last + 1 < parts.size() && edges_[parts[last]].nullable) ++last;
  std::vector<NodeId> begins;
  NodeId rest = graph_.empty();
  for (size_t i = parts.size(); i-- > 0;) {
    if (i <= last) begins.push_back(graph_.sequence(filled(parts[i], value), rest));
    if (i > 0) rest = graph_.sequence(node(parts[i], false, value, 0), rest);
  }
  return graph_.choice(begins);
}

}  // namespace keyway::grammars
