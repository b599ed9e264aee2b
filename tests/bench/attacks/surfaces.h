// The surfaces that Keyway has a reader for, one function per file NAME_surface.cc.
//
// Entry points: NAME_surface, all put together by all_surfaces() of surface.h.
// Tested by the ctest bench.attacks.
#pragma once

#include "tests/bench/attacks/surface.h"

namespace keyway::bench {

Surface gbnf_surface();
Surface json_schema_surface();
Surface lark_surface();
Surface model_output_surface();
Surface regex_surface();
Surface safetensors_surface();
Surface structural_tag_surface();
Surface template_surface();
Surface tokenizer_json_surface();
Surface tools_surface();

}  // namespace keyway::bench
