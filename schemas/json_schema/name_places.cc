// See name_places.h.
#include "schemas/json_schema/name_places.h"

#include <algorithm>

#include "grammar/utf8.h"

namespace keyway::json_schema {

NamePlaces::NamePlaces(std::vector<std::string_view> names) : names_(std::move(names)) {
  offsets_.reserve(names_.size() + 1);
  for (const std::string_view name : names_) {
    offsets_.push_back(offsets_.back() + static_cast<uint32_t>(name.size()) + 1);
    plain_ = plain_ && std::all_of(name.begin(), name.end(), [](char c) {
      return c >= 0x20 && c < 0x7F && c != '"' && c != '\\' && c != '/';
    });
  }
}

NamePlaces::Place NamePlaces::place(uint32_t number) const {
  const auto after = std::upper_bound(offsets_.begin(), offsets_.end(), number);
  Place at;
  at.first = static_cast<uint32_t>(after - offsets_.begin()) - 1;
  at.depth = number - offsets_[at.first];
  const std::string_view read = names_[at.first].substr(0, at.depth);
  const auto last = std::partition_point(names_.begin() + at.first, names_.end(),
                                         [&](std::string_view name) { return name.substr(0, at.depth) == read; });
  at.last = static_cast<uint32_t>(last - names_.begin());
  return at;
}

NamePlaces::Place NamePlaces::below(const Place& place, uint8_t byte) const {
  const auto begin = names_.begin() + place.first + (ends(place) ? 1 : 0), end = names_.begin() + place.last;
  const auto next = [&](std::string_view name) { return static_cast<uint8_t>(name[place.depth]); };
  const auto first = std::partition_point(begin, end, [&](std::string_view name) { return next(name) < byte; });
  const auto last = std::partition_point(first, end, [&](std::string_view name) { return next(name) == byte; });
  return {static_cast<uint32_t>(first - names_.begin()), static_cast<uint32_t>(last - names_.begin()), place.depth + 1};
}

std::vector<NamePlaces::Place> NamePlaces::below(const Place& place) const {
  std::vector<Place> out;
  for (uint32_t first = place.first + (ends(place) ? 1 : 0); first < place.last;) {
    const std::string_view rest = names_[first].substr(place.depth);
    const size_t length = std::max<size_t>(utf8_length(rest), 1);
    const std::string_view step = rest.substr(0, length);
    uint32_t last = first + 1;
    while (last < place.last && names_[last].substr(place.depth, length) == step) ++last;
    out.push_back({first, last, place.depth + static_cast<uint32_t>(length)});
    first = last;
  }
  return out;
}

}  // namespace keyway::json_schema
