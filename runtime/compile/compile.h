// From a text of some kind to a grammar bound to a tokenizer: what the C interface, the command line and the benchmarks share.
//
// Entry points: compile_grammar, CompiledGrammar. Kinds and options are those of runtime/keyway.h.
// Thread safety: any number of threads. Tested by tests/runtime/compile_test.cc.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "grammar/matcher.h"
#include "runtime/tokenizer/tokenizer.h"
#include "schemas/json_schema/compile.h"

namespace keyway {

struct CompiledGrammar {
  std::shared_ptr<Grammar> grammar;
  std::string report;  // JSON, by JSON Pointer: enforced, narrowed, ignored, refused
  size_t max_rollback = SIZE_MAX;  // tokens, from the options
};

// `options` is a JSON object in text; empty for the defaults. Errors: as the kind's front end, with its pointer;
// kInvalid for an unknown kind or option.
Result<CompiledGrammar> compile_grammar(const Tokenizer& tokenizer, std::string_view kind, std::string_view text,
                                        std::string_view options);

// The report as keyway_report and `keyway check --json` print it.
std::string report_json(const SchemaReport& report);

}  // namespace keyway
