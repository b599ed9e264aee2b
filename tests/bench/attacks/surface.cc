// The list of surfaces; see surface.h.
#include "tests/bench/attacks/surface.h"

namespace keyway::bench {

const std::vector<Surface>& all_surfaces() {
  static const std::vector<Surface> surfaces = {};
  return surfaces;
}

}  // namespace keyway::bench
