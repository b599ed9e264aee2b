// Emptiness and shortest values; see facts.h.
#include "schemas/json_schema/facts.h"

#include <algorithm>
#include <queue>

#include "grammar/utf8.h"

namespace keyway::json_schema {

TermId ScalarTerms::code_point(uint32_t value) {
  const auto [at, added] = code_points_.try_emplace(value);
  if (added) at->second = class_term(arena_, CodePointSet{{value, value}}, spelling_);
  return at->second;
}

void ScalarTerms::append(const ValueSum& sum, std::vector<TermId>& parts) {
  if (sum.null_value) parts.push_back(arena_.literal("null"));
  if (sum.true_value) parts.push_back(arena_.literal("true"));
  if (sum.false_value) parts.push_back(arena_.literal("false"));
  const TermId number_term = number(sum.numbers);
  if (number_term != TermArena::never()) parts.push_back(number_term);
  const TermId string_term = text(sum.strings);
  if (string_term != TermArena::never()) {
    const TermId quoted[] = {arena_.literal("\""), string_term, arena_.literal("\"")};
    parts.push_back(arena_.sequence(quoted));
  }
}

uint32_t ScalarTerms::text_bytes(std::string_view utf8) {
  uint32_t bytes = 0;
  while (!utf8.empty()) {
    const size_t length = std::max<size_t>(utf8_length(utf8), 1);
    bytes += arena_.shortest(code_point(utf8_code_point(utf8.substr(0, length))));
    utf8.remove_prefix(length);
  }
  return bytes;
}

struct Facts::Search {
  std::vector<Way> ways;
  std::unordered_map<uint32_t, std::vector<uint32_t>> waiting;  // child: ways that need it
  std::unordered_map<uint32_t, bool> seen;
  std::vector<uint32_t> stack;
  using Entry = std::pair<uint64_t, uint32_t>;  // bytes, conjunction
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
};

Fact Facts::decide(ConjunctionId conjunction) {
  if (const auto found = known_.find(conjunction.value); found != known_.end()) return found->second;
  Search search;
  search.stack.push_back(conjunction.value);
  search.seen.emplace(conjunction.value, true);
  while (!search.stack.empty()) {
    const ConjunctionId at(search.stack.back());
    search.stack.pop_back();
    if (!arena_.pay()) return Fact{};
    discover(search, at);
  }
  while (!search.queue.empty()) {
    const auto [bytes, owner] = search.queue.top();
    search.queue.pop();
    if (known_.contains(owner)) continue;
    known_.emplace(owner, Fact{false, static_cast<uint32_t>(std::min<uint64_t>(bytes, kLongest))});
    for (uint32_t index : search.waiting[owner]) {
      Way& way = search.ways[index];
      for (const auto& [child, times] : way.needs) {
        if (child == owner) way.base = std::min<uint64_t>(way.base + bytes * times, kLongest);
      }
      if (--way.missing == 0) search.queue.emplace(way.base, way.owner);
    }
  }
  // What is left cannot be satisfied by any finite value.
  for (const auto& [owner, unused] : search.seen) known_.try_emplace(owner, Fact{});
  return known_.at(conjunction.value);
}

bool Facts::possible(const ArrayShape& shape) {
  for (size_t i = 0; i < shape.prefix.size() && i < shape.min; ++i) {
    if (decide(shape.prefix[i]).empty) return false;
  }
  return shape.min <= shape.prefix.size() || !decide(shape.rest).empty;
}

bool Facts::possible(const ObjectShape& shape) {
  for (const NamedProperty& property : shape.named) {
    if (property.required && decide(property.value).empty) return false;
  }
  return true;
}

void Facts::discover(Search& search, ConjunctionId conjunction) {
  const ValueSum& sum = expander_.sum(conjunction);
  std::vector<TermId> scalars;
  scalars_.append(sum, scalars);
  uint32_t least = kLongest;
  for (TermId term : scalars) least = std::min(least, bytes_of(term));
  if (!scalars.empty()) add_way(search, conjunction.value, least, {});
  for (ArrayShapeId id : sum.arrays) add_array(search, conjunction.value, shapes_.array(id));
  for (ObjectShapeId id : sum.objects) add_object(search, conjunction.value, shapes_.object(id));
}

void Facts::add_way(Search& search, uint32_t owner, uint64_t base, std::vector<std::pair<uint32_t, uint32_t>> needs) {
  std::sort(needs.begin(), needs.end());
  Way way{owner, base, 0, {}};
  for (const auto& [child, times] : needs) {
    if (const auto found = known_.find(child); found != known_.end()) {
      if (found->second.empty) return;
      way.base += uint64_t{found->second.shortest} * times;
    } else if (!way.needs.empty() && way.needs.back().first == child) {
      way.needs.back().second += times;
    } else {
      way.needs.emplace_back(child, times);
      if (search.seen.try_emplace(child, true).second) search.stack.push_back(child);
    }
  }
  way.base = std::min<uint64_t>(way.base, kLongest);
  way.missing = static_cast<uint32_t>(way.needs.size());
  const uint32_t index = static_cast<uint32_t>(search.ways.size());
  for (const auto& need : way.needs) search.waiting[need.first].push_back(index);
  if (way.missing == 0) search.queue.emplace(way.base, owner);
  search.ways.push_back(std::move(way));
}

void Facts::add_array(Search& search, uint32_t owner, const ArrayShape& shape) {
  std::vector<std::pair<uint32_t, uint32_t>> needs;
  for (size_t i = 0; i < shape.prefix.size() && i < shape.min; ++i) needs.emplace_back(shape.prefix[i].value, 1);
  if (shape.min > shape.prefix.size()) {
    needs.emplace_back(shape.rest.value, shape.min - static_cast<uint32_t>(shape.prefix.size()));
  }
  const uint64_t commas = shape.min == 0 ? 0 : uint64_t{shape.min - 1} * bytes_of(spacing_.comma());
  add_way(search, owner, 2 + commas, std::move(needs));
}

void Facts::add_object(Search& search, uint32_t owner, const ObjectShape& shape) {
  std::vector<std::pair<uint32_t, uint32_t>> needs;
  uint64_t bytes = 2;
  for (const NamedProperty& property : shape.named) {
    if (!property.required) continue;
    if (!needs.empty()) bytes += bytes_of(spacing_.comma());
    bytes += 2 + scalars_.text_bytes(shapes_.name_text(property.name)) + bytes_of(spacing_.colon());
    needs.emplace_back(property.value.value, 1);
  }
  add_way(search, owner, bytes, std::move(needs));
}

}  // namespace keyway::json_schema
