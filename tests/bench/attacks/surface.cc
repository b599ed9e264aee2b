// The list of surfaces; see surface.h.
#include "tests/bench/attacks/surfaces.h"

namespace keyway::bench {

const std::vector<Surface>& all_surfaces() {
  static const std::vector<Surface> surfaces = {
      gbnf_surface(),        json_schema_surface(), lark_surface(),           model_output_surface(),   regex_surface(),
      safetensors_surface(), template_surface(),    structural_tag_surface(), tokenizer_json_surface(), tools_surface()};
  return surfaces;
}

}  // namespace keyway::bench
