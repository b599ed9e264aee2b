// Tools compiled with the help of a file between processes.
//
// Entry points: compile_tools_cached. The file is bound to the version, the options, the limits and the tokenizer.
// Tested by tests/tools/compiled_cache_test.cc and tests/runtime/c_api_test.cc.
#pragma once

#include <optional>
#include <string>

#include "grammar/vocabulary.h"
#include "tools/compile_tools.h"

namespace keyway {

// As compile_tools. `file`: empty, or the cache, which is made where it is not there; it is passed over for options that bind no
// cache (cache_binding). `unwritten` becomes why it could not be written, which is no error of the tools.
// Requires: `schema` is what schema_options makes of the registry's options.
Result<CompiledTools> compile_tools_cached(TermArena& arena, Registry& registry, const SchemaOptions& schema, const std::string& file,
                                           const Vocabulary& vocabulary, std::optional<Error>& unwritten);

}  // namespace keyway
