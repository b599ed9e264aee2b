// Construction of rule graphs; see rule_graph.h.
#include "schemas/grammars/rule_graph.h"

#include <algorithm>

namespace keyway::grammars {

RuleGraph::RuleGraph(TermArena* arena) : arena_(arena) {
  add({.kind = NodeKind::kChoice});
  add({.kind = NodeKind::kSequence});
}

NodeId RuleGraph::add(RuleNode node, std::span<const NodeId> parts) {
  arena_->pay(1 + parts.size());
  if (arena_->exhausted()) return never();
  node.first = static_cast<uint32_t>(children_.size());
  node.count = static_cast<uint32_t>(parts.size());
  children_.insert(children_.end(), parts.begin(), parts.end());
  nodes_.push_back(node);
  return NodeId(static_cast<uint32_t>(nodes_.size() - 1));
}

NodeId RuleGraph::text(std::string_view utf8) {
  if (utf8.empty()) return empty();
  arena_->pay(utf8.size());
  if (!arena_->allows_text(utf8.size())) return never();
  texts_.emplace_back(utf8);
  return add({.kind = NodeKind::kText, .x = static_cast<uint32_t>(texts_.size() - 1)});
}

NodeId RuleGraph::one_of(const CodePointSet& set) {
  if (set.empty()) return never();
  sets_.push_back(set);
  return add({.kind = NodeKind::kClass, .x = static_cast<uint32_t>(sets_.size() - 1)});
}

NodeId RuleGraph::regex(RegexId expression, TextSpelling spelling) {
  return add({.kind = NodeKind::kRegex, .x = expression.value, .y = static_cast<uint32_t>(spelling)});
}

NodeId RuleGraph::term(TermId term) { return add({.kind = NodeKind::kTerm, .x = term.value}); }

NodeId RuleGraph::sequence(std::span<const NodeId> parts) {
  return parts.size() == 1 ? parts[0] : add({.kind = NodeKind::kSequence}, parts);
}

NodeId RuleGraph::choice(std::span<const NodeId> parts) {
  return parts.size() == 1 ? parts[0] : add({.kind = NodeKind::kChoice}, parts);
}

NodeId RuleGraph::repeat(NodeId part, uint32_t min, uint32_t max) {
  if (min > max) return never();
  if (max == 0) return empty();
  if (min == 1 && max == 1) return part;
  return add({.kind = NodeKind::kRepeat, .x = min, .y = max}, {&part, 1});
}

NodeId RuleGraph::lazy(NodeId part) { return add({.kind = NodeKind::kLazy}, {&part, 1}); }

NodeId RuleGraph::counted(NodeId part, uint32_t most_tokens) {
  const NodeId parts[] = {part};
  return add({.kind = NodeKind::kCounted, .x = most_tokens}, parts);
}

NodeId RuleGraph::dispatch(DispatchPlan plan, std::span<const NodeId> parts) {
  // The automaton over triggers takes some 230 bytes for each of theirs.
  constexpr size_t kShare = 4;
  size_t bytes = 0;
  for (const auto* texts : {&plan.triggers, &plan.excludes}) {
    for (const std::string& text : *texts) bytes += text.size();
  }
  if (!arena_->allows_text(bytes * kShare)) return never();
  plans_.push_back(std::move(plan));
  return add({.kind = NodeKind::kDispatch, .x = static_cast<uint32_t>(plans_.size() - 1)}, parts);
}

NodeId RuleGraph::rule(RuleId rule) { return add({.kind = NodeKind::kRule, .x = rule.value}); }

RuleId RuleGraph::declare(std::string name) {
  bodies_.push_back(never());
  names_.push_back(std::move(name));
  return RuleId(static_cast<uint32_t>(bodies_.size() - 1));
}

RuleId RuleGraph::resolved(RuleId rule) const {
  RuleId at = rule;
  for (size_t steps = 0; steps < bodies_.size(); ++steps) {
    const RuleNode& target = node(body(at));
    if (target.kind != NodeKind::kRule) return at;
    at = RuleId(target.x);
  }
  return rule;  // a cycle of names: no text at all, which the facts of rules tell
}

namespace {

// One pass over the graph; recursion is bounded by the nesting that readers allow, times the rules on the way.
class RegexOfNode {
 public:
  RegexOfNode(const RuleGraph& graph, std::string place)
      : graph_(graph), regexes_(graph.arena().regexes()), place_(std::move(place)) {}

  RegexId convert(NodeId id) {
    if (error_.has_value() || ++depth_ > graph_.arena().limits().nesting) {
      refuse(ErrorCode::kLimit, "nested too deeply for a regular expression");
      return regexes_.never();
    }
    const RegexId made = convert_kind(id);
    --depth_;
    return made;
  }
  std::optional<Error> error() const {
    if (error_.has_value()) return error_;
    if (regexes_.exhausted()) return regexes_.limit_error("compile_fuel", place_);
    return std::nullopt;
  }

 private:
  void refuse(ErrorCode code, std::string message) {
    if (!error_.has_value()) error_ = fail(code, std::move(message), place_);
  }

  RegexId convert_kind(NodeId id) {
    const RuleNode& node = graph_.node(id);
    switch (node.kind) {
      case NodeKind::kText: return regexes_.literal(graph_.text_of(id));
      case NodeKind::kClass: return regexes_.one_of(graph_.set_of(id));
      case NodeKind::kRegex: return RegexId(node.x);
      case NodeKind::kSequence: return regexes_.sequence(parts(id));
      case NodeKind::kChoice: return regexes_.alternative(parts(id));
      case NodeKind::kRepeat: return regexes_.repeat(convert(graph_.children(id)[0]), node.x, node.y);
      case NodeKind::kRule: return rule(RuleId(node.x));
      case NodeKind::kLazy: return lazy(convert(graph_.children(id)[0]));
      case NodeKind::kTerm:
        refuse(ErrorCode::kUnsupported, "only characters can be limited or matched here, not a token, a schema or another grammar");
        return regexes_.never();
      case NodeKind::kCounted: break;
      case NodeKind::kDispatch: break;
    }
    refuse(ErrorCode::kUnsupported, "only a regular language can be limited or matched here");
    return regexes_.never();
  }

  RegexId rule(RuleId rule) {
    if (std::find(open_.begin(), open_.end(), rule) != open_.end()) {
      refuse(ErrorCode::kUnsupported, "a rule that uses itself cannot be limited: " + graph_.name(rule));
      return regexes_.never();
    }
    open_.push_back(rule);
    const RegexId made = convert(graph_.body(rule));
    open_.pop_back();
    return made;
  }

  RegexId lazy(RegexId r) {
    const RegexId longer = regexes_.sequence(r, regexes_.repeat(regexes_.any(), 1, kUnbounded));
    const RegexId parts[] = {r, regexes_.complement(longer)};
    return regexes_.intersection(parts);
  }

  std::vector<RegexId> parts(NodeId id) {
    std::vector<RegexId> made;
    for (const NodeId child : graph_.children(id)) made.push_back(convert(child));
    return made;
  }

  const RuleGraph& graph_;
  RegexArena& regexes_;
  std::string place_;
  uint32_t depth_ = 0;
  std::vector<RuleId> open_;
  std::optional<Error> error_;
};

}  // namespace

Result<RegexId> to_regex(const RuleGraph& graph, NodeId node, const std::string& place) {
  RegexOfNode conversion(graph, place);
  const RegexId made = conversion.convert(node);
  if (const std::optional<Error> error = conversion.error()) return *error;
  return made;
}

}  // namespace keyway::grammars
