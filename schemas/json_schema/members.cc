// Members of objects; see members.h.
#include "schemas/json_schema/members.h"

#include "grammar/code_point_set.h"
#include "grammar/utf8.h"

namespace keyway::json_schema {

const std::vector<KeyClass>& Members::classes(ObjectShapeId shape) {
  const auto found = classes_.find(shape.value);
  if (found != classes_.end()) return found->second;
  return classes_.emplace(shape.value, partition(shapes_.object(shape))).first->second;
}

namespace {

// Rules that ask for the same are one rule: split one by one they would leave pieces of one class that nothing unites.
std::vector<KeyRule> rules_by_value(RegexArena& regexes, const std::vector<KeyRule>& rules) {
  std::vector<KeyRule> out;
  for (const KeyRule& rule : rules) {
    KeyRule* same = nullptr;
    for (KeyRule& other : out) {
      if (other.value == rule.value) same = &other;
    }
    if (same == nullptr) {
      out.push_back(rule);
      continue;
    }
    const RegexId both[] = {same->keys, rule.keys};
    same->keys = regexes.alternative(both);
  }
  return out;
}

}  // namespace

// Splits the keys that are no known names by the rules, one rule after the other; what becomes empty is dropped at once,
// and classes that ask for the same are one class.
std::vector<KeyClass> Members::partition(const ObjectShape& shape) {
  RegexArena& regexes = arena_.regexes();
  for (const KeyRule& rule : shape.rules) {
    if (rule.keys == regexes.all() && rule.value == Conjunctions::never()) return {};
  }
  std::vector<std::string_view> known;
  for (const NamedProperty& property : shape.named) known.push_back(shapes_.name_text(property.name));
  const RegexId others = known.empty() ? regexes.all() : regexes.complement(regexes.literals(std::move(known)));
  std::vector<KeyClass> classes = {{others, Conjunctions::any()}};
  const auto add = [&](std::vector<KeyClass>& to, RegexId keys, ConjunctionId value) {
    if (value == Conjunctions::never() || regexes.is_empty(keys).value_or(true)) return;
    for (KeyClass& other : to) {
      if (other.value != value) continue;
      const RegexId both[] = {other.keys, keys};
      other.keys = regexes.alternative(both);
      return;
    }
    to.push_back({keys, value});
  };
  for (const KeyRule& rule : rules_by_value(regexes, shape.rules)) {
    std::vector<KeyClass> next;
    for (const KeyClass& at : classes) {
      if (rule.keys == regexes.all()) {
        add(next, at.keys, conjunctions_.conjoin(at.value, rule.value));
        continue;
      }
      const RegexId inside[] = {at.keys, rule.keys};
      const RegexId outside[] = {at.keys, regexes.complement(rule.keys)};
      add(next, regexes.intersection(inside), conjunctions_.conjoin(at.value, rule.value));
      add(next, regexes.intersection(outside), at.value);
      if (!arena_.pay()) return {};
    }
    classes = std::move(next);
  }
  return classes;
}

ObjectShapeId Members::counted_form(ObjectShapeId id) {
  constexpr size_t kMostKeys = 64;  // of a class whose keys become names
  const auto found = counted_.find(id.value);
  if (found != counted_.end()) return found->second;
  ObjectShape shape = shapes_.object(id);
  const size_t before = shape.named.size();
  for (const KeyClass& other : classes(id)) {
    std::optional<std::vector<std::string>> keys = arena_.regexes().enumerate(other.keys, kMostKeys);
    if (!keys && remembers_keys(id)) keys = shortest_keys(other.keys, lack(shape));
    if (!keys) continue;
    for (const std::string& key : *keys) shape.named.push_back({shapes_.name(key), other.value, false});
  }
  ObjectShapeId form = id;
  if (shape.named.size() > before) shapes_.intern(std::move(shape), form);
  counted_.emplace(id.value, form);
  return form;
}

// Members that the minimum asks for beside those that are required.
uint32_t Members::lack(const ObjectShape& shape) const {
  uint32_t required = 0;
  for (const NamedProperty& property : shape.named) required += property.required ? 1 : 0;
  return shape.min > required ? shape.min - required : 0;
}

bool Members::remembers_keys(ObjectShapeId id) const {
  const uint32_t missing = lack(shapes_.object(id));
  return remembers_keys_ && missing >= 2 && shapes_.object(id).min <= kMostRememberedKeys;
}

// Keys without escapes first: their characters are their bytes.
std::vector<std::string> Members::shortest_keys(RegexId keys, uint32_t count) {
  RegexArena& regexes = arena_.regexes();
  const CodePointSet plain{{0x20, 0x21}, {0x23, 0x5B}, {0x5D, 0x7E}};
  const RegexId any_plain = regexes.repeat(regexes.one_of(plain), 0, kUnbounded);
  std::vector<std::string> out;
  for (RegexId among : {any_plain, regexes.all()}) {
    while (out.size() < count && arena_.pay()) {
      const RegexId left[] = {keys, among, regexes.complement(regexes.literals({out.begin(), out.end()}))};
      const std::optional<std::u32string> key = regexes.shortest(regexes.intersection(left));
      if (!key) break;
      out.emplace_back();
      for (char32_t point : *key) append_utf8(out.back(), point);
    }
  }
  return out;
}

uint32_t Members::lasting_needs(ObjectShapeId id) const {
  const std::vector<MemberNeed>& needs = shapes_.object(id).needs;
  uint32_t out = 0;
  for (size_t i = 0; i < needs.size() && i < kMostNeeds; ++i) {
    if (needs[i].value == Conjunctions::any()) out |= 1u << i;
  }
  return out;
}

bool Members::is_approximate(ObjectShapeId id) {
  const ObjectShape& shape = shapes_.object(id);
  size_t passing = 0;
  for (const MemberNeed& need : shape.needs) passing += need.value == Conjunctions::any() ? 0 : 1;
  return (passing > 1 || (shape.min > 1 && !remembers_keys(id))) && !classes(id).empty();
}

const MemberOptions& Members::options(ObjectShapeId id) {
  const auto found = options_.find(id.value);
  if (found != options_.end()) return found->second;
  const ObjectShape& shape = shapes_.object(id);
  MemberOptions out;
  for (const NamedProperty& property : shape.named) {
    out.named.push_back(options_of(shape, {0, RegexId(), property.value}, &shapes_.name_text(property.name)));
  }
  for (const KeyClass& other : classes(id)) {
    for (const MemberOption& option : options_of(shape, {0, other.keys, other.value}, nullptr)) {
      out.others.push_back(option);
    }
  }
  return options_.emplace(id.value, std::move(out)).first->second;
}

// Every set of needs that one member can meet together.
std::vector<MemberOption> Members::options_of(const ObjectShape& shape, const MemberOption& plain,
                                              const std::string* name) {
  RegexArena& regexes = arena_.regexes();
  std::vector<MemberOption> out;
  if (plain.value == Conjunctions::never()) return out;
  out.push_back(plain);
  if (shape.needs.size() > kMostNeeds) arena_.pay(~uint64_t{0});
  for (size_t i = 0; i < shape.needs.size() && i < kMostNeeds; ++i) {
    const MemberNeed& need = shape.needs[i];
    if (name != nullptr && !regexes.matches(need.keys, *name)) continue;
    const size_t before = out.size();
    for (size_t k = 0; k < before; ++k) {
      if (!arena_.pay()) return out;
      MemberOption both = out[k];
      both.met |= 1u << i;
      both.value = conjunctions_.conjoin(both.value, need.value);
      if (both.value == Conjunctions::never()) continue;
      if (name == nullptr) {
        const RegexId keys[] = {both.keys, need.keys};
        both.keys = regexes.intersection(keys);
        if (regexes.is_empty(both.keys).value_or(true)) continue;
      }
      out.push_back(both);
    }
  }
  return out;
}

}  // namespace keyway::json_schema
