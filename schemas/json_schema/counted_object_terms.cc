// Counted objects; see counted_object_terms.h.
#include "schemas/json_schema/counted_object_terms.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "schemas/json_schema/mark.h"

namespace keyway::json_schema {
namespace {

constexpr uint64_t kNoMembers = ~uint64_t{0} >> 1;

}  // namespace

uint32_t CountedObjectTerms::plan_of(ObjectShapeId shape, uint32_t declared) {
  const auto [at, added] = plan_by_shape_.try_emplace(uint64_t{shape.value} << 32 | declared, static_cast<uint32_t>(plans_.size()));
  if (!added) return at->second;
  const uint32_t index = at->second;
  plans_.emplace_back();
  Plan& plan = plans_.back();
  plan.shape = shape;
  plan.lasting = members_.lasting_needs(shape);
  plan.remembers_keys = members_.remembers_keys(shape);
  plan.ordered = order_ == PropertyOrder::kDeclared ? declared : 0;
  const MemberOptions& options = members_.options(shape);
  const std::vector<NamedProperty>& named = shapes_.object(shape).named;
  for (size_t i = 0; i < named.size(); ++i) {
    plan.named.emplace_back();
    for (const MemberOption& option : options.named[i]) {
      const Fact fact = children_.fact(option.value);
      if (fact.empty || !scalars_.is_legal_key(shapes_.name_text(named[i].name))) continue;
      plan.named[i].push_back({option, scalars_.text_bytes(shapes_.name_text(named[i].name)), fact.shortest});
    }
  }
  for (const MemberOption& option : options.others) {
    const Fact fact = children_.fact(option.value);
    const TermId keys = scalars_.text(scalars_.legal_keys(option.keys));
    if (fact.empty || keys == TermArena::never()) continue;
    plan.others.push_back({option, arena_.shortest(keys), fact.shortest});
    plan.others.back().member.keys = scalars_.legal_keys(option.keys);
  }
  const auto meets = [](const std::vector<Option>& list) {
    uint32_t met = 0;
    for (const Option& option : list) met |= option.member.met;
    return met;
  };
  for (const std::vector<Option>& options_of_name : plan.named) {
    plan.cheapest_named.push_back(cheapest(options_of_name, plan.lasting));
    plan.named_meet.push_back(meets(options_of_name));
  }
  plan.cheapest_others = cheapest(plan.others, plan.lasting);
  plan.others_meet = meets(plan.others);
  return index;
}

// An option is as good as one that meets no more, costs no less, and ends the undeclared members if it does.
std::vector<CountedObjectTerms::Option> CountedObjectTerms::cheapest(const std::vector<Option>& options, uint32_t lasting) const {
  std::vector<Option> kept;
  // Of equally cheap ones those that meet most come first.
  std::vector<std::tuple<uint64_t, int, uint32_t>> by_bytes;  // bytes, needs left, option
  for (uint32_t i = 0; i < options.size(); ++i) {
    by_bytes.emplace_back(member_bytes(options[i]), -std::popcount(options[i].member.met), i);
  }
  std::sort(by_bytes.begin(), by_bytes.end());
  for (const auto& [bytes, unmet, index] : by_bytes) {
    const Option& option = options[index];
    arena_.pay(1 + kept.size() / 8);
    const auto as_good = [&](const Option& other) {
      return (option.member.met & ~other.member.met) == 0 &&
             ((other.member.met & ~lasting) == 0 || (option.member.met & ~lasting) != 0);
    };
    if (std::none_of(kept.begin(), kept.end(), as_good)) kept.push_back(option);
  }
  return kept;
}

void CountedObjectTerms::define(const std::shared_ptr<void>& owner) {
  definition_ = arena_.define(std::shared_ptr<Definition>(owner, this));
  mark_definition_ = arena_.define(std::make_shared<Mark>());
  const DefinitionId recorder = arena_.define(std::shared_ptr<Definition>(owner, &recorder_));
  recorder_.set_definitions(recorder, arena_.define(std::shared_ptr<Definition>(owner, &next_members_)));
}

TermId CountedObjectTerms::object(ObjectShapeId shape_id) {
  const ObjectShapeId id = members_.counted_form(shape_id);
  const ObjectShape& shape = shapes_.object(id);
  State state;
  state.plan = plan_of(id, static_cast<uint32_t>(shapes_.object(shape_id).named.size()));
  const Plan& plan = plans_[state.plan];
  state.left.assign((plan.named.size() + 63) / 64, 0);
  for (uint32_t i = 0; i < plan.named.size(); ++i) {
    if (!plan.named[i].empty()) state.left[i / 64] |= uint64_t{1} << (i % 64);
  }
  state.room = shape.max;
  state.lack = shape.min;
  state.unmet = (1u << std::min(shape.needs.size(), kMostNeeds)) - 1;
  const uint32_t start = intern(std::move(state));
  const std::optional<uint64_t> bytes = rest_bytes(start);
  if (!bytes) return TermArena::never();
  const uint64_t comma = *bytes > arena_.shortest(spacing_.close_object()) ? arena_.shortest(spacing_.comma()) : 0;
  return arena_.sequence(spacing_.open_object(), reference(start, kOpen, *bytes - comma));
}

uint32_t CountedObjectTerms::intern(State state) {
  if (state.lack == 0) {
    state.others_counted = true;
    state.keys.clear();
  }
  std::vector<uint32_t> words = {state.plan, state.room, state.lack, state.unmet,
                                 (state.others_open ? 1u : 0u) | (state.others_counted ? 2u : 0u)};
  for (uint64_t bits : state.left) {
    words.push_back(static_cast<uint32_t>(bits));
    words.push_back(static_cast<uint32_t>(bits >> 32));
  }
  for (NameId key : state.keys) words.push_back(key.value);
  const auto [id, added] = table_.intern(std::move(words));
  if (added) states_.push_back(std::move(state));
  return id;
}

// The state that knows an undeclared key of the last member.
uint32_t CountedObjectTerms::with_key(uint32_t state, NameId key) {
  State knowing = states_[state];
  knowing.bytes.reset();
  knowing.keys.insert(std::lower_bound(knowing.keys.begin(), knowing.keys.end(), key), key);
  return intern(std::move(knowing));
}

// The state after a member: of that name, or an undeclared one, whose key it does not know.
uint32_t CountedObjectTerms::after(uint32_t state, const Option& option, std::optional<uint32_t> name) {
  State next = states_[state];
  next.bytes.reset();
  if (next.room != kUnbounded) --next.room;
  next.unmet &= ~option.member.met;
  if (name) {
    next.left[*name / 64] &= ~(uint64_t{1} << (*name % 64));
    // In declared order nothing before the name comes after it.
    for (uint32_t i = 0; i < std::min(*name, plans_[next.plan].ordered); ++i) {
      next.left[i / 64] &= ~(uint64_t{1} << (i % 64));
    }
    if (next.lack > 0) --next.lack;
  } else {
    if (next.lack > 0 && !next.others_counted) --next.lack;
    next.others_counted = !plans_[next.plan].remembers_keys;
    const uint32_t fresh = option.member.met & states_[state].unmet;
    if ((fresh & ~plans_[next.plan].lasting) != 0) next.others_open = false;
    for (uint32_t i = 0; i < plans_[next.plan].ordered; ++i) next.left[i / 64] &= ~(uint64_t{1} << (i % 64));
  }
  return intern(std::move(next));
}

bool CountedObjectTerms::may_come(const State& state, uint32_t name) const {
  if (!is_left(state, name) || state.room == 0) return false;
  const std::vector<NamedProperty>& named = shapes_.object(plans_[state.plan].shape).named;
  for (uint32_t i = 0; order_ == PropertyOrder::kDeclared && i < name; ++i) {
    if (is_left(state, i) && named[i].required) return false;
  }
  return true;
}

bool CountedObjectTerms::may_close(const State& state) const {
  const std::vector<NamedProperty>& named = shapes_.object(plans_[state.plan].shape).named;
  for (uint32_t i = 0; i < named.size(); ++i) {
    if (is_left(state, i) && named[i].required) return false;
  }
  return state.lack == 0 && state.unmet == 0;
}

bool CountedObjectTerms::others_may_come(const State& state) const {
  if (state.room == 0 || !state.others_open) return false;
  const std::vector<NamedProperty>& named = shapes_.object(plans_[state.plan].shape).named;
  for (uint32_t i = 0; order_ == PropertyOrder::kDeclared && i < named.size(); ++i) {
    if (is_left(state, i) && named[i].required) return false;
  }
  return true;
}

// A member with the comma before it.
uint64_t CountedObjectTerms::member_bytes(const Option& option) const {
  const KeyQuotes& quotes = spacing_.keys()[0];
  return uint64_t{arena_.shortest(spacing_.comma())} + arena_.shortest(quotes.open) + arena_.shortest(quotes.close) + option.key_bytes + arena_.shortest(spacing_.colon()) +
         option.value_bytes;
}

std::optional<uint64_t> CountedObjectTerms::rest_bytes(uint32_t state) {
  State& at = states_[state];
  if (!at.bytes) at.bytes = may_be_met(at) ? cheapest_members(at).value_or(kNoMembers) : kNoMembers;
  if (*at.bytes >= kNoMembers) return std::nullopt;
  return *at.bytes + 1;
}

// Whether each need is met by something that may still come. Receipt: of 1,024 sets of needs that one undeclared member meets,
// after which no other comes, most leave some that nothing meets. A table for each was 340 of 386 ms of a mask (Github o36016).
bool CountedObjectTerms::may_be_met(const State& state) const {
  const Plan& plan = plans_[state.plan];
  uint32_t met = state.others_open ? plan.others_meet : 0;
  for (uint32_t i = 0; i < plan.named_meet.size(); ++i) met |= is_left(state, i) ? plan.named_meet[i] : 0;
  return (state.unmet & ~met) == 0;
}

// Tables of bytes are indexed [needs met][members]; indices that are no subset of `unmet` stay impossible. Members are counted
// only where a state bounds their number: their step is 1 there and 0 elsewhere.
//
// The fewest bytes of names, required ones included, one name after the other.
std::vector<uint64_t> CountedObjectTerms::cheapest_names(const State& state, uint32_t most) const {
  const Plan& plan = plans_[state.plan];
  const std::vector<NamedProperty>& named = shapes_.object(plan.shape).named;
  const uint32_t width = most + 1, step = is_bounded(state) ? 1 : 0;
  std::vector<uint64_t> table(size_t{state.unmet + 1} * width, kNoMembers);
  table[0] = 0;
  for (uint32_t i = 0; i < named.size(); ++i) {
    if (!is_left(state, i)) continue;
    std::vector<uint64_t> next = named[i].required ? std::vector<uint64_t>(table.size(), kNoMembers) : table;
    for (uint32_t met = 0; met <= state.unmet; ++met) {
      for (uint32_t count = 0; count + step <= most; ++count) {
        if (table[met * width + count] >= kNoMembers) continue;
        for (const Option& option : plan.cheapest_named[i]) {
          uint64_t& best = next[(met | (option.member.met & state.unmet)) * width + count + step];
          best = std::min(best, table[met * width + count] + member_bytes(option));
        }
      }
    }
    table = std::move(next);
  }
  return table;
}

// The fewest bytes of undeclared members: any number that meet lasting needs, and at most one other at their end.
std::vector<uint64_t> CountedObjectTerms::cheapest_others(const State& state, uint32_t most) const {
  const Plan& plan = plans_[state.plan];
  const uint32_t width = most + 1, step = is_bounded(state) ? 1 : 0;
  std::vector<uint64_t> lasting(size_t{state.unmet + 1} * width, kNoMembers);
  lasting[0] = 0;
  arena_.pay(lasting.size() / 128);  // a table for each state: of ten needs it is 90 KB
  if (!state.others_open) return lasting;
  std::vector<uint64_t> all = lasting;
  for (uint32_t count = 0; count + step <= most; ++count) {
    for (uint32_t met = 0; met <= state.unmet; ++met) {
      const uint64_t before = lasting[met * width + count];
      if (before >= kNoMembers) continue;
      for (const Option& option : plan.cheapest_others) {
        const uint32_t fresh = option.member.met & state.unmet & ~met;
        if (fresh == 0 && count + 1 > step) continue;
        const size_t then = (met | fresh) * width + count + step;
        all[then] = std::min(all[then], before + member_bytes(option));
        if ((fresh & ~plan.lasting) == 0) lasting[then] = std::min(lasting[then], before + member_bytes(option));
      }
    }
  }
  return all;
}

// The members that complete the object in the fewest bytes. Receipt: worst mask of an object that must not be any of ten others
// (Github o36016) 390 ms with every pair of sets of needs, counts that nothing bounds and options that others beat; 45 ms so.
std::optional<uint64_t> CountedObjectTerms::cheapest_members(const State& state) const {
  const std::vector<NamedProperty>& named = shapes_.object(plans_[state.plan].shape).named;
  uint32_t required = 0;
  for (uint32_t i = 0; i < named.size(); ++i) required += is_left(state, i) && named[i].required ? 1 : 0;
  const uint32_t needs = static_cast<uint32_t>(std::popcount(state.unmet));
  const bool bounded = is_bounded(state);
  const uint32_t most = bounded ? static_cast<uint32_t>(std::min<uint64_t>(state.room, uint64_t{required} + state.lack + needs)) : 0;
  const uint32_t most_others = bounded ? std::min(state.room, needs + 1) : 0;
  const std::vector<uint64_t> names = cheapest_names(state, most);
  std::vector<uint64_t> others = cheapest_others(state, most_others);
  // From "meets exactly these" to "meets these and more".
  for (uint32_t need = 1; need <= state.unmet; need <<= 1) {
    for (uint32_t met = 0; met <= state.unmet; ++met) {
      for (uint32_t extra = 0; (met & need) == 0 && (met | need) <= state.unmet && extra <= most_others; ++extra) {
        uint64_t& best = others[met * (most_others + 1) + extra];
        best = std::min(best, others[(met | need) * (most_others + 1) + extra]);
      }
    }
  }
  uint64_t best = kNoMembers;
  for (uint32_t met = 0; met <= state.unmet; ++met) {
    const uint32_t also = state.unmet & ~met;
    for (uint32_t count = 0; count <= most; ++count) {
      const uint64_t bytes = names[met * (most + 1) + count];
      if (bytes >= kNoMembers) continue;
      for (uint32_t extra = 0; extra <= most_others && count + extra <= state.room; ++extra) {
        if (count + (extra > 0 && !state.others_counted ? 1 : 0) < state.lack) continue;
        best = std::min(best, bytes + others[also * (most_others + 1) + extra]);
      }
    }
  }
  if (best >= kNoMembers) return std::nullopt;
  return best;
}

std::optional<uint64_t> CountedObjectTerms::name_bytes(uint32_t state, uint32_t name) {
  uint64_t best = kNoMembers;
  for (const Option& option : plans_[states_[state].plan].cheapest_named[name]) {
    const std::optional<uint64_t> rest = rest_bytes(after(state, option, name));
    if (rest) best = std::min(best, arena_.shortest(spacing_.colon()) + option.value_bytes + *rest);
  }
  if (best >= kNoMembers) return std::nullopt;
  return best;
}

TermId CountedObjectTerms::reference(uint32_t state, uint32_t place, uint64_t bytes) {
  return arena_.reference(definition_, state, place,
                          TermFacts{false, static_cast<uint32_t>(std::min<uint64_t>(bytes, kLongest))});
}

TermId CountedObjectTerms::unfold(TermArena&, uint32_t state, uint32_t place) {
  if (place >= kAfterName) return after_name(state, place - kAfterName);
  std::vector<TermId> choices;
  choices.push_back(arena_.sequence(place == kOpen ? spacing_.inside() : spacing_.comma(), keys(state)));
  if (may_close(states_[state])) {
    choices.push_back(arena_.sequence(place == kOpen ? spacing_.inside() : spacing_.last(), spacing_.close_object()));
  }
  return arena_.choice(choices);
}

TermId CountedObjectTerms::keys(uint32_t state) {
  std::vector<TermId> kinds;
  for (uint32_t quotes = 0; quotes < spacing_.keys().size(); ++quotes) kinds.push_back(keys_in(state, quotes));
  return arena_.choice(kinds);
}

TermId CountedObjectTerms::keys_in(uint32_t state, uint32_t quotes) {
  const Plan& plan = plans_[states_[state].plan];
  const std::vector<NamedProperty>& named = shapes_.object(plan.shape).named;
  const KeyQuotes& around = spacing_.keys()[quotes];
  std::vector<TermId> choices;
  for (uint32_t i = 0; i < named.size(); ++i) {
    if (!may_come(states_[state], i)) continue;
    if (around.plain_only && shapes_.name_text(named[i].name).find_first_of("\"'") != std::string_view::npos) continue;
    const std::optional<uint64_t> bytes = name_bytes(state, i);
    if (!bytes) continue;
    std::vector<TermId> parts;
    scalars_.append_text(shapes_.name_text(named[i].name), parts);
    parts.push_back(around.close);
    parts.push_back(reference(state, kAfterName + i, *bytes));
    choices.push_back(arena_.sequence(parts));
  }
  for (uint32_t i = 0; others_may_come(states_[state]) && i < plan.others.size(); ++i) add_other_keys(state, i, quotes, choices);
  return arena_.sequence(around.open, arena_.choice(choices));
}

// Undeclared keys that the state does not remember. One that must be remembered for the next is recorded.
void CountedObjectTerms::add_other_keys(uint32_t state, uint32_t index, uint32_t quotes, std::vector<TermId>& choices) {
  const Option& option = plans_[states_[state].plan].others[index];
  if ((option.member.met & ~states_[state].unmet) != 0) return;  // as in after_name()
  const uint32_t next = after(state, option, std::nullopt);
  const std::optional<uint64_t> rest = rest_bytes(next);
  if (!rest) return;
  const RegexId language = other_keys(states_[state], option);
  const TermId text = scalars_.text(spacing_.keys()[quotes].plain_only ? scalars_.plain(language) : language);
  if (plans_[states_[state].plan].remembers_keys && states_[next].lack > 0) {
    const uint32_t ticket = tickets_.intern({state, index}).first;  // in JSON alone, of one kind of quotes
    const uint64_t bytes = arena_.shortest(value_of(ticket)) + *rest;
    choices.push_back(arena_.sequence(text, recorder_.start(ticket, static_cast<uint32_t>(std::min<uint64_t>(bytes, kLongest)))));
    return;
  }
  const TermId parts[] = {text, spacing_.keys()[quotes].close, spacing_.colon(), children_.value(option.member.value),
                          reference(next, kNext, *rest)};
  choices.push_back(arena_.sequence(parts));
}

RegexId CountedObjectTerms::other_keys(const State& state, const Option& option) {
  if (state.keys.empty()) return option.member.keys;
  std::vector<std::string_view> known;
  for (NameId key : state.keys) known.push_back(shapes_.name_text(key));
  RegexArena& regexes = arena_.regexes();
  const RegexId parts[] = {option.member.keys, regexes.complement(regexes.literals(std::move(known)))};
  return regexes.intersection(parts);
}

const CountedObjectTerms::Option& CountedObjectTerms::recorded(uint32_t ticket) {
  return plans_[states_[tickets_.words(ticket)[0]].plan].others[tickets_.words(ticket)[1]];
}

// Without the key that was recorded.
uint32_t CountedObjectTerms::after_recorded(uint32_t ticket) {
  return after(tickets_.words(ticket)[0], recorded(ticket), std::nullopt);
}

TermId CountedObjectTerms::value_of(uint32_t ticket) {
  const TermId parts[] = {spacing_.keys()[0].close, spacing_.colon(), children_.value(recorded(ticket).member.value)};
  return arena_.sequence(parts);
}

uint32_t CountedObjectTerms::members_bytes(uint32_t ticket) {
  return static_cast<uint32_t>(std::min<uint64_t>(rest_bytes(after_recorded(ticket)).value_or(kLongest), kLongest));
}

TermId CountedObjectTerms::members_after(uint32_t ticket, std::string_view key) {
  const uint32_t next = with_key(after_recorded(ticket), shapes_.name(key));
  const std::optional<uint64_t> rest = rest_bytes(next);
  return rest ? reference(next, kNext, *rest) : TermArena::never();
}

// A key is recorded while members must still come, so that the object cannot end here.
TermId CountedObjectTerms::relaxed_members(uint32_t ticket) {
  const uint32_t next = after_recorded(ticket);
  const Plan& plan = plans_[states_[next].plan];
  const std::vector<NamedProperty>& named = shapes_.object(plan.shape).named;
  const TermId mark = arena_.reference(mark_definition_, members_bytes(ticket), 0, TermFacts{false, members_bytes(ticket)});
  std::vector<TermId> choices;
  for (uint32_t i = 0; i < named.size(); ++i) {
    if (!may_come(states_[next], i) || !name_bytes(next, i)) continue;
    std::vector<TermId> parts;
    scalars_.append_text(shapes_.name_text(named[i].name), parts);
    parts.push_back(mark);
    choices.push_back(arena_.sequence(parts));
  }
  for (size_t i = 0; others_may_come(states_[next]) && i < plan.others.size(); ++i) {
    choices.push_back(arena_.sequence(scalars_.text(other_keys(states_[next], plan.others[i])), mark));
  }
  const TermId parts[] = {spacing_.comma(), spacing_.keys()[0].open, arena_.choice(choices)};
  return arena_.sequence(parts);
}

TermId CountedObjectTerms::after_name(uint32_t state, uint32_t name) {
  std::vector<TermId> choices;
  for (const Option& option : plans_[states_[state].plan].named[name]) {
    // What an option meets beyond what is open is met by a plainer option too.
    if ((option.member.met & ~states_[state].unmet) != 0) continue;
    const uint32_t next = after(state, option, name);
    const std::optional<uint64_t> rest = rest_bytes(next);
    if (!rest) continue;
    choices.push_back(arena_.sequence(children_.value(option.member.value), reference(next, kNext, *rest)));
  }
  return arena_.sequence(spacing_.colon(), arena_.choice(choices));
}

}  // namespace keyway::json_schema
