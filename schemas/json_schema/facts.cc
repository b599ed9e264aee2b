// Emptiness and shortest values; see facts.h.
#include "schemas/json_schema/facts.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <queue>

namespace keyway::json_schema {

// Nodes have numbers in it. Lists are blocks that all share: an object that must meet eleven needs has tens of thousands of
// ways, and allocations for each were most of its time. Receipt: README.md, "The worst masks".
struct Facts::Search {
  // One way to satisfy a node: `base` bytes and the children it needs, each once: needs[first] and so many behind it.
  struct Way {
    uint64_t base;
    uint32_t owner, first, count, missing;
  };
  struct Link {
    uint32_t way, next;  // index in links; kNone: the last
  };
  static constexpr uint32_t kNone = 0xFFFFFFFF;
  using Entry = std::pair<uint64_t, uint32_t>;  // bytes, node

  // The number of a node, and it is to be discovered where it is new.
  uint32_t number(Node node) {
    if (const uint32_t* known = numbers.find(node)) return *known;
    const uint32_t made = static_cast<uint32_t>(nodes.size());
    numbers.insert(node, made);
    nodes.push_back(node);
    waiting.push_back(kNone);
    stack.push_back(node);
    return made;
  }

  FlatMap<uint32_t> numbers;
  std::vector<Node> nodes;                            // by number
  std::vector<uint32_t> waiting;                      // by number, the first link of those that need it
  std::vector<Link> links;
  std::vector<Way> ways;
  std::vector<std::pair<uint32_t, uint32_t>> needs;  // number, times
  std::vector<Node> stack;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
};

// Of a conjunction without arrays and objects, which needs no search: most members of most objects.
std::optional<Fact> Facts::scalar_fact(Node node) {
  if (const Fact* known = known_.find(node)) return *known;
  if (node >> 32 != 0 || !arena_.pay()) return std::nullopt;
  const ValueSum& sum = expander_.sum(ConjunctionId(static_cast<uint32_t>(node)));
  if (!sum.arrays.empty() || !sum.objects.empty() || arena_.exhausted()) return std::nullopt;
  scalars_of_.clear();
  scalars_.append(sum, scalars_of_);
  Fact fact{scalars_of_.empty(), kLongest};
  for (TermId term : scalars_of_) fact.shortest = std::min(fact.shortest, bytes_of(term));
  if (arena_.exhausted()) return std::nullopt;
  known_.insert(node, fact);
  return fact;
}

Fact Facts::decide_node(Node node) {
  if (const std::optional<Fact> known = scalar_fact(node)) return *known;
  Search search;
  search.number(node);
  while (!search.stack.empty()) {
    const Node at = search.stack.back();
    search.stack.pop_back();
    if (!arena_.pay()) return Fact{};
    discover(search, at);
  }
  settle(search);
  return *known_.find(node);
}

void Facts::settle(Search& search) {
  std::vector<bool> settled(search.nodes.size());
  while (!search.queue.empty()) {
    const auto [bytes, owner] = search.queue.top();
    search.queue.pop();
    if (settled[owner]) continue;
    settled[owner] = true;
    const uint32_t shortest = static_cast<uint32_t>(std::min<uint64_t>(bytes, kLongest));
    known_.insert(search.nodes[owner], Fact{false, shortest});
    for (uint32_t at = search.waiting[owner]; at != Search::kNone; at = search.links[at].next) {
      Search::Way& way = search.ways[search.links[at].way];
      for (uint32_t i = way.first; i < way.first + way.count; ++i) {
        const auto [child, times] = search.needs[i];
        if (child == owner) way.base = std::min<uint64_t>(way.base + uint64_t{shortest} * times, kLongest);
      }
      if (--way.missing == 0 && !settled[way.owner]) search.queue.emplace(way.base, way.owner);
    }
  }
  // What is left cannot be satisfied by any finite value, unless it was counted too strictly to be sure.
  for (size_t i = 0; i < settled.size(); ++i) {
    if (settled[i]) continue;
    const Node node = search.nodes[i];
    known_.insert(node, Fact{});
    if (node >> 32 != 2) continue;
    const std::span<const uint32_t> step = plan_steps_.words(static_cast<uint32_t>(node));
    if (step[1] == 0 && members_.is_approximate(ObjectShapeId(step[0]))) arena_.pay(~uint64_t{0});
  }
}

void Facts::discover(Search& search, Node node) {
  const uint32_t number = static_cast<uint32_t>(node);
  switch (node >> 32) {
    case 0: return discover_value(search, ConjunctionId(number));
    case 1: return discover_array_state(search, number);
    case 2: return discover_plan_step(search, number);
    case 3: return discover_differing_step(search, number);
    default: {
      const std::span<const uint32_t> part = presence_parts_.words(number);
      return add_presence(search, ObjectShapeId(part[0]), part[1]);
    }
  }
}

void Facts::discover_value(Search& search, ConjunctionId conjunction) {
  const ValueSum& sum = expander_.sum(conjunction);
  const Node owner = conjunction_node(conjunction);
  std::vector<TermId> scalars;
  scalars_.append(sum, scalars);
  uint32_t least = kLongest;
  for (TermId term : scalars) least = std::min(least, bytes_of(term));
  if (!scalars.empty()) add_way(search, owner, least, {});
  for (ArrayShapeId id : sum.arrays) add_array(search, owner, id);
  for (ObjectShapeId id : sum.objects) add_object(search, owner, id);
}

void Facts::add_way(Search& search, Node owner, uint64_t base, std::span<const Need> needs) {
  const uint32_t first = static_cast<uint32_t>(search.needs.size()), index = static_cast<uint32_t>(search.ways.size());
  for (const auto& [child, times] : needs) {
    const std::optional<Fact> known = scalar_fact(child);
    if (known && known->empty) return search.needs.resize(first);
    if (known) {
      base = std::min<uint64_t>(base + uint64_t{known->shortest} * times, kLongest);
    } else {
      search.needs.emplace_back(search.number(child), times);
    }
  }
  const auto from = search.needs.begin() + first;
  std::sort(from, search.needs.end());
  auto kept = from;
  for (auto need = from; need != search.needs.end(); ++need) {
    if (kept != from && std::prev(kept)->first == need->first) {
      std::prev(kept)->second += need->second;
    } else {
      *kept++ = *need;
    }
  }
  search.needs.erase(kept, search.needs.end());
  const uint32_t count = static_cast<uint32_t>(search.needs.size()) - first;
  for (uint32_t i = first; i < first + count; ++i) {
    uint32_t& waiting = search.waiting[search.needs[i].first];
    search.links.push_back({index, waiting});
    waiting = static_cast<uint32_t>(search.links.size() - 1);
  }
  const uint32_t number = *search.numbers.find(owner);
  if (count == 0) search.queue.emplace(std::min<uint64_t>(base, kLongest), number);
  search.ways.push_back({std::min<uint64_t>(base, kLongest), number, first, count, count});
}

void Facts::add_array(Search& search, Node owner, ArrayShapeId id) {
  const ArrayShape& shape = shapes_.array(id);
  if (!enough_values(shape)) return;
  if (is_stepped(shape)) {
    return add_way(search, owner, 1, {{array_node(array_states_.start(id)), 1}});
  }
  Needs needs;
  for (size_t i = 0; i < shape.prefix.size() && i < shape.min; ++i) {
    needs.emplace_back(conjunction_node(shape.prefix[i]), 1);
  }
  if (shape.min > shape.prefix.size()) {
    needs.emplace_back(conjunction_node(shape.rest), shape.min - static_cast<uint32_t>(shape.prefix.size()));
  }
  const uint64_t commas = shape.min == 0 ? 0 : uint64_t{shape.min - 1} * bytes_of(spacing_.comma());
  add_way(search, owner, 2 + commas, needs);
}

void Facts::discover_array_state(Search& search, uint32_t state) {
  if (array_states_.may_close(state)) add_way(search, array_node(state), 1, {});
  const uint32_t comma = array_states_.is_first(state) ? 0 : bytes_of(spacing_.comma());
  // A state is 2 us and 500 bytes: minContains of a million made 2.1 s and 494 MB of what was charged 1 each.
  if (!arena_.pay(40 * (1 + array_states_.options(state).size()))) return;
  for (const ArrayStates::Option& option : array_states_.options(state)) {
    add_way(search, array_node(state), comma, {{conjunction_node(option.item), 1}, {array_node(option.next), 1}});
  }
}

void Facts::add_object(Search& search, Node owner, ObjectShapeId id) {
  const ObjectShape& shape = shapes_.object(id);
  if (is_counted(shape)) return add_way(search, owner, 2, {{counted_node(id), 1}});
  if (!shape.differs.empty()) return add_way(search, owner, 2, {{differing_node(id, {0, 0, shape.differs}), 1}});
  if (has_clauses(shape)) return add_way(search, owner, 0, {{presence_node(id, kWhole), 1}});
  Needs needs;
  uint64_t bytes = 2;
  add_required(shape, 0, true, bytes, needs);
  add_way(search, owner, bytes, needs);
}

// The required members and the cheapest of each part; of a part, one way for each set of names that completes it.
void Facts::add_presence(Search& search, ObjectShapeId id, uint32_t part) {
  const ObjectShape& shape = shapes_.object(id);
  const PresenceGraph graph = presence_graph(shape);
  const Node owner = presence_node(id, part);
  const uint64_t comma = bytes_of(spacing_.comma());
  Needs needs;
  uint64_t bytes = 2;
  if (part == kWhole) {
    add_required(shape, 0, true, bytes, needs);
    if (needs.empty() && graph.parts() > 0) bytes -= std::min(bytes, comma);  // each part counts one before each member
    for (uint32_t i = 0; i < graph.parts(); ++i) needs.emplace_back(presence_node(id, i), 1);
    return add_way(search, owner, bytes, needs);
  }
  uint64_t budget = kMostPresenceSteps;
  const std::vector<std::vector<uint32_t>> ways =
      graph.completions(PresenceGraph::Names(shape.named.size(), Presence::kFree), part, budget);
  arena_.pay(budget == 0 ? ~uint64_t{0} : (kMostPresenceSteps - budget) / 4);
  for (const std::vector<uint32_t>& way : ways) {
    bytes = 0;
    needs.clear();
    for (uint32_t name : way) {
      bytes += comma + name_bytes(shape.named[name]);
      needs.emplace_back(conjunction_node(shape.named[name].value), 1);
    }
    add_way(search, owner, bytes, needs);
  }
}

// The key of a member with its quotes and colon.
uint32_t Facts::name_bytes(const NamedProperty& property) const {
  return quote_bytes() + scalars_.text_bytes(shapes_.name_text(property.name)) + bytes_of(spacing_.colon());
}

// All required members from one on.
void Facts::add_required(const ObjectShape& shape, size_t from, bool first, uint64_t& bytes, Needs& needs) {
  for (size_t i = from; i < shape.named.size(); ++i) {
    if (!shape.named[i].required) continue;
    bytes += name_bytes(shape.named[i]) + (first ? 0 : bytes_of(spacing_.comma()));
    first = false;
    needs.emplace_back(conjunction_node(shape.named[i].value), 1);
  }
}

Facts::Node Facts::differing_node(ObjectShapeId shape, const DifferingStep& step) {
  std::vector<uint32_t> words = {shape.value, step.next, step.members};
  for (NodeId constant : step.equal) words.push_back(constant.value);
  return uint64_t{3} << 32 | differing_steps_.intern(std::move(words)).first;
}

// Members are decided on one after the other, as long as they are equal to those of some constant and those that are required
// may lead to no other object.
void Facts::discover_differing_step(Search& search, uint32_t step) {
  const std::span<const uint32_t> words = differing_steps_.words(step);
  const Node owner = uint64_t{3} << 32 | step;
  const ObjectShapeId id(words[0]);
  const ObjectShape& shape = shapes_.object(id);
  DifferingStep at{words[1], words[2], {}};
  for (size_t i = 3; i < words.size(); ++i) at.equal.push_back(NodeId(words[i]));
  size_t required = at.members;
  for (size_t i = at.next; i < shape.named.size(); ++i) required += shape.named[i].required ? 1 : 0;
  const auto go_on = [&](std::vector<NodeId> equal, uint32_t members, uint64_t bytes, Needs needs) {
    if (equal.empty()) {
      add_required(shape, at.next + 1, members == 0, bytes, needs);
    } else {
      needs.emplace_back(differing_node(id, {at.next + 1, members, std::move(equal)}), 1);
    }
    add_way(search, owner, bytes, needs);
  };
  if (!arena_.pay(1 + at.equal.size())) return;
  if (!differing_.is_one(at.equal, required)) {
    Needs needs;
    uint64_t bytes = 0;
    add_required(shape, at.next, at.members == 0, bytes, needs);
    return add_way(search, owner, bytes, needs);
  }
  if (at.next == shape.named.size()) return add_undeclared(search, owner, id, at.members == 0);
  const NamedProperty& property = shape.named[at.next];
  const std::string_view name = shapes_.name_text(property.name);
  if (!property.required) go_on(differing_.without(at.equal, name), at.members, 0, {});
  const uint64_t bytes = name_bytes(property) + (at.members == 0 ? 0 : bytes_of(spacing_.comma()));
  for (Differing::Branch& branch : differing_.branches(at.equal, name, property.value)) {
    if (branch.value == Conjunctions::never()) continue;
    go_on(std::move(branch.equal), at.members + 1, bytes, {{conjunction_node(branch.value), 1}});
  }
}

// One member whose name is not declared.
void Facts::add_undeclared(Search& search, Node owner, ObjectShapeId id, bool first) {
  const uint64_t comma = first ? 0 : bytes_of(spacing_.comma());
  for (const KeyClass& others : members_.classes(id)) {
    const uint64_t bytes = comma + quote_bytes() + bytes_of(scalars_.text(others.keys)) + bytes_of(spacing_.colon());
    add_way(search, owner, bytes, {{conjunction_node(others.value), 1}});
  }
}

Facts::Node Facts::counted_node(ObjectShapeId shape) {
  return plan_node(plan_step(members_.counted_form(shape), 0, 0, 0, 0));
}

uint32_t Facts::plan_step(ObjectShapeId shape, uint32_t member, uint32_t met, uint32_t total, uint32_t uncounted) {
  const ObjectShape& counted = shapes_.object(shape);
  if (counted.min == 0 && counted.max == kUnbounded) {  // only whether a comma is due
    total = std::min(total, 1u);
    uncounted = 0;
  }
  return plan_steps_.intern({shape.value, member, met, total, uncounted}).first;
}

// By member, what it and those behind it may meet, the undeclared ones last.
const std::vector<uint32_t>& Facts::needs_behind(ObjectShapeId id) {
  const auto [at, added] = needs_behind_.try_emplace(id.value);
  if (!added) return at->second;
  const MemberOptions& options = members_.options(id);
  std::vector<uint32_t>& behind = at->second;
  behind.assign(options.named.size() + 1, 0);
  for (const MemberOption& option : options.others) behind.back() |= option.met;
  for (size_t i = options.named.size(); i-- > 0;) {
    behind[i] = behind[i + 1];
    for (const MemberOption& option : options.named[i]) behind[i] |= option.met;
  }
  return behind;
}

// Names are decided on one after the other, in any fixed order: their number and what they meet is what counts. Then
// come undeclared members, as counted_object_terms.h lets them: they count towards the minimum as one together, and
// after one that meets a need by its value there is no other.
void Facts::discover_plan_step(Search& search, uint32_t step) {
  const std::span<const uint32_t> at = plan_steps_.words(step);
  const ObjectShapeId id(at[0]);
  const ObjectShape& shape = shapes_.object(id);
  const uint32_t names = static_cast<uint32_t>(shape.named.size());
  const uint32_t member = at[1], met = at[2], total = at[3], uncounted = at[4];
  const uint32_t all = (1u << std::min(shape.needs.size(), kMostNeeds)) - 1;
  const MemberOptions& options = members_.options(id);
  if (!arena_.pay(4 + 4 * (member < names ? options.named[member].size() : options.others.size()))) return;
  const std::vector<uint32_t>& behind = needs_behind(id);
  const auto in_reach = [&](uint32_t now_met, uint32_t next) {
    return (now_met | (next > names + 1 ? 0 : behind[std::min(next, names)])) == all;
  };
  if (!in_reach(met, member)) return;
  const auto take = [&](const MemberOption& option, uint32_t key_bytes, uint32_t next, uint32_t then_uncounted) {
    if (!in_reach(met | option.met, next)) return;
    const uint64_t bytes =
        quote_bytes() + key_bytes + bytes_of(spacing_.colon()) + (total == 0 ? 0 : bytes_of(spacing_.comma()));
    const uint32_t then = plan_step(id, next, met | option.met, total + 1, then_uncounted);
    add_way(search, plan_node(step), bytes, {{conjunction_node(option.value), 1}, {plan_node(then), 1}});
  };
  if (member < names) {
    const NamedProperty& name = shape.named[member];
    if (!name.required && in_reach(met, member + 1)) {
      add_way(search, plan_node(step), 0, {{plan_node(plan_step(id, member + 1, met, total, uncounted)), 1}});
    }
    const uint32_t key_bytes = scalars_.text_bytes(shapes_.name_text(name.name));
    for (size_t i = 0; total < shape.max && i < options.named[member].size(); ++i) {
      // What nothing asks for makes no value shorter, and none possible.
      const bool idle = !name.required && shape.min == 0 && (options.named[member][i].met & ~met) == 0;
      if (!idle) take(options.named[member][i], key_bytes, member + 1, uncounted);
    }
    return;
  }
  const bool some_taken = member > names, closed = member > names + 1;
  if (met == all && total - uncounted >= shape.min) return add_way(search, plan_node(step), 0, {});
  if (closed || total >= shape.max) return;
  const uint32_t lasting = members_.lasting_needs(id);
  for (const MemberOption& option : options.others) {
    const uint32_t fresh = option.met & ~met;
    if (some_taken && fresh == 0) continue;  // it would help nothing
    const uint32_t next = (fresh & ~lasting) != 0 ? names + 2 : names + 1;
    take(option, bytes_of(scalars_.text(option.keys)), next, uncounted + (some_taken ? 1 : 0));
  }
}

bool Facts::possible(ArrayShapeId id) {
  const ArrayShape& shape = shapes_.array(id);
  if (!enough_values(shape)) return false;
  if (is_stepped(shape)) return !decide_array_state(array_states_.start(id)).empty;
  for (size_t i = 0; i < shape.prefix.size() && i < shape.min; ++i) {
    if (decide(shape.prefix[i]).empty) return false;
  }
  return shape.min <= shape.prefix.size() || !decide(shape.rest).empty;
}

bool Facts::possible(ObjectShapeId id) {
  const ObjectShape& shape = shapes_.object(id);
  if (is_counted(shape)) return !decide_node(counted_node(id)).empty;
  if (!shape.differs.empty()) return !decide_node(differing_node(id, {0, 0, shape.differs})).empty;
  if (has_clauses(shape)) return !decide_node(presence_node(id, kWhole)).empty;
  for (const NamedProperty& property : shape.named) {
    if (property.required && decide(property.value).empty) return false;
  }
  return true;
}

}  // namespace keyway::json_schema
