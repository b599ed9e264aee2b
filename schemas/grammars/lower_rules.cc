// The Definition of rules: full rules, rules without the empty text, and the stars of left recursion; see lower_rules.h.
#include "schemas/grammars/lower_rules.h"

#include <algorithm>
#include <unordered_map>

#include "grammar/token_count.h"
#include "schemas/grammars/dispatch.h"
#include "schemas/grammars/left_recursion.h"
#include "schemas/grammars/lazy_term.h"
#include "schemas/grammars/rule_facts.h"

namespace keyway::grammars {
namespace {

class RuleTerms : public Definition {
 public:
  RuleTerms(std::shared_ptr<RuleGraph> graph, NodeId root)
      : graph_(std::move(graph)), facts_(*graph_, root), systems_(*graph_, facts_) {}

  const RuleFacts& facts() const { return facts_; }
  void set_id(DefinitionId id) { id_ = id; }

  // y: kFull, kNonempty, or kStar + A for star(x, A).
  TermId unfold(TermArena& arena, uint32_t x, uint32_t y) override {
    const RuleId rule(x);
    const NodeId body = graph_->body(rule);
    const bool recursive = facts_.group(body) != RuleFacts::kNoGroup;
    if (y >= kStar) return star(arena, rule, RuleId(y - kStar));
    if (y == kNonempty) return recursive ? solution(arena, rule) : nonempty_term(arena, body);
    if (!recursive) return full_term(arena, body);
    const TermId nonempty = reference(arena, rule, kNonempty);
    return facts_.nullable(body) ? arena.optional(nonempty) : nonempty;
  }

  TermId full_term(TermArena& arena, NodeId id) {
    if (!facts_.productive(id)) return TermArena::never();
    full_.resize(std::max<size_t>(full_.size(), id.value + 1), TermArena::never());
    if (full_[id.value] == TermArena::never()) {
      const TermId made = make_full(arena, id);
      full_[id.value] = made;
    }
    return full_[id.value];
  }

 private:
  static constexpr uint32_t kFull = 0, kNonempty = 1, kStar = 2;

  TermId reference(TermArena& arena, RuleId rule, uint32_t flavour) {
    const RuleId target = graph_->resolved(rule);
    const NodeId body = graph_->body(target);
    const uint32_t shortest = flavour == kFull ? facts_.shortest(body) : facts_.shortest_nonempty(body);
    if (shortest == kNoText) return TermArena::never();
    return arena.reference(id_, target.value, flavour, {.nullable = shortest == 0, .shortest = shortest});
  }

  TermId star_reference(TermArena& arena, RuleId from, RuleId to) {
    const uint32_t shortest = systems_.distance(from, to);
    if (shortest == kNoText) return TermArena::never();
    return arena.reference(id_, from.value, kStar + to.value, {.nullable = shortest == 0, .shortest = shortest});
  }

  TermId make_full(TermArena& arena, NodeId id) {
    const RuleNode node = graph_->node(id);
    switch (node.kind) {
      case NodeKind::kText: return arena.literal(graph_->text_of(id));
      case NodeKind::kClass: return class_term(arena, graph_->set_of(id), TextSpelling::kUtf8);
      case NodeKind::kRegex: return text_term(arena, RegexId(node.x), static_cast<TextSpelling>(node.y));
      case NodeKind::kTerm: return TermId(node.x);
      case NodeKind::kSequence: return full_sequence(arena, id, TermArena::epsilon());
      case NodeKind::kChoice: return full_choice(arena, id);
      case NodeKind::kRepeat: return arena.repeat(full_term(arena, graph_->children(id)[0]), node.x, node.y);
      case NodeKind::kRule: return reference(arena, RuleId(node.x), kFull);
      case NodeKind::kLazy: return lazy_term(arena, full_term(arena, graph_->children(id)[0]));
      case NodeKind::kCounted: return counted_term(arena, full_term(arena, graph_->children(id)[0]), node.x);
      case NodeKind::kDispatch: {
        std::vector<TermId> parts;
        for (const NodeId child : graph_->children(id)) parts.push_back(full_term(arena, child));
        return dispatch_term(arena, graph_->plan_of(id), parts);
      }
    }
    return TermArena::never();
  }

  // The node, then `tail`. Sequences that end in sequences (as left recursion makes them) are walked, not recursed into.
  TermId full_sequence(TermArena& arena, NodeId id, TermId tail) {
    std::vector<TermId> parts;
    while (graph_->node(id).kind == NodeKind::kSequence && graph_->node(id).count > 0) {
      const size_t count = graph_->node(id).count;
      for (size_t i = 0; i + 1 < count; ++i) parts.push_back(full_term(arena, graph_->children(id)[i]));
      id = graph_->children(id)[count - 1];
    }
    const bool is_empty = graph_->node(id).kind == NodeKind::kSequence;
    if (!is_empty) parts.push_back(full_term(arena, id));
    parts.push_back(tail);
    // Twice a part that may be empty is a repetition: stepping it is one step instead of two of the same.
    std::vector<TermId> merged;
    for (size_t i = 0, same = 1; i < parts.size(); i += same) {
      for (same = 1; i + same < parts.size() && parts[i + same] == parts[i];) ++same;
      const uint32_t times = static_cast<uint32_t>(same);
      merged.push_back(arena.nullable(parts[i]) ? arena.repeat(parts[i], times, times) : parts[i]);
      for (size_t k = 1; k < same && !arena.nullable(parts[i]); ++k) merged.push_back(parts[i]);
    }
    return arena.sequence(merged);
  }

  TermId full_choice(TermArena& arena, NodeId id) {
    std::vector<TermId> parts;
    std::vector<std::string_view> texts;
    for (const NodeId child : graph_->children(id)) {
      if (graph_->node(child).kind == NodeKind::kText) {
        texts.push_back(graph_->text_of(child));
      } else {
        parts.push_back(full_term(arena, child));
      }
    }
    if (!texts.empty()) parts.push_back(arena.literals(std::move(texts)));
    return arena.choice(parts);
  }

  // The texts of the node but the empty one.
  TermId nonempty_term(TermArena& arena, NodeId id) {
    if (!facts_.productive(id)) return TermArena::never();
    if (!facts_.nullable(id)) return full_term(arena, id);
    const RuleNode node = graph_->node(id);
    std::vector<TermId> parts;
    switch (node.kind) {
      case NodeKind::kSequence:
        for (size_t i = 0; i < node.count; ++i) {
          std::vector<TermId> items = {nonempty_term(arena, graph_->children(id)[i])};
          for (size_t k = i + 1; k < node.count; ++k) items.push_back(full_term(arena, graph_->children(id)[k]));
          parts.push_back(arena.sequence(items));
        }
        return arena.choice(parts);
      case NodeKind::kChoice:
        for (size_t i = 0; i < node.count; ++i) parts.push_back(nonempty_term(arena, graph_->children(id)[i]));
        return arena.choice(parts);
      case NodeKind::kRepeat: {
        const NodeId part = graph_->children(id)[0];
        const TermId rest = arena.repeat(full_term(arena, part), node.x == 0 ? 0 : node.x - 1,
                                         node.y == kUnbounded ? kUnbounded : node.y - 1);
        return arena.sequence(nonempty_term(arena, part), rest);
      }
      case NodeKind::kRule: return reference(arena, RuleId(node.x), kNonempty);
      case NodeKind::kLazy: return TermArena::never();
      case NodeKind::kCounted:
        return node.x == 0 ? TermArena::never() : counted_term(arena, nonempty_term(arena, graph_->children(id)[0]), node.x);
      default: return without_empty(arena, full_term(arena, id));
    }
  }

  // A' = sum over B of beta(B) star(B, A).
  TermId solution(TermArena& arena, RuleId rule) {
    std::vector<TermId> parts;
    for (const RuleId from : systems_.members(rule)) {
      const TermId star = star_reference(arena, from, rule);
      if (star == TermArena::never()) continue;
      for (const LeftRecursion::Part& base : systems_.bases(from)) {
        if (!arena.pay()) return TermArena::never();
        parts.push_back(arena.sequence(nonempty_term(arena, base.first), arena.sequence(full_term(arena, base.rest), star)));
      }
    }
    return arena.choice(parts);
  }

  TermId star(TermArena& arena, RuleId from, RuleId to) {
    std::vector<TermId> parts;
    for (const RuleId unit : systems_.unit_closure(from)) {
      if (unit == to) parts.push_back(TermArena::epsilon());
      for (const LeftRecursion::Step& step : systems_.steps(unit)) {
        if (!arena.pay()) return TermArena::never();
        const TermId rest = star_reference(arena, step.to, to);
        if (rest != TermArena::never()) parts.push_back(arena.sequence(nonempty_term(arena, step.rest), rest));
      }
    }
    return arena.choice(parts);
  }

  std::shared_ptr<RuleGraph> graph_;
  RuleFacts facts_;
  LeftRecursion systems_;
  DefinitionId id_;
  std::vector<TermId> full_;  // by node; never() where it is not made yet
};

// Whether a part that is bounded in tokens stands in the node. Complexity: O(nodes), for each lazy node.
bool reaches_counted(const RuleGraph& graph, NodeId node) {
  std::vector<NodeId> pending = {node};
  std::vector<bool> seen(graph.size(), false);
  while (!pending.empty() && graph.arena().pay()) {
    const NodeId id = pending.back();
    pending.pop_back();
    if (seen[id.value]) continue;
    seen[id.value] = true;
    if (graph.node(id).kind == NodeKind::kCounted) return true;
    if (graph.node(id).kind == NodeKind::kRule) pending.push_back(graph.body(RuleId(graph.node(id).x)));
    for (const NodeId child : graph.children(id)) pending.push_back(child);
  }
  return false;
}

}  // namespace

Result<TermId> lower_rules(std::shared_ptr<RuleGraph> graph, NodeId root) {
  TermArena& arena = graph->arena();
  if (arena.exhausted()) return arena.limit_error("compile_fuel");
  const auto terms = std::make_shared<RuleTerms>(graph, root);
  if (arena.exhausted()) return arena.limit_error("compile_fuel");
  if (!terms->facts().productive(root)) return fail(ErrorCode::kUnsatisfiable, "no text satisfies the grammar");
  if (terms->facts().head_chain() >= arena.limits().nesting) {
    return fail(ErrorCode::kLimit, "a chain of rules that begin with each other is too long", {},
                std::to_string(terms->facts().head_chain()), "nesting " + std::to_string(arena.limits().nesting));
  }
  for (uint32_t n = 0; n < graph->size(); ++n) {
    const NodeKind kind = graph->node(NodeId(n)).kind;
    const bool recursive = terms->facts().group(NodeId(n)) != RuleFacts::kNoGroup;
    if (kind == NodeKind::kLazy && recursive) return fail(ErrorCode::kUnsupported, "left recursion through a lazy rule");
    if (kind == NodeKind::kCounted && recursive) {
      return fail(ErrorCode::kUnsupported, "left recursion through a rule that is bounded in tokens");
    }
    if (kind == NodeKind::kLazy && reaches_counted(*graph, NodeId(n))) {
      return fail(ErrorCode::kUnsupported, "a part that is bounded in tokens inside of a lazy rule");
    }
  }
  terms->set_id(arena.define(terms));
  const TermId made = terms->full_term(arena, root);
  if (arena.exhausted()) return arena.limit_error("compile_fuel");
  if (made == TermArena::never()) return fail(ErrorCode::kUnsatisfiable, "no text satisfies the grammar");
  return made;
}

}  // namespace keyway::grammars
