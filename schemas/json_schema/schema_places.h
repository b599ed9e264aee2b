// The JSON Pointers of the schemas in a document, as a tree: what many schemas lie below is held once. As texts of their own, the
// pointers of 250 schemas, each below a name of 3,000 characters, took a gigabyte.
//
// Entry points: SchemaPlaces. Invariant: a place comes after the one that it lies below.
// Thread safety: a value. Tested by tests/schemas/json_schema/keyword_notes_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keyway {

class SchemaPlaces {
 public:
  static constexpr uint32_t kTop = 0xFFFFFFFF;  // the empty pointer

  // The place that `steps` lead to from `above`: the number of places before it. Requires: steps are tokens of a JSON Pointer,
  // each with its slash; above is a place or kTop.
  uint32_t add(uint32_t above, std::string_view steps) {
    text_ += steps;
    places_.push_back({above, text_.size()});
    return static_cast<uint32_t>(places_.size() - 1);
  }
  std::string pointer(uint32_t place) const;
  size_t bytes() const { return text_.size() + places_.size() * sizeof(Place); }

 private:
  struct Place {
    uint32_t above;
    size_t end;  // of its steps in text_, which begin where those of the place before it end
  };
  std::string text_;
  std::vector<Place> places_;
};

}  // namespace keyway
