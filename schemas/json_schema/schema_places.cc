// Pointers from the tree of places; see schema_places.h.
#include "schemas/json_schema/schema_places.h"

namespace keyway {

std::string SchemaPlaces::pointer(uint32_t place) const {
  std::vector<uint32_t> path;
  for (; place != kTop; place = places_[place].above) path.push_back(place);
  std::string out;
  for (; !path.empty(); path.pop_back()) {
    const size_t begin = path.back() == 0 ? 0 : places_[path.back() - 1].end;
    out.append(text_, begin, places_[path.back()].end - begin);
  }
  return out;
}

}  // namespace keyway
