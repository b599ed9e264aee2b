// Shortest texts by Knuth's generalisation of Dijkstra's algorithm (1977), left-recursive groups by Tarjan's strongly
// connected components (1972), both without recursion; see rule_facts.h.
#include "schemas/grammars/rule_facts.h"

#include <algorithm>
#include <queue>

namespace keyway::grammars {
namespace {

// For every node the nodes that are made of it, rows side by side.
class Users {
 public:
  explicit Users(const RuleGraph& graph) : start_(graph.size() + 1) {
    for (int pass = 0; pass < 2; ++pass) {
      for (uint32_t n = 0; n < graph.size(); ++n) {
        const NodeId id(n);
        if (graph.node(id).kind == NodeKind::kRule) note(graph.body(RuleId(graph.node(id).x)), id, pass);
        for (const NodeId child : graph.children(id)) note(child, id, pass);
      }
      if (pass == 1) break;
      for (size_t i = 1; i < start_.size(); ++i) start_[i] += start_[i - 1];
      fill_.assign(start_.begin(), start_.end() - 1);
      users_.resize(start_.back());
    }
  }
  std::span<const NodeId> of(NodeId id) const {
    return {users_.data() + start_[id.value], users_.data() + start_[id.value + 1]};
  }

 private:
  void note(NodeId part, NodeId user, int pass) {
    if (pass == 0) {
      ++start_[part.value + 1];
    } else {
      users_[fill_[part.value]++] = user;
    }
  }
  std::vector<uint32_t> start_, fill_;
  std::vector<NodeId> users_;
};

struct Candidate {
  uint32_t cost;
  NodeId node;
  bool operator>(const Candidate& other) const { return cost > other.cost; }
};
using Queue = std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>>;

uint32_t saturated(uint64_t cost) { return static_cast<uint32_t>(std::min<uint64_t>(cost, kLongest)); }

// The parts that a text of the node may begin with, which sequences cut at the first part that is never empty.
size_t left_corner_count(const RuleGraph& graph, const RuleFacts& facts, NodeId id) {
  const RuleNode& node = graph.node(id);
  if (!facts.productive(id)) return 0;
  if (node.kind == NodeKind::kRule) return 1;
  if (node.kind == NodeKind::kDispatch) return 0;
  if (node.kind != NodeKind::kSequence) return node.count;
  size_t count = 0;
  for (const NodeId child : graph.children(id)) {
    ++count;
    if (!facts.nullable(child)) break;
  }
  return count;
}

NodeId left_corner(const RuleGraph& graph, NodeId id, size_t i) {
  const RuleNode& node = graph.node(id);
  return node.kind == NodeKind::kRule ? graph.body(RuleId(node.x)) : graph.children(id)[i];
}

// Tarjan's search along left corners, with the chain of rules below each node.
class GroupFinder {
 public:
  GroupFinder(const RuleGraph& graph, const RuleFacts& facts, std::vector<uint32_t>& group)
      : graph_(graph), facts_(facts), group_(group), order_(graph.size(), kUnseen), low_(graph.size(), 0),
        chain_(graph.size(), 0), open_(graph.size(), false) {}

  void search(NodeId start) {
    if (order_[start.value] == kUnseen) enter(start);
    while (!frames_.empty()) {
      Frame& frame = frames_.back();
      if (frame.next < frame.count) {
        follow(frame.node, left_corner(graph_, frame.node, frame.next++));
      } else {
        leave();
      }
    }
  }
  uint32_t longest_chain() const { return longest_; }

 private:
  struct Frame {
    NodeId node;
    size_t next, count;
  };
  static constexpr uint32_t kUnseen = 0xFFFFFFFFu;

  void enter(NodeId id) {
    order_[id.value] = low_[id.value] = seen_++;
    open_[id.value] = true;
    stack_.push_back(id);
    frames_.push_back({id, 0, left_corner_count(graph_, facts_, id)});
  }

  void follow(NodeId from, NodeId to) {
    if (order_[to.value] == kUnseen) {
      enter(to);
    } else if (open_[to.value]) {
      low_[from.value] = std::min(low_[from.value], order_[to.value]);
    } else {
      chain_[from.value] = std::max(chain_[from.value], chain_[to.value]);
    }
  }

  void leave() {
    const NodeId id = frames_.back().node;
    frames_.pop_back();
    // Names of names are resolved before terms are made.
    const RuleNode& node = graph_.node(id);
    if (node.kind == NodeKind::kRule && graph_.node(graph_.body(RuleId(node.x))).kind != NodeKind::kRule) ++chain_[id.value];
    longest_ = std::max(longest_, chain_[id.value]);
    if (low_[id.value] == order_[id.value]) close_group(id);
    if (frames_.empty()) return;
    const NodeId parent = frames_.back().node;
    low_[parent.value] = std::min(low_[parent.value], low_[id.value]);
    chain_[parent.value] = std::max(chain_[parent.value], chain_[id.value]);
  }

  void close_group(NodeId id) {
    const bool cycle = stack_.back() != id;
    NodeId member;
    do {
      member = stack_.back();
      stack_.pop_back();
      open_[member.value] = false;
      if (cycle) group_[member.value] = groups_;
    } while (member != id);
    groups_ += cycle;
  }

  const RuleGraph& graph_;
  const RuleFacts& facts_;
  std::vector<uint32_t>& group_;
  std::vector<uint32_t> order_, low_, chain_;
  std::vector<bool> open_;
  std::vector<NodeId> stack_;
  std::vector<Frame> frames_;
  uint32_t seen_ = 0, groups_ = 0, longest_ = 0;
};

}  // namespace

RuleFacts::RuleFacts(const RuleGraph& graph, NodeId root) {
  find_shortest(graph);
  find_nonempty(graph);
  find_groups(graph, root);
}

// The length of a node whose parts are all known, or of one that needs none.
uint32_t RuleFacts::evaluate(const RuleGraph& graph, NodeId id) const {
  const RuleNode& node = graph.node(id);
  const auto children = graph.children(id);
  switch (node.kind) {
    case NodeKind::kText: return saturated(graph.text_of(id).size());
    case NodeKind::kClass: return graph.arena().shortest(class_term(graph.arena(), graph.set_of(id), TextSpelling::kUtf8));
    case NodeKind::kRegex: {
      const TermId term = text_term(graph.arena(), RegexId(node.x), static_cast<TextSpelling>(node.y));
      return term == TermArena::never() ? kNoText : graph.arena().shortest(term);
    }
    case NodeKind::kTerm: return TermId(node.x) == TermArena::never() ? kNoText : graph.arena().shortest(TermId(node.x));
    case NodeKind::kSequence: {
      uint64_t sum = 0;
      for (const NodeId child : children) {
        if (!productive(child)) return kNoText;
        sum += shortest(child);
      }
      return saturated(sum);
    }
    case NodeKind::kChoice: {
      uint32_t least = kNoText;
      for (const NodeId child : children) least = std::min(least, shortest(child));
      return least;
    }
    case NodeKind::kRepeat:
      if (node.x == 0) return 0;
      return productive(children[0]) ? saturated(uint64_t{node.x} * shortest(children[0])) : kNoText;
    case NodeKind::kRule: return shortest(graph.body(RuleId(node.x)));
    case NodeKind::kLazy: return shortest(children[0]);
    case NodeKind::kCounted: return node.x == 0 && !nullable(children[0]) ? kNoText : shortest(children[0]);
    case NodeKind::kDispatch: return 0;
  }
  return kNoText;
}

void RuleFacts::find_shortest(const RuleGraph& graph) {
  shortest_.assign(graph.size(), kNoText);
  const Users users(graph);
  std::vector<uint32_t> missing(graph.size(), 0);  // parts of sequences that have no length yet
  std::vector<uint64_t> sums(graph.size(), 0);
  Queue queue;
  for (uint32_t n = 0; n < graph.size(); ++n) {
    const RuleNode& node = graph.node(NodeId(n));
    if (node.kind == NodeKind::kSequence) missing[n] = node.count;
    const uint32_t cost = evaluate(graph, NodeId(n));
    if (cost != kNoText) queue.push({cost, NodeId(n)});
  }
  while (!queue.empty()) {
    const Candidate next = queue.top();
    queue.pop();
    if (shortest_[next.node.value] != kNoText) continue;
    shortest_[next.node.value] = next.cost;
    for (const NodeId user : users.of(next.node)) {
      if (shortest_[user.value] != kNoText) continue;
      const RuleNode& node = graph.node(user);
      uint64_t cost = next.cost;
      if (node.kind == NodeKind::kSequence) {
        sums[user.value] += next.cost;
        if (--missing[user.value] > 0) continue;
        cost = sums[user.value];
      } else if (node.kind == NodeKind::kRepeat) {
        cost *= node.x;
      } else if (node.kind == NodeKind::kCounted && node.x == 0 && cost > 0) {
        continue;
      }
      queue.push({saturated(cost), user});
    }
  }
}

void RuleFacts::find_nonempty(const RuleGraph& graph) {
  nonempty_.assign(graph.size(), kNoText);
  const Users users(graph);
  Queue queue;
  for (uint32_t n = 0; n < graph.size(); ++n) {
    const NodeId id(n);
    const RuleNode& node = graph.node(id);
    if (!productive(id)) continue;
    if (!nullable(id)) {
      queue.push({shortest(id), id});
    } else if (node.kind == NodeKind::kDispatch || node.kind == NodeKind::kRegex || node.kind == NodeKind::kTerm) {
      queue.push({1, id});
    }
  }
  while (!queue.empty()) {
    const Candidate next = queue.top();
    queue.pop();
    if (nonempty_[next.node.value] != kNoText) continue;
    nonempty_[next.node.value] = next.cost;
    for (const NodeId user : users.of(next.node)) {
      const RuleNode& node = graph.node(user);
      const bool empty_alone = node.kind == NodeKind::kLazy || (node.kind == NodeKind::kCounted && node.x == 0);
      const bool passes = nullable(user) && !empty_alone;
      if (passes && nonempty_[user.value] == kNoText) queue.push({next.cost, user});
    }
  }
}

// Whatever is reached from the root is visited, not only its left corners.
void RuleFacts::find_groups(const RuleGraph& graph, NodeId root) {
  group_.assign(graph.size(), kNoGroup);
  GroupFinder finder(graph, *this, group_);
  std::vector<NodeId> pending = {root};
  std::vector<bool> queued(graph.size(), false);
  queued[root.value] = true;
  while (!pending.empty()) {
    const NodeId start = pending.back();
    pending.pop_back();
    const auto visit = [&](NodeId id) {
      if (!queued[id.value]) pending.push_back(id);
      queued[id.value] = true;
    };
    for (const NodeId child : graph.children(start)) visit(child);
    if (graph.node(start).kind == NodeKind::kRule) visit(graph.body(RuleId(graph.node(start).x)));
    finder.search(start);
  }
  head_chain_ = finder.longest_chain();
}

void RuleFacts::extend(const RuleGraph& graph) {
  for (uint32_t n = static_cast<uint32_t>(shortest_.size()); n < graph.size(); ++n) {
    shortest_.push_back(evaluate(graph, NodeId(n)));
    uint32_t least = shortest_.back();
    if (least == 0) {
      least = kNoText;
      for (const NodeId child : graph.children(NodeId(n))) least = std::min(least, nonempty_[child.value]);
    }
    nonempty_.push_back(least);
  }
}

}  // namespace keyway::grammars
