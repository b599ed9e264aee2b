// Chat templates: a bounded interpreter of the Jinja2 language as transformers sets it up.
//
// Entry points: ChatTemplate::parse, ChatTemplate::render; TemplateInput (what a template sees), TemplateLimits.
// Set-up: immutable sandbox, trim_blocks, lstrip_blocks, loop controls, {% generation %}, raise_exception,
// strftime_now, and tojson without HTML escapes. README.md lists the language and what is refused by name.
// Invariant: work, memory, output and depth are counted, no clock is read but for strftime_now; no file, network or
// attribute of the host can be reached; nothing is thrown out of these calls.
// Tested by tests/tools/chat_template_*_test.cc.
#pragma once

#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grammar/error.h"
#include "schemas/json.h"

namespace keyway {

namespace chat {
struct Program;
}

// Defaults of everything that is counted; larger values accept more and cost more.
struct TemplateLimits {
  uint64_t template_bytes = 16u << 20;  // the text of a template, bytes
  uint32_t template_nodes = 1'000'000;  // syntax nodes of a template
  uint32_t syntax_depth = 200;          // nested blocks, and nested expressions
  uint64_t steps = 10'000'000;          // nodes evaluated, items visited, bytes read / 16 and moved / 64
  uint64_t live_bytes = 64u << 20;      // values alive at one time, bytes
  uint64_t output_bytes = 32u << 20;    // text written, with that of open macros and blocks, bytes
  uint32_t run_depth = 3'000;           // nested evaluations, through macros and recursive loops too
  uint32_t value_depth = 1'200;         // nesting of lists, tuples and dictionaries
};

// What a template sees. Handles must stay valid during render().
struct TemplateInput {
  Json messages;                  // an array of objects
  std::optional<Json> tools;      // without a value the variable is undefined; a JSON null is None
  std::optional<Json> documents;  // without a value: None, as transformers passes it
  bool add_generation_prompt = true;
  // Further variables: bos_token, eos_token, enable_thinking, ... A name given here hides one of the above.
  std::vector<std::pair<std::string, Json>> extra;
  std::optional<std::tm> now;     // local time for strftime_now; without a value the clock of the machine
};

// A parsed template. Cheap to copy (shared). Thread safety: immutable, render() may run on many threads at once.
class ChatTemplate {
 public:
  // Errors: kSyntax or kUnsupported with "line L, column C" (columns in bytes) as pointer; kLimit.
  // Complexity: O(n log n) in the bytes of the text.
  static Result<ChatTemplate> parse(std::string_view text, const TemplateLimits& limits = {});

  // The prompt. Errors carry the place in the template; an error that the template raised by raise_exception carries
  // its text as message and "raise_exception" as `given`.
  Result<std::string> render(const TemplateInput& input) const;

 private:
  explicit ChatTemplate(std::shared_ptr<const chat::Program> program);
  std::shared_ptr<const chat::Program> program_;
};

}  // namespace keyway
