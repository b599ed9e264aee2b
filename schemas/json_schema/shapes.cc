// Interned shapes and their intersections; see shapes.h.
#include "schemas/json_schema/shapes.h"

#include <algorithm>

namespace keyway::json_schema {

ShapeStore::ShapeStore(Conjunctions& conjunctions, Constants& constants, Outlines& outlines, RegexArena& regexes,
                       bool keep_order)
    : conjunctions_(conjunctions), constants_(constants), outlines_(outlines), regexes_(regexes), keep_order_(keep_order) {
  ArrayShapeId array;
  intern(ArrayShape{}, array);
  ObjectShapeId object;
  intern(ObjectShape{}, object);
}

NameId ShapeStore::name(std::string_view text) {
  const uint64_t hash = std::hash<std::string_view>()(text);
  const uint32_t known = name_index_.find(hash, [&](uint32_t id) { return names_[id] == text; });
  if (known != HashIndex::kNone) return NameId(known);
  const NameId id(static_cast<uint32_t>(names_.size()));
  names_.emplace_back(text);
  name_index_.insert(hash, id.value);
  return id;
}

namespace {

template <typename Entry>
void keep_once(std::vector<Entry>& list) {
  const auto key = [](const Entry& entry) { return std::pair(entry.keys, entry.value); };
  std::sort(list.begin(), list.end(), [&](const Entry& a, const Entry& b) { return key(a) < key(b); });
  const auto same = [&](const Entry& a, const Entry& b) { return key(a) == key(b); };
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
}

}  // namespace

// Counts that say nothing go, counts of every item become bounds. False where one cannot be met.
bool ShapeStore::settle_counts(ArrayShape& shape) const {
  for (const ItemCount& count : shape.counts) {
    if (count.min > count.max || (count.what == Conjunctions::never() && count.min > 0)) return false;
    if (count.what != Conjunctions::any()) continue;
    if (count.min > 0) shape.min = std::max(shape.min, count.from + count.min);
    if (count.max < kUnbounded - count.from) shape.max = std::min(shape.max, count.from + count.max);
  }
  std::erase_if(shape.counts, [](const ItemCount& count) {
    return count.what == Conjunctions::any() || count.what == Conjunctions::never() ||
           (count.min == 0 && count.max == kUnbounded);
  });
  std::sort(shape.counts.begin(), shape.counts.end());
  shape.counts.erase(std::unique(shape.counts.begin(), shape.counts.end()), shape.counts.end());
  return true;
}

bool ShapeStore::intern(ArrayShape shape, ArrayShapeId& id) {
  if (!settle_counts(shape)) return false;
  for (size_t i = 0; i < shape.prefix.size(); ++i) {
    if (shape.prefix[i] == Conjunctions::never()) shape.max = std::min(shape.max, static_cast<uint32_t>(i));
  }
  if (shape.rest == Conjunctions::never()) shape.max = std::min(shape.max, static_cast<uint32_t>(shape.prefix.size()));
  if (shape.min > shape.max) return false;
  // Items past the maximum do not exist, and a prefix that says what the rest says is no prefix.
  if (shape.prefix.size() > shape.max) shape.prefix.resize(shape.max);
  if (shape.max == shape.prefix.size()) shape.rest = Conjunctions::never();
  while (!shape.prefix.empty() && shape.prefix.back() == shape.rest) shape.prefix.pop_back();
  if (shape.max < 2) shape.unique = false;
  settle_differs(shape);
  std::vector<uint32_t>& words = words_;
  words.assign({shape.min, shape.max, shape.rest.value});
  for (ConjunctionId item : shape.prefix) words.push_back(item.value);
  if (is_stepped(shape)) words.insert(words.end(), {kUnbounded, shape.unique ? 1u : 0u});
  for (NodeId constant : shape.differs) words.push_back(constant.value);
  if (!shape.counts.empty()) words.push_back(kUnbounded);
  for (const ItemCount& count : shape.counts) {
    words.insert(words.end(), {count.what.value, count.from, count.min, count.max});
  }
  const auto [number, added] = array_table_.intern(words);
  if (added) arrays_.push_back(std::move(shape));
  id = ArrayShapeId(number);
  return true;
}

// Where no other name is free, a need that one name alone can meet asks for that member, and one that all names meet for any
// member. False where none can. Receipt: one of 24 kinds of middleware, each an optional member of a closed object, asked for 23
// needs, past kMostNeeds, and was refused; 25 lines.
bool ShapeStore::settle_closed_needs(ObjectShape& shape) {
  const auto is_closing = [&](const KeyRule& rule) { return rule.value == Conjunctions::never() && rule.keys == regexes_.all(); };
  // Clauses are settled already, with what must come; where some are left beside needs, they are multiplied out first.
  if (shape.needs.empty() || has_clauses(shape) || std::none_of(shape.rules.begin(), shape.rules.end(), is_closing)) return true;
  for (MemberNeed& need : shape.needs) {
    NamedProperty* only = nullptr;
    size_t able = 0, possible = 0;
    for (NamedProperty& property : shape.named) {
      if (property.value == Conjunctions::never()) continue;
      ++possible;
      if (!regexes_.matches(need.keys, names_[property.name.value])) continue;
      only = &property;
      ++able;
    }
    if (able == 0) return false;
    if (able == possible) need.keys = regexes_.all();
    if (able > 1) continue;
    only->required = true;
    only->value = outlines_.canonical(conjunctions_.conjoin(only->value, need.value));
    if (only->value == Conjunctions::never()) return false;
  }
  return true;
}

// Needs that a required member meets go, and those of any member at all become a minimum. False where one cannot be met.
bool ShapeStore::settle_needs(ObjectShape& shape) {
  if (!settle_closed_needs(shape)) return false;
  uint32_t required = 0;
  for (const NamedProperty& property : shape.named) required += property.required ? 1 : 0;
  for (const MemberNeed& need : shape.needs) {
    if (need.value == Conjunctions::never() || need.keys == regexes_.never()) return false;
    if (need.keys == regexes_.all() && need.value == Conjunctions::any()) shape.min = std::max(shape.min, 1u);
  }
  std::erase_if(shape.needs, [&](const MemberNeed& need) {
    if (need.keys == regexes_.all() && need.value == Conjunctions::any()) return true;
    for (const NamedProperty& property : shape.named) {
      if (property.required && conjunctions_.conjoin(property.value, need.value) == property.value &&
          regexes_.matches(need.keys, names_[property.name.value])) {
        return true;
      }
    }
    return false;
  });
  keep_once(shape.needs);
  if (shape.min <= required) shape.min = 0;
  return required <= shape.max && shape.min <= shape.max;
}

bool ShapeStore::intern(ObjectShape shape, ObjectShapeId& id) {
  for (NamedProperty& property : shape.named) {
    property.value = outlines_.canonical(property.value);
    if (property.required && property.value == Conjunctions::never()) return false;
  }
  if (!settle_clauses(shape) || !settle_needs(shape)) return false;
  settle_differs(shape);
  std::erase_if(shape.rules, [&](const KeyRule& rule) {
    return rule.value == Conjunctions::any() || rule.keys == regexes_.never();
  });
  keep_once(shape.rules);
  if (!keep_order_) {
    std::sort(shape.named.begin(), shape.named.end(),
              [](const NamedProperty& a, const NamedProperty& b) { return a.name < b.name; });
  }
  std::vector<uint32_t>& words = words_;
  words.assign({static_cast<uint32_t>(shape.named.size())});
  for (const NamedProperty& property : shape.named) {
    words.insert(words.end(), {property.name.value, property.value.value, property.required ? 1u : 0u});
  }
  for (const KeyRule& rule : shape.rules) words.insert(words.end(), {rule.keys.value, rule.value.value});
  words.insert(words.end(), {kUnbounded, shape.min, shape.max, static_cast<uint32_t>(shape.differs.size())});
  for (NodeId constant : shape.differs) words.push_back(constant.value);
  for (const MemberNeed& need : shape.needs) words.insert(words.end(), {need.keys.value, need.value.value});
  if (has_clauses(shape)) words.push_back(kUnbounded);
  for (const auto& [first, second] : shape.clauses) {
    words.insert(words.end(), {first.name, first.present ? 1u : 0u, second.name, second.present ? 1u : 0u});
  }
  const auto [number, added] = object_table_.intern(words);
  if (added) {
    object_bits_.push_back(name_bits(shape));
    objects_.push_back(std::move(shape));
  }
  id = ObjectShapeId(number);
  return true;
}

namespace {

void sort_once(std::vector<NodeId>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

// Values that the shape does not hold anyway say nothing.
void ShapeStore::settle_differs(ArrayShape& shape) {
  sort_once(shape.differs);
  std::erase_if(shape.differs, [&](NodeId constant) {
    const Json value = constants_.value(constant);
    if (value.size() < shape.min || value.size() > shape.max) return true;
    for (size_t i = 0; i < value.size(); ++i) {
      const ConjunctionId item = i < shape.prefix.size() ? shape.prefix[i] : shape.rest;
      const ConjunctionId same = conjunctions_.conjoin(item, constants_.equal_to(constants_.of(value.at(i))));
      if (item != Conjunctions::any() && outlines_.obviously_empty(same)) return true;
    }
    return false;
  });
}

void ShapeStore::settle_differs(ObjectShape& shape) {
  if (shape.differs.empty()) return;
  sort_once(shape.differs);
  std::unordered_map<std::string_view, const NamedProperty*> named;
  for (const NamedProperty& property : shape.named) named.emplace(names_[property.name.value], &property);
  std::erase_if(shape.differs, [&](NodeId constant) {
    const Json value = constants_.value(constant);
    if (value.size() < shape.min || value.size() > shape.max) return true;
    for (const NamedProperty& property : shape.named) {
      if (property.required && !value.find(names_[property.name.value])) return true;
    }
    for (size_t i = 0; i < value.size(); ++i) {
      const auto found = named.find(value.key(i));
      const ConjunctionId member = found == named.end() ? Conjunctions::any() : found->second->value;
      if (member == Conjunctions::any()) continue;
      const ConjunctionId same = conjunctions_.conjoin(member, constants_.equal_to(constants_.of(value.at(i))));
      if (outlines_.obviously_empty(same)) return true;
    }
    return false;
  });
}

bool ShapeStore::obviously_empty(ArrayShapeId id) {
  const ArrayShape& shape = arrays_[id.value];
  for (size_t i = 0; i < shape.prefix.size() && i < shape.min; ++i) {
    if (outlines_.obviously_empty(shape.prefix[i])) return true;
  }
  return shape.min > shape.prefix.size() && outlines_.obviously_empty(shape.rest);
}

bool ShapeStore::obviously_empty(ObjectShapeId id) {
  const auto [at, added] = empty_objects_.try_emplace(id.value, false);
  if (!added) return at->second;
  for (const NamedProperty& property : objects_[id.value].named) {
    if (property.required && outlines_.obviously_empty(property.value)) return at->second = true;
  }
  return false;
}

bool ShapeStore::are_apart(std::span<const ConjunctionId> values) {
  bool differ = false;
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      if (values[i] == values[k]) continue;
      differ = true;
      if (!outlines_.obviously_empty(conjunctions_.conjoin(values[i], values[k]))) return false;
    }
  }
  return differ;
}

ConjunctionId ShapeStore::lone_member(ObjectShapeId id, NameId name) const {
  const ObjectShape& shape = objects_[id.value];
  const bool alone = shape.named.size() == 1 && shape.named[0].name == name && shape.rules.empty() && shape.differs.empty() && !is_counted(shape);
  return alone ? shape.named[0].value : Conjunctions::any();
}

// Every rule, need and bound of the larger shape is one of the smaller.
bool ShapeStore::rules_imply(const ObjectShape& smaller, const ObjectShape& larger) const {
  const auto holds = [](const auto& list, const auto& entry) {
    for (const auto& other : list) {
      if (other.keys == entry.keys && other.value == entry.value) return true;
    }
    return false;
  };
  for (const KeyRule& rule : larger.rules) {
    if (!holds(smaller.rules, rule)) return false;
  }
  for (const MemberNeed& need : larger.needs) {
    if (!holds(smaller.needs, need)) return false;
  }
  return larger.min <= smaller.min && larger.max >= smaller.max &&
         std::includes(smaller.differs.begin(), smaller.differs.end(), larger.differs.begin(), larger.differs.end()) &&
         std::includes(smaller.clauses.begin(), smaller.clauses.end(), larger.clauses.begin(), larger.clauses.end());
}

ShapeStore::NameBits ShapeStore::name_bits(const ObjectShape& shape) {
  NameBits bits;
  for (const NamedProperty& property : shape.named) {
    const uint64_t bit = uint64_t{1} << (property.name.value % 64);
    bits.named |= bit;
    if (property.required) bits.required |= bit;
    if (property.value != Conjunctions::any()) bits.restricted |= bit;
  }
  return bits;
}

bool ShapeStore::implies(ObjectShapeId smaller_id, ObjectShapeId larger_id) {
  const ObjectShape& smaller = objects_[smaller_id.value];
  const ObjectShape& larger = objects_[larger_id.value];
  const NameBits& bits = object_bits_[smaller_id.value];
  const NameBits& asked = object_bits_[larger_id.value];
  if ((asked.required & ~bits.required) != 0 || (smaller.rules.empty() && (asked.restricted & ~bits.named) != 0)) return false;
  if (!rules_imply(smaller, larger)) return false;
  set_places(smaller);
  const bool implied = names_imply(smaller, larger);
  clear_places(smaller);
  return implied;
}

// Requires: the places of the smaller shape are set; they may be none after.
bool ShapeStore::names_imply(const ObjectShape& smaller, const ObjectShape& larger) {
  for (const NamedProperty& property : larger.named) {
    uint32_t& place = places_[property.name.value];
    if (place == kNoPlace) {
      if (property.required || !outlines_.implies(rules_for(smaller, property.name), property.value)) return false;
      continue;
    }
    const NamedProperty& other = smaller.named[place];
    if (property.required && !other.required) return false;
    if (!outlines_.implies(other.value, property.value)) return false;
    place = kNoPlace;
  }
  for (const NamedProperty& property : smaller.named) {
    if (places_[property.name.value] == kNoPlace) continue;
    if (!outlines_.implies(property.value, rules_for(larger, property.name))) return false;
  }
  return true;
}

void ShapeStore::set_places(const ObjectShape& shape) {
  if (places_.size() < names_.size()) places_.resize(names_.size(), kNoPlace);
  for (size_t i = 0; i < shape.named.size(); ++i) places_[shape.named[i].name.value] = static_cast<uint32_t>(i);
}

void ShapeStore::clear_places(const ObjectShape& shape) {
  for (const NamedProperty& property : shape.named) places_[property.name.value] = kNoPlace;
}

bool ShapeStore::intersect(ArrayShapeId a, ArrayShapeId b, ArrayShapeId& id) {
  if (a == b || b == any_array()) return id = a, true;
  if (a == any_array()) return id = b, true;
  const uint64_t key = uint64_t{std::min(a, b).value} << 32 | std::max(a, b).value;
  if (const auto known = array_products_.find(key); known != array_products_.end()) {
    id = known->second.second;
    return known->second.first;
  }
  const ArrayShape& left = arrays_[a.value];
  const ArrayShape& right = arrays_[b.value];
  ArrayShape product;
  product.min = std::max(left.min, right.min);
  product.max = std::min(left.max, right.max);
  product.rest = conjunctions_.conjoin(left.rest, right.rest);
  for (size_t i = 0; i < std::max(left.prefix.size(), right.prefix.size()); ++i) {
    product.prefix.push_back(conjunctions_.conjoin(i < left.prefix.size() ? left.prefix[i] : left.rest,
                                                   i < right.prefix.size() ? right.prefix[i] : right.rest));
  }
  product.counts = left.counts;
  product.counts.insert(product.counts.end(), right.counts.begin(), right.counts.end());
  product.differs = left.differs;
  product.differs.insert(product.differs.end(), right.differs.begin(), right.differs.end());
  product.unique = left.unique || right.unique;
  const bool exists = intern(std::move(product), id);
  array_products_.emplace(key, std::pair(exists, id));
  return exists;
}

bool ShapeStore::intersect(ObjectShapeId a, ObjectShapeId b, ObjectShapeId& id) {
  if (a == b || b == any_object()) return id = a, true;
  if (a == any_object()) return id = b, true;
  // The declared order of the first operand comes first, so that the pair is kept as it is.
  const uint64_t key = uint64_t{a.value} << 32 | b.value;
  if (const Product* known = object_products_.find(key)) {
    id = known->id;
    return known->exists;
  }
  const bool exists = intern(merge(objects_[a.value], objects_[b.value]), id);
  object_products_.insert(key, {exists, id});
  return exists;
}

ConjunctionId ShapeStore::rules_for(const ObjectShape& shape, NameId name) {
  ConjunctionId value = Conjunctions::any();
  for (const KeyRule& rule : shape.rules) {
    if (rule.keys == regexes_.all() || regexes_.matches(rule.keys, names_[name.value])) {
      value = conjunctions_.conjoin(value, rule.value);
    }
  }
  return value;
}

ObjectShape ShapeStore::merge(const ObjectShape& a, const ObjectShape& b) {
  ObjectShape product;
  product.named.reserve(a.named.size() + b.named.size());
  product.named = a.named;
  set_places(a);
  shared_.assign(a.named.size(), false);
  for (const NamedProperty& property : b.named) {
    const uint32_t place = places_[property.name.value];
    if (place == kNoPlace) {
      product.named.push_back(property);
      NamedProperty& last = product.named.back();
      last.value = conjunctions_.conjoin(last.value, rules_for(a, property.name));
    } else {
      NamedProperty& both = product.named[place];
      both.value = conjunctions_.conjoin(both.value, property.value);
      both.required = both.required || property.required;
      shared_[place] = true;
    }
  }
  clear_places(a);
  for (size_t i = 0; i < a.named.size(); ++i) {
    if (shared_[i]) continue;
    NamedProperty& only = product.named[i];
    only.value = conjunctions_.conjoin(only.value, rules_for(b, only.name));
  }
  product.rules = a.rules;
  product.rules.insert(product.rules.end(), b.rules.begin(), b.rules.end());
  product.needs = a.needs;
  product.needs.insert(product.needs.end(), b.needs.begin(), b.needs.end());
  product.differs = a.differs;
  product.differs.insert(product.differs.end(), b.differs.begin(), b.differs.end());
  product.clauses = a.clauses;
  product.clauses.insert(product.clauses.end(), b.clauses.begin(), b.clauses.end());
  product.min = std::max(a.min, b.min);
  product.max = std::min(a.max, b.max);
  return product;
}

}  // namespace keyway::json_schema
