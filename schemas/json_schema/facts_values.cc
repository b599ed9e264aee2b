// How many values a conjunction has, as far as unique arrays ask; see facts.h.
#include <algorithm>
#include <set>

#include "grammar/recording.h"
#include "schemas/json_schema/facts.h"

namespace keyway::json_schema {

// The values where there are fewer than `most`; arrays and objects are taken for many.
std::optional<std::vector<std::string>> Facts::few_values(ConjunctionId conjunction, uint32_t most) {
  const ValueSum& sum = expander_.sum(conjunction);
  if (!sum.arrays.empty() || !sum.objects.empty()) return std::nullopt;
  return scalars_.few_values(sum, most);
}

// Whether a unique array finds values for the items that must be there. Where the places of those items ask for different
// things, each must have values enough on its own or some that no other such place has; otherwise it is not decided here,
// and the schema is past a limit.
bool Facts::enough_values(const ArrayShape& shape) {
  if (!shape.unique || arena_.exhausted()) return true;
  for (const ItemCount& count : shape.counts) {
    if (count.min > 1 && few_values(count.what, count.min)) return false;
  }
  if (shape.min < 2) return true;
  if (shape.min > kMostRecorded) arena_.pay(~uint64_t{0});
  std::set<std::string> taken, alone;  // values of places that have few, and of those that have one
  for (uint32_t i = 0; i < shape.min; ++i) {
    const bool in_prefix = i < shape.prefix.size();
    const auto values = few_values(in_prefix ? shape.prefix[i] : shape.rest, shape.min);
    const uint32_t places = in_prefix ? 1 : shape.min - i;
    if (values && values->size() < places) return false;
    size_t shared = 0;
    for (size_t k = 0; values && k < values->size(); ++k) shared += taken.insert((*values)[k]).second ? 0 : 1;
    if (values && values->size() == 1 && !alone.insert((*values)[0]).second) return false;
    if (shared > 0) arena_.pay(~uint64_t{0});
    if (!in_prefix) break;
  }
  return true;
}

// Looks into members and items as deep as kMostDepth only, and at few alternatives.
Facts::TwoValues Facts::two_values(ConjunctionId conjunction, uint32_t depth) {
  constexpr uint32_t kMostDepth = 4;
  constexpr size_t kMostShapes = 4;
  if (depth > kMostDepth || decide(conjunction).empty) return {};
  const ValueSum& sum = expander_.sum(conjunction);
  const std::vector<ObjectShapeId> objects = sum.objects;
  const std::vector<ArrayShapeId> arrays = sum.arrays;
  std::vector<uint64_t> lengths = scalars_.two_lengths(sum);
  for (size_t i = 0; i < objects.size() && i < kMostShapes; ++i) add_object_lengths(objects[i], depth, lengths);
  for (size_t i = 0; i < arrays.size() && i < kMostShapes; ++i) add_array_lengths(arrays[i], depth, lengths);
  std::sort(lengths.begin(), lengths.end());
  TwoValues out;
  if (lengths.size() >= 2 && lengths[1] < kLongest) {
    out = {static_cast<uint32_t>(lengths[0]), static_cast<uint32_t>(lengths[1])};
  }
  return out;
}

// The required members alone, and the same with one member that is there too, or has another value.
void Facts::add_object_lengths(ObjectShapeId id, uint32_t depth, std::vector<uint64_t>& lengths) {
  const ObjectShape& shape = shapes_.object(id);
  if (is_counted(shape) || has_clauses(shape) || !shape.differs.empty() || !possible(id)) return;
  uint64_t base = 2, other = kLongest;
  bool some = false;
  for (const NamedProperty& property : shape.named) {
    if (!property.required) continue;
    base += name_bytes(property) + decide(property.value).shortest + (some ? bytes_of(spacing_.comma()) : 0);
    some = true;
  }
  const uint64_t more = base + (some ? bytes_of(spacing_.comma()) : 0);
  for (const NamedProperty& property : shape.named) {
    const Fact fact = decide(property.value);
    if (fact.empty || other < kLongest) continue;
    if (!property.required) {
      other = more + name_bytes(property) + fact.shortest;
    } else if (const TwoValues two = two_values(property.value, depth + 1); two.second < kLongest) {
      other = base - fact.shortest + two.second;
    }
  }
  for (const KeyClass& others : members_.classes(id)) {
    const Fact fact = decide(others.value);
    if (fact.empty) continue;
    other = std::min<uint64_t>(other, more + quote_bytes() + bytes_of(scalars_.text(others.keys)) +
                                          bytes_of(spacing_.colon()) + fact.shortest);
  }
  lengths.push_back(base);
  lengths.push_back(other);
}

void Facts::add_array_lengths(ArrayShapeId id, uint32_t depth, std::vector<uint64_t>& lengths) {
  const ArrayShape& shape = shapes_.array(id);
  if (is_stepped(shape) || shape.max == 0 || shape.min > 1) return;
  const ConjunctionId item = shape.prefix.empty() ? shape.rest : shape.prefix[0];
  if (shape.min == 0) {
    lengths.push_back(2);
    if (!decide(item).empty) lengths.push_back(uint64_t{2} + decide(item).shortest);
    return;
  }
  const TwoValues two = two_values(item, depth + 1);
  if (two.second < kLongest) lengths.insert(lengths.end(), {uint64_t{2} + two.first, uint64_t{2} + two.second});
}

}  // namespace keyway::json_schema
