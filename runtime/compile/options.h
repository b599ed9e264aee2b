// The options of compile_grammar, read from JSON once and checked by name.
//
// Entry points: read_compile_options. Tested by tests/runtime/options_test.cc and c_api_test.cc.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "grammar/budget.h"
#include "schemas/json_schema/compile.h"
#include "tools/call_format.h"

namespace keyway {

enum class Reasoning : uint8_t {
  kFormat,  // a reasoning section may come first where the call format has one
  kNone,    // no reasoning section
  kOpen,    // the prompt has opened the reasoning section: the answer begins inside it
};

struct CompileOptions {
  std::vector<TokenId> stop_tokens;  // empty: the tokenizer's
  size_t vocab_size = 0;             // padded width of the model's output; 0: the tokenizer's
  size_t max_rollback = SIZE_MAX;    // tokens
  Limits limits;
  SchemaOptions schema;                 // json_schema; tools: of the arguments. `formats` is below
  std::optional<FormatPolicy> formats;  // without: json_schema asserts, tools annotate
  std::string dialect;                  // regex, lark; empty: the kind's default
  std::vector<std::pair<std::string, std::string>> named_grammars;  // lark: what @name stands for
  std::string root;                     // gbnf, ebnf; empty: "root"
  std::string call_format = "hermes";   // "model": found from the model's chat template
  std::shared_ptr<const CallFormat> format;  // what "model" is; set by compile_grammar
  std::string tool_choice = "auto";
  std::string cache;                    // tools: a file that keeps verdicts between processes (tools/compiled_cache.h); empty: none
  std::optional<uint32_t> parallel;     // most calls in one answer; without: the registry's, else any number
  Reasoning reasoning = Reasoning::kFormat;
  uint32_t max_reasoning_tokens = kUnbounded;  // of a reasoning section, its end included
};

// Errors: kSyntax for text that is no JSON; kInvalid for an option that does not exist or a value it does not take, with
// a JSON Pointer into the options.
Result<CompileOptions> read_compile_options(std::string_view text);

}  // namespace keyway
