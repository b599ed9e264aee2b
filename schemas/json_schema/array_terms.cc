// Array terms; see array_terms.h.
#include "schemas/json_schema/array_terms.h"

#include <algorithm>

namespace keyway::json_schema {

TermId ArrayTerms::array(ArrayShapeId id) {
  const ArrayShape& shape = shapes_.array(id);
  if (!is_stepped(shape)) return plain(shape);
  const uint32_t start = states_.start(id);
  return arena_.sequence(arena_.literal("["), state_reference(start, facts_.decide_array_state(start)));
}

TermId ArrayTerms::rest(uint32_t state) {
  const Fact fact = facts_.decide_array_state(state);
  return fact.empty ? TermArena::never() : state_reference(state, fact);
}

TermId ArrayTerms::end(uint32_t state) {
  if (!states_.may_close(state)) return TermArena::never();
  return arena_.sequence(states_.is_first(state) ? spacing_.inside() : spacing_.last(), arena_.literal("]"));
}

TermId ArrayTerms::rest_with(uint32_t state, TermId next) {
  return arena_.choice(end(state), arena_.sequence(spacing_.comma(), next));
}

// Of two values, one is not the item that the state does not know.
uint32_t ArrayTerms::items_bytes(uint32_t state) {
  const auto [at, added] = items_bytes_.try_emplace(state, kLongest);
  if (!added) return at->second;
  uint64_t least = kLongest;
  for (const ArrayStates::Option& option : states_.options(state)) {
    const Fact rest = facts_.decide_array_state(option.next);
    if (!rest.empty) least = std::min(least, uint64_t{facts_.two_values(option.item).second} + rest.shortest);
  }
  return items_bytes_[state] = static_cast<uint32_t>(least);
}

TermId ArrayTerms::relaxed_items(uint32_t state) {
  const std::optional<ArrayStates::PlainItem> plain = states_.plain_item(state);
  const TermId item = plain ? relaxed_.value(plain->item) : TermArena::never();
  if (item == TermArena::never()) return item;
  uint64_t behind = arena_.shortest(spacing_.inside()) + 1;
  if (plain->needed_behind > 0) {  // each of those items has values enough whatever the others are
    const TermId next = relaxed_.value(plain->next);
    const uint32_t many = next == TermArena::never() ? kLongest : keyway::many_within(arena_, next);
    if (many == kLongest) return TermArena::never();
    behind += uint64_t{plain->needed_behind} * (many + arena_.shortest(spacing_.comma()));
  }
  return arena_.sequence(item, relaxed_.mark(static_cast<uint32_t>(std::min<uint64_t>(behind, kLongest))));
}

TermId ArrayTerms::unfold(TermArena&, uint32_t state, uint32_t place) {
  if (place == kItem) return items(state);
  std::vector<TermId> choices;
  if (states_.may_close(state)) choices.push_back(end(state));
  const TermId before = states_.is_first(state) ? spacing_.inside() : spacing_.comma();
  if (states_.is_unique(state)) {
    uint64_t least = kLongest;
    for (const ArrayStates::Option& option : states_.options(state)) {
      const Fact item = facts_.decide(option.item), rest = facts_.decide_array_state(option.next);
      if (!item.empty && !rest.empty) least = std::min<uint64_t>(least, uint64_t{item.shortest} + rest.shortest);
    }
    if (least < kLongest) {
      const TermFacts facts{false, static_cast<uint32_t>(least)};
      choices.push_back(arena_.sequence(before, arena_.reference(definition_, state, kItem, facts)));
    }
    return arena_.choice(choices);
  }
  for (const ArrayStates::Option& option : states_.options(state)) {
    const Fact rest = facts_.decide_array_state(option.next);
    const TermId item = rest.empty ? TermArena::never() : children_.value(option.item);
    if (item == TermArena::never()) continue;
    const TermId parts[] = {before, item, state_reference(option.next, rest)};
    choices.push_back(arena_.sequence(parts));
  }
  return arena_.choice(choices);
}

// Items that are remembered, each with the rest of the array behind it.
TermId ArrayTerms::items(uint32_t state) {
  std::vector<TermId> choices;
  for (const ArrayStates::Option& option : states_.options(state)) {
    const Fact rest = facts_.decide_array_state(option.next);
    const TermId item = rest.empty ? TermArena::never() : children_.value(option.item);
    if (item != TermArena::never()) choices.push_back(arena_.sequence(item, recorder_.start(option.next, rest.shortest)));
  }
  return arena_.choice(choices);
}

TermId ArrayTerms::plain(const ArrayShape& shape) {
  // An item that nothing satisfies ends the array before it.
  size_t prefix = shape.prefix.size();
  uint32_t max = shape.max;
  for (size_t i = 0; i < prefix; ++i) {
    if (!facts_.decide(shape.prefix[i]).empty) continue;
    prefix = i;
    max = static_cast<uint32_t>(i);
  }
  if (max > prefix && facts_.decide(shape.rest).empty) max = static_cast<uint32_t>(prefix);
  const TermId close = arena_.sequence(spacing_.last(), arena_.literal("]"));
  const TermId rest = max > prefix ? children_.value(shape.rest) : TermArena::never();
  const auto repeat_rest = [&](uint32_t written) {
    const uint32_t least = shape.min > written ? shape.min - written : 0;
    const uint32_t most = max == kUnbounded ? kUnbounded : max - written;
    if (most == 0) return close;
    const TermId item = arena_.sequence(spacing_.comma(), rest);
    return arena_.sequence(arena_.repeat(item, least, most), close);
  };
  // From the last item of the prefix to the first: what may come after item i.
  TermId after = TermArena::never();
  for (size_t i = prefix; i-- > 0;) {
    const uint32_t written = static_cast<uint32_t>(i + 1);
    if (written == prefix) {
      after = repeat_rest(written);
    } else {
      after = arena_.sequence(spacing_.comma(), after);
      if (written >= shape.min) after = arena_.choice(after, close);
    }
    after = arena_.sequence(children_.value(shape.prefix[i]), after);
  }
  TermId first = after;
  if (prefix == 0 && max > 0) first = arena_.sequence(rest, repeat_rest(1));
  TermId inside = arena_.sequence(spacing_.inside(), first);
  if (shape.min == 0) inside = arena_.choice(inside, arena_.sequence(spacing_.inside(), arena_.literal("]")));
  return arena_.sequence(arena_.literal("["), inside);
}

}  // namespace keyway::json_schema
