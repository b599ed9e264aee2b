// The options of compile_grammar, read from JSON once and checked by name.
//
// Entry points: read_compile_options. Tested by tests/runtime/compile_test.cc.
#pragma once

#include <string>
#include <vector>

#include "grammar/budget.h"
#include "grammar/regex_parser.h"
#include "schemas/json_schema/compile.h"

namespace keyway {

struct CompileOptions {
  std::vector<TokenId> stop_tokens;  // empty: the tokenizer's
  size_t vocab_size = 0;             // padded width of the model's output; 0: the tokenizer's
  size_t max_rollback = SIZE_MAX;    // tokens
  Limits limits;
  SchemaOptions schema;
  RegexDialect dialect = RegexDialect::kEcma;
  std::string call_format = "hermes";
  std::string tool_choice = "auto";
  uint32_t parallel = kUnbounded;  // most calls in one answer; kUnbounded: as many as the format permits
};

// Errors: kSyntax for text that is no JSON; kInvalid for an option that does not exist or a value it does not take, with
// a JSON Pointer into the options.
Result<CompileOptions> read_compile_options(std::string_view text);

}  // namespace keyway
