// Object terms; see object_terms.h.
#include "schemas/json_schema/object_terms.h"

#include <algorithm>

#include "grammar/derivative.h"
#include "grammar/recording.h"
#include "grammar/utf8.h"

namespace keyway::json_schema {
namespace {

uint32_t saturate(uint64_t bytes) { return static_cast<uint32_t>(std::min<uint64_t>(bytes, kLongest)); }

}  // namespace

ObjectTerms::ObjectTerms(TermArena& arena, ShapeStore& shapes, Members& members, Differing& differing,
                         MemberPresences& presences, ScalarTerms& scalars, const Spacing& spacing, PropertyOrder order, ChildTerms& children)
    : arena_(arena),
      shapes_(shapes),
      differing_(differing),
      presences_(presences),
      scalars_(scalars),
      spacing_(spacing),
      order_(order),
      children_(children),
      plans_(shapes, members, children, scalars) {}

TermId ObjectTerms::object(std::span<const ObjectShapeId> shapes) {
  const uint32_t plan = plans_.plan_of(shapes);
  if (!plans_.plan(plan).possible) return TermArena::never();
  State state{plan, {}, 0, 0, {}, 0, {}, {}};
  for (ObjectShapeId shape : shapes) {
    const std::vector<NodeId>& differs = shapes_.object(shape).differs;
    state.equal.insert(state.equal.end(), differs.begin(), differs.end());
  }
  std::sort(state.equal.begin(), state.equal.end());
  state.equal.erase(std::unique(state.equal.begin(), state.equal.end()), state.equal.end());
  if (plans_.plan(plan).has_alternatives) {
    start_alternatives(shapes, state);
    if (state.alternatives.empty()) return TermArena::never();
  } else {
    start_names(state);
  }
  return arena_.sequence(spacing_.open_object(), place_reference(intern(std::move(state)), kOpen));
}

void ObjectTerms::start_names(State& state) {
  const ObjectPlan& plan = plans_.plan(state.plan);
  state.left.assign((plan.names.size() + 63) / 64, 0);
  for (uint32_t i = 0; i < plan.names.size(); ++i) {
    state.left[i / 64] |= uint64_t{1} << (i % 64);
    if (!plan.names[i].required) continue;
    ++state.required_count;
    state.required_bytes += member_bytes(plan.names[i]);
  }
}

// Names that cannot be written are not among those of the plan: constants that have one are equal to no object.
void ObjectTerms::start_alternatives(std::span<const ObjectShapeId> shapes, State& state) {
  const ObjectPlan& plan = plans_.plan(state.plan);
  std::vector<uint64_t> bytes;
  std::vector<uint32_t> ranks;
  for (const PlannedName& name : plan.names) {
    bytes.push_back(member_bytes(name));
    ranks.push_back(name.rank);
  }
  const bool any_order = order_ == PropertyOrder::kAny;
  MemberPresence& presence = presences_.of(std::move(bytes), any_order ? std::vector<uint32_t>() : ranks);
  presence_.add(state.plan, &presence);
  for (ObjectShapeId shape : shapes) presence.add(shapes_.object(shape), ranks, state.alternatives);
  state.alternatives = presence.settled(std::move(state.alternatives));
  std::erase_if(state.equal, [&](NodeId constant) {
    const Json value = differing_.constant(constant);
    size_t known = 0;
    for (const PlannedName& name : plan.names) known += value.find(name.text) ? 1 : 0;
    return known < value.size();
  });
}

// A member with the comma before it.
uint64_t ObjectTerms::member_bytes(const PlannedName& name) const {
  const KeyQuotes& quotes = spacing_.keys()[0];
  return uint64_t{arena_.shortest(spacing_.comma())} + arena_.shortest(quotes.open) + name.key_bytes +
         arena_.shortest(quotes.close) + arena_.shortest(spacing_.colon()) + name.value_bytes;
}

uint32_t ObjectTerms::intern(State state) {
  std::vector<uint32_t> words = {state.plan};
  for (uint64_t bits : state.left) {
    words.push_back(static_cast<uint32_t>(bits));
    words.push_back(static_cast<uint32_t>(bits >> 32));
  }
  if (!state.equal.empty()) words.push_back(state.written);
  for (NodeId constant : state.equal) words.push_back(constant.value);
  if (!state.alternatives.empty()) words.push_back(kUnbounded);
  words.insert(words.end(), state.alternatives.begin(), state.alternatives.end());
  const auto [id, added] = table_.intern(std::move(words));
  if (added) states_.push_back(std::move(state));
  return id;
}

uint32_t ObjectTerms::without(uint32_t state, uint32_t name, std::vector<NodeId> equal, MemberPresence::List alternatives) {
  const ObjectPlan& plan = plans_.plan(states_[state].plan);
  State next = states_[state];
  next.bytes.reset();
  next.written = equal.empty() ? 0 : next.written + 1;
  next.equal = std::move(equal);
  if (plan.has_alternatives) {
    next.alternatives = std::move(alternatives);
    return intern(std::move(next));
  }
  next.left[name / 64] &= ~(uint64_t{1} << (name % 64));
  if (plan.names[name].required) {
    --next.required_count;
    next.required_bytes -= member_bytes(plan.names[name]);
  }
  if (order_ == PropertyOrder::kDeclared) {
    const uint32_t count = static_cast<uint32_t>(plan.names.size());
    for (uint32_t i = next_set(next.left, 0, count); i < count; i = next_set(next.left, i + 1, count)) {
      if (plan.names[i].rank < plan.names[name].rank) next.left[i / 64] &= ~(uint64_t{1} << (i % 64));
    }
  }
  return intern(std::move(next));
}

// The state after a member whose name is not known, where one may come: in declared order no known name comes after it.
std::optional<uint32_t> ObjectTerms::closed(uint32_t state) {
  const bool any_order = order_ == PropertyOrder::kAny;
  if (!any_order && states_[state].required_count > 0) return std::nullopt;
  if (any_order && states_[state].equal.empty()) return state;
  State next = states_[state];
  if (!any_order) std::fill(next.left.begin(), next.left.end(), 0);
  if (!next.alternatives.empty()) {
    next.alternatives = presence_of(next).closed(next.alternatives);
    if (next.alternatives.empty()) return std::nullopt;
  }
  next.equal.clear();
  next.written = 0;
  next.bytes.reset();
  return intern(std::move(next));
}

bool ObjectTerms::may_close(const State& state) {
  const bool complete = state.alternatives.empty() ? state.required_count == 0 : presence_of(state).may_end(state.alternatives);
  return complete && !differing_.is_one(state.equal, state.written);
}

// The ways of a known name that complete the object. No name of a constant is undeclared (ObjectShape::differs).
std::vector<ObjectTerms::Way> ObjectTerms::ways(uint32_t state, uint32_t name) {
  if (states_[state].is_plain()) {
    const PlannedName& planned = plans_.plan(states_[state].plan).names[name];
    const uint32_t next = without(state, name, {}, {});
    return {{planned.value, next, planned.value_bytes + rest_bytes(next)}};
  }
  const Ahead& known = ahead(state);
  return {known.ways.begin() + known.first[name], known.ways.begin() + known.first[name + 1]};
}

void ObjectTerms::add_ways(uint32_t state, uint32_t name, std::vector<Way>& out) {
  const PlannedName& planned = plans_.plan(states_[state].plan).names[name];
  MemberPresence::List alternatives;
  if (!states_[state].alternatives.empty()) {
    alternatives = presence_of(states_[state]).after(states_[state].alternatives, name);
    if (alternatives.empty()) return;
  }
  for (Differing::Branch& branch : differing_.branches(states_[state].equal, planned.text, planned.value)) {
    const Fact fact = children_.fact(branch.value);
    if (fact.empty) continue;
    const uint32_t next = without(state, name, std::move(branch.equal), alternatives);
    const uint64_t rest = rest_bytes(next);
    if (rest < kImpossible) out.push_back({branch.value, next, fact.shortest + rest});
  }
}

// Kept whole or not at all: memory may run out in between.
const ObjectTerms::Ahead& ObjectTerms::ahead(uint32_t state) {
  if (const auto known = ahead_.find(state); known != ahead_.end()) return known->second;
  const ObjectPlan& plan = plans_.plan(states_[state].plan);
  const uint32_t count = static_cast<uint32_t>(plan.names.size());
  const bool all = !states_[state].alternatives.empty();
  const Bits bits = all ? Bits() : in_order(states_[state], states_[state].left);
  const uint64_t around = uint64_t{arena_.shortest(spacing_.keys()[0].close)} + arena_.shortest(spacing_.colon());
  Ahead made{Bits((count + 63) / 64, 0), {}, {0}};
  for (uint32_t i = 0; i < count; ++i) {
    if (all || test(bits, i)) add_ways(state, i, made.ways);
    made.first.push_back(static_cast<uint32_t>(made.ways.size()));
    if (made.first[i] == made.first[i + 1]) continue;
    made.allowed[i / 64] |= uint64_t{1} << (i % 64);
    made.longest = std::max(made.longest, plan.names[i].key_bytes + around + least_way_bytes(made, i));
  }
  return ahead_.emplace(state, std::move(made)).first->second;
}

uint64_t ObjectTerms::least_way_bytes(const Ahead& ahead, uint32_t name) const {
  uint64_t least = kImpossible;
  for (uint32_t i = ahead.first[name]; i < ahead.first[name + 1]; ++i) least = std::min(least, ahead.ways[i].bytes);
  return least;
}

// The names that may come next: in declared order nothing past the first that is required.
ObjectTerms::Bits ObjectTerms::allowed(uint32_t state) {
  return states_[state].is_plain() ? in_order(states_[state], states_[state].left) : ahead(state).allowed;
}

ObjectTerms::Bits ObjectTerms::in_order(const State& state, Bits left) {
  if (order_ == PropertyOrder::kAny || state.required_count == 0) return left;
  const ObjectPlan& plan = plans_.plan(state.plan);
  const uint32_t count = static_cast<uint32_t>(plan.names.size());
  uint32_t last_rank = 0xFFFFFFFFu;
  for (uint32_t i = next_set(state.left, 0, count); i < count; i = next_set(state.left, i + 1, count)) {
    if (plan.names[i].required) last_rank = std::min(last_rank, plan.names[i].rank);
  }
  Bits bits = std::move(left);
  for (uint32_t i = next_set(bits, 0, count); i < count; i = next_set(bits, i + 1, count)) {
    if (plan.names[i].rank > last_rank) bits[i / 64] &= ~(uint64_t{1} << (i % 64));
  }
  return bits;
}

bool ObjectTerms::any_allowed(const Bits& bits, uint32_t first, uint32_t last) const {
  return next_set(bits, first, last) < last;
}

// Kept whole or not at all: memory may run out in between.
const ObjectTerms::PlanNames& ObjectTerms::names_of(uint32_t state) {
  const uint32_t plan = states_[state].plan;
  if (const auto known = names_.find(plan); known != names_.end()) return known->second;
  PlanNames made;
  std::vector<std::string_view> texts;
  for (const PlannedName& name : plans_.plan(plan).names) {
    texts.push_back(name.text);
    made.longest_member = std::max(made.longest_member, member_bytes(name));
  }
  made.places = NamePlaces(std::move(texts));
  made.ends = name_ends();
  made.readable = order_ == PropertyOrder::kAny && mark_ == TermArena::never() && made.ends.size() > 0 && made.places.plain() &&
                  std::none_of(made.places.names().begin(), made.places.names().end(), [&](std::string_view name) {
                    return std::any_of(name.begin(), name.end(), [&](char c) { return made.ends.contains(static_cast<uint8_t>(c)); });
                  });
  return names_.emplace(plan, std::move(made)).first->second;
}

// The quote of JSON, or what stands behind bare names; empty where tokens may, or names can be written in several ways.
ByteSet ObjectTerms::name_ends() {
  const TermId close = spacing_.keys()[0].close;
  if (spacing_.keys().size() != 1) return {};
  if (scalars_.is_json()) return close == arena_.literal("\"") ? ByteSet::range('"', '"') : ByteSet();
  const bool bare = scalars_.is_plain() && close == TermArena::epsilon() && !arena_.nullable(spacing_.colon());
  return bare && next_tokens(arena_, spacing_.colon()).empty() ? first_bytes(arena_, spacing_.colon()) : ByteSet();
}

// From the quote behind a name.
uint64_t ObjectTerms::behind_bytes(uint32_t state, uint32_t name) {
  const uint64_t around = uint64_t{arena_.shortest(spacing_.keys()[0].close)} + arena_.shortest(spacing_.colon());
  if (!states_[state].is_plain()) return around + least_way_bytes(ahead(state), name);
  const PlannedName& planned = plans_.plan(states_[state].plan).names[name];
  const uint64_t bytes = around + planned.value_bytes + rest_bytes(state);
  return planned.required ? bytes - member_bytes(planned) : bytes;
}

// The shortest text from inside a key to the end of the object.
uint64_t ObjectTerms::name_bytes(uint32_t state, const NamePlaces::Place& at, const Bits& bits) {
  const ObjectPlan& plan = plans_.plan(states_[state].plan);
  const uint32_t prefix_bytes = scalars_.text_bytes(plan.names[at.first].text.substr(0, at.depth));
  uint64_t least = ~uint64_t{0};
  for (uint32_t i = next_set(bits, at.first, at.last); i < at.last; i = next_set(bits, i + 1, at.last)) {
    least = std::min(least, plan.names[i].key_bytes - prefix_bytes + behind_bytes(state, i));
  }
  return least;
}

TermId ObjectTerms::place_reference(uint32_t state, uint32_t place) {
  if (place == kNext && mark_ != TermArena::never()) return mark_;
  uint64_t bytes = rest_bytes(state);
  if (place == kOpen && bytes > arena_.shortest(spacing_.close_object())) bytes -= arena_.shortest(spacing_.comma());
  if (place >= kInName) {
    const uint32_t number = number_of(place);
    const uint32_t count = places(state).count();
    bytes = number < count ? name_bytes(state, places(state).place(number), allowed(state)) : behind_bytes(state, number - count);
  }
  // Between tags nothing closes the object, so it may end wherever nothing is missing.
  const bool may_end = place < kInName && may_close(states_[state]) && spacing_.close_object() == TermArena::epsilon();
  return arena_.reference(definition_, state, place, TermFacts{may_end, saturate(may_end ? 0 : bytes)});
}

TermId ObjectTerms::unfold(TermArena&, uint32_t state, uint32_t place) {
  const uint32_t kinds = static_cast<uint32_t>(spacing_.keys().size());
  if (place >= kInName) {
    const uint32_t number = number_of(place), count = places(state).count(), quotes = (place - kInName) % kinds;
    if (number >= count) return known_member(state, number - count, quotes);
    return in_name(state, places(state).place(number), quotes, allowed(state));
  }
  std::vector<TermId> choices;
  const TermId before_key = place == kOpen ? spacing_.inside() : spacing_.comma();
  for (uint32_t quotes = 0; quotes < kinds; ++quotes) choices.push_back(arena_.sequence(before_key, key(state, quotes)));
  if (may_close(states_[state])) {
    choices.push_back(arena_.sequence(place == kOpen ? spacing_.inside() : spacing_.last(), spacing_.close_object()));
  }
  return arena_.choice(choices);
}

// By a member that may come next and whose value has many: one that is written below that place, or, between members, any.
uint32_t ObjectTerms::many_within(TermArena& arena, uint32_t state, uint32_t place) {
  if (!states_[state].equal.empty()) return kLongest;
  const bool plain = states_[state].is_plain();
  ObjectPlan& plan = plans_.plan(states_[state].plan);
  const Bits bits = allowed(state);
  uint32_t first = 0, last = static_cast<uint32_t>(plan.names.size());
  if (place >= kInName) {
    const uint32_t number = number_of(place), count = places(state).count();
    if (number >= count) return keyway::many_within(arena, known_member(state, number - count, 0));
    const NamePlaces::Place at = places(state).place(number);
    first = at.first;
    last = at.last;
  }
  const uint64_t rest = rest_bytes(state);
  for (uint32_t i = next_set(bits, first, last); i < last && arena.pay(); i = next_set(bits, i + 1, last)) {
    const uint32_t many = keyway::many_within(arena, children_.value(plan.names[i].value));
    if (many < kLongest) return saturate((plain ? rest : least_way_bytes(ahead(state), i)) + member_bytes(plan.names[i]) + many);
  }
  const std::optional<uint32_t> after = place >= kInName ? std::nullopt : closed(state);
  if (!after) return kLongest;
  for (const KeyClass& others : plan.classes) {
    const TermId keys = scalars_.text(others.keys);
    const uint32_t many = keys == TermArena::never() ? kLongest : keyway::many_within(arena, keys);
    if (many == kLongest) continue;
    const KeyQuotes& quotes = spacing_.keys()[0];
    return saturate(rest_bytes(*after) + many + arena.shortest(spacing_.comma()) + arena.shortest(quotes.open) + arena.shortest(quotes.close) +
                    arena.shortest(spacing_.colon()) + children_.fact(others.value).shortest);
  }
  return kLongest;
}

// A key with its quotes, its value, and everything after it; never() where no member may come.
TermId ObjectTerms::key(uint32_t state, uint32_t quotes) {
  const ObjectPlan& plan = plans_.plan(states_[state].plan);
  const bool plain_only = spacing_.keys()[quotes].plain_only;
  const Bits bits = allowed(state);
  std::vector<TermId> choices;
  const NamePlaces::Place all{0, static_cast<uint32_t>(plan.names.size()), 0};
  if ((plan.plain || !plain_only) && any_allowed(bits, all.first, all.last)) {
    choices.push_back(reads_names(state) ? below(state, all, quotes, bits) : in_name(state, all, quotes, bits));
  }
  const std::optional<uint32_t> after = plan.classes.empty() ? std::nullopt : closed(state);
  for (size_t i = 0; after && i < plan.classes.size(); ++i) {
    const KeyClass& others = plan.classes[i];
    const RegexId keys = plain_only ? scalars_.plain(others.keys) : others.keys;
    choices.push_back(arena_.sequence(scalars_.text(keys), member_tail(*after, others.value, quotes)));
  }
  return arena_.sequence(spacing_.keys()[quotes].open, arena_.choice(choices));
}

// From the closing quote of a key to the end of the object.
TermId ObjectTerms::member_tail(uint32_t state_after, ConjunctionId value, uint32_t quotes) {
  const TermId parts[] = {spacing_.keys()[quotes].close, spacing_.colon(), children_.value(value),
                          place_reference(state_after, kNext)};
  return arena_.sequence(parts);
}

// From the closing quote of a known name.
TermId ObjectTerms::known_member(uint32_t state, uint32_t name, uint32_t quotes) {
  std::vector<TermId> choices;
  for (const Way& way : ways(state, name)) choices.push_back(member_tail(way.next, way.value, quotes));
  return arena_.choice(choices);
}

TermId ObjectTerms::in_name(uint32_t state, const NamePlaces::Place& at, uint32_t quotes, const Bits& bits) {
  const uint32_t only = next_set(bits, at.first, at.last);
  if (next_set(bits, only + 1, at.last) >= at.last) return single_name(state, only, at.depth, quotes);
  std::vector<TermId> choices;
  if (places(state).ends(at) && test(bits, at.first)) choices.push_back(behind(state, at.first, quotes));
  for (const NamePlaces::Place& next : places(state).below(at)) {
    if (!any_allowed(bits, next.first, next.last)) continue;
    const std::string_view text = places(state).names()[next.first].substr(at.depth, next.depth - at.depth);
    choices.push_back(arena_.sequence(scalars_.code_point(utf8_code_point(text)), below(state, next, quotes, bits)));
  }
  return arena_.choice(choices);
}

// What a place stands for in front of more than one step: the one name that is left there in full, where it is read as a name.
TermId ObjectTerms::below(uint32_t state, const NamePlaces::Place& at, uint32_t quotes, const Bits& bits) {
  if (reads_names(state)) {
    const uint32_t only = next_set(bits, at.first, at.last);
    if (next_set(bits, only + 1, at.last) >= at.last) return single_name(state, only, at.depth, quotes);
  }
  return place_reference(state, in_name_place(places(state).number(at), quotes));
}

// From the closing quote of a known name, made when it is read where that is known to come to something.
TermId ObjectTerms::behind(uint32_t state, uint32_t name, uint32_t quotes) {
  if (!reads_names(state)) return known_member(state, name, quotes);
  return place_reference(state, in_name_place(places(state).count() + name, quotes));
}

bool ObjectTerms::names(uint32_t state, uint32_t place, Names& names) {
  static constexpr uint64_t kEscape = 6;  // bytes of a character that is begun as one
  if (place < kInName || !reads_names(state)) return false;
  const PlanNames& plan = names_of(state);
  if (number_of(place) >= plan.places.count()) return false;
  const NamePlaces::Place at = plan.places.place(number_of(place));
  const bool plain = states_[state].is_plain();
  const uint32_t longest = saturate((plain ? rest_bytes(state) + plan.longest_member : ahead(state).longest) + kEscape);
  names = {plan.places.names(), bits_of(state).data(), at.first, at.last, at.depth, longest, plan.ends, scalars_.is_json()};
  return true;
}

TermId ObjectTerms::behind_name(TermArena&, uint32_t state, uint32_t, uint32_t name) { return behind(state, name, 0); }

std::optional<TermId> ObjectTerms::step_names(TermArena& arena, uint32_t state, uint32_t place, uint8_t byte, ByteSet& same) {
  const NamePlaces::Place at = places(state).place(number_of(place));
  const Bits& bits = bits_of(state);
  if (names_of(state).ends.contains(byte) && places(state).ends(at) && test(bits, at.first)) {
    return derivative(arena, behind(state, at.first, 0), byte, same);
  }
  if (scalars_.is_json() && (byte < 0x20 || byte >= 0x7F || byte == '\\')) return std::nullopt;
  same = ByteSet::range(byte, byte);
  const NamePlaces::Place next = places(state).below(at, byte);
  return any_allowed(bits, next.first, next.last) ? below(state, next, 0, Bits(bits)) : TermArena::never();
}

// The rest of one name, where no other is left below the text.
TermId ObjectTerms::single_name(uint32_t state, uint32_t name, uint32_t depth, uint32_t quotes) {
  const PlannedName& planned = plans_.plan(states_[state].plan).names[name];
  std::vector<TermId> parts;
  scalars_.append_text(planned.text.substr(depth), parts);
  parts.push_back(behind(state, name, quotes));
  return arena_.sequence(parts);
}

}  // namespace keyway::json_schema
