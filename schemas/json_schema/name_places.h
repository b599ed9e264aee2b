// The places inside the names of an object: how far a key has been read, as one number for all names that it may still be.
//
//   names  id  idea  name      after `"i` the place is {id, idea}, one byte read; after `"id` as well, two bytes read
//
// Entry points: NamePlaces. Invariant: equal names and equal bytes read are equal numbers, below count().
// Thread safety: immutable. Tested by tests/schemas/json_schema/name_places_test.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace keyway::json_schema {

class NamePlaces {
 public:
  // Names [first, last) share their first `depth` bytes, and no other does.
  struct Place {
    uint32_t first = 0;
    uint32_t last = 0;
    uint32_t depth = 0;
  };

  NamePlaces() = default;
  // Requires: sorted by bytes, distinct; they outlive this; fewer than 2^31 bytes in all.
  explicit NamePlaces(std::vector<std::string_view> names);

  std::span<const std::string_view> names() const { return names_; }
  uint32_t count() const { return offsets_.back(); }
  uint32_t number(const Place& place) const { return offsets_[place.first] + place.depth; }
  // Requires: number < count(), of a place. Complexity: O(log names).
  Place place(uint32_t number) const;
  // Whether names[place.first] ends there.
  bool ends(const Place& place) const { return names_[place.first].size() == place.depth; }
  // The names of the place that go on with that byte; first == last where none does. Complexity: O(log names).
  Place below(const Place& place, uint8_t byte) const;
  // The places one code point further, in the order of names.
  std::vector<Place> below(const Place& place) const;
  // Whether every character is printable ASCII that JSON writes as it is and escapes in digits alone: no quote, no slash.
  bool plain() const { return plain_; }

 private:
  std::vector<std::string_view> names_;
  std::vector<uint32_t> offsets_{0};  // of the number of the place before the first byte of each; the last: count()
  bool plain_ = true;
};

}  // namespace keyway::json_schema
