// Tools of one request: the registry, the grammar of its answers, and what reads them.
//
// Entry points: ToolRequest::create. Invariant: the grammar and the parser come from
// one bound call format and one list of callable tools, so that an answer of the grammar is always read.
// Thread safety: immutable after create(), but for the grammar, which locks. Tested by tests/runtime/cli_test.py.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "grammar/matcher.h"
#include "tools/call_parser.h"
#include "tools/compile_tools.h"
#include "tools/loop_guard.h"
#include "tools/registry.h"
#include "tools/tool_grammar.h"

namespace keyway {

struct ToolRequestOptions {
  ToolChoice choice;
  std::optional<uint32_t> max_calls;  // without a value the registry's, else any number
  SchemaOptions schema = tool_schema_options();  // what the registry does not say
  std::shared_ptr<const CallFormat> format;  // null: Hermes
  std::string caller;  // for the registry's rules of callers
  std::vector<LoopGuard::Call> excluded;  // calls that the answer may not hold
  bool masked = true;  // false: no grammar is made
  Limits limits;
  std::string cache;  // a file that keeps what compiling tells between processes (tools/compiled_cache.h); empty: none
};

struct ToolRequest {
  // Without `tools_text` there are no tools. Requires: `vocabulary` is the model's.
  // Errors: the registry's; kInvalid or kNotFound for the choice; those of tool_grammar and Grammar::create.
  static Result<ToolRequest> create(std::optional<std::string_view> tools_text,
                                    std::shared_ptr<const Vocabulary> vocabulary, const ToolRequestOptions& options);

  Registry registry;  // empty without tools; a tool whose schema is refused is refused here
  std::shared_ptr<const CallParserPlan> plan;
  std::shared_ptr<Grammar> grammar;  // null where not masked
  std::optional<Error> cache_unwritten;  // why the cache kept nothing
};

}  // namespace keyway
