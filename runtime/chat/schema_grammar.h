// A JSON Schema as the grammar of whole answers.
//
// Entry points: schema_grammar. Tested by tests/runtime/cli_test.py.
#pragma once

#include <memory>

#include "grammar/matcher.h"
#include "schemas/json_schema/compile.h"

namespace keyway {

// Errors: the first refusal of the schema, with its JSON Pointer; those of Grammar::create.
Result<std::shared_ptr<Grammar>> schema_grammar(const JsonDocument& document,
                                                std::shared_ptr<const Vocabulary> vocabulary,
                                                const SchemaOptions& options = {}, const Limits& limits = {});

}  // namespace keyway
