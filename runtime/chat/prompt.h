// Messages and tools to the prompt text, by the model's own chat template.
//
// Entry points: user_message, read_messages, render_prompt. Invariant: nothing is added to what the template writes.
// Thread safety: free functions. Tested by tests/runtime/cli_test.py.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "grammar/error.h"
#include "runtime/chat/loaded_model.h"
#include "schemas/json.h"
#include "tools/tool.h"

namespace keyway {

// A conversation of one user turn. Errors: kSyntax for text that is not UTF-8.
Result<JsonDocument> user_message(std::string_view text);

// The array of messages in a text that is one, or an object with "messages". Errors: parse_json's; kInvalid.
// The result is a value of `document`.
Result<Json> read_messages(const JsonDocument& document);

// Errors: kNotFound for a model without template; those of the template.
Result<std::string> render_prompt(const LoadedModel& model, Json messages, const std::vector<const Tool*>& tools);

}  // namespace keyway
