// Prompts by chat template; see prompt.h. Tested by tests/runtime/cli_test.py.
#include "runtime/chat/prompt.h"

namespace keyway {

Result<JsonDocument> user_message(std::string_view text) {
  return parse_json("[{\"role\": \"user\", \"content\": " + json_quote(text) + "}]");
}

Result<Json> read_messages(const JsonDocument& document) {
  Json messages = document.root();
  std::string pointer;
  if (messages.is_object()) {
    const auto member = messages.find("messages");
    if (!member) return fail(ErrorCode::kInvalid, "there are no messages", "", "an object", "an array, or {\"messages\": [...]}");
    messages = *member;
    pointer = "/messages";
  }
  if (!messages.is_array()) {
    return fail(ErrorCode::kInvalid, "messages are an array", pointer, std::string(json_kind_name(messages.kind())),
                "array");
  }
  if (messages.size() == 0) return fail(ErrorCode::kInvalid, "there is no message", pointer, "[]", "at least one message");
  for (size_t i = 0; i < messages.size(); ++i) {
    const std::string place = pointer_append(pointer, i);
    if (!messages.at(i).is_object()) {
      return fail(ErrorCode::kInvalid, "a message is an object", place,
                  std::string(json_kind_name(messages.at(i).kind())), "{\"role\", \"content\"}");
    }
    const auto role = messages.at(i).find("role");
    if (!role || !role->is_string()) {
      return fail(ErrorCode::kInvalid, "a message has a role", place, role ? to_json_text(*role) : "nothing",
                  "\"role\": a string");
    }
  }
  return messages;
}

Result<std::string> render_prompt(const LoadedModel& model, Json messages, const std::vector<const Tool*>& tools) {
  if (!model.chat_template) return fail(ErrorCode::kNotFound, "the model has no chat template", "chat_template");
  std::string list;
  for (const Tool* tool : tools) list += (list.empty() ? "[" : ", ") + tool_template_json(*tool);
  const Result<JsonDocument> tools_document = parse_json(list.empty() ? "null" : list + "]");
  if (!tools_document.ok()) return tools_document.error();
  const Tokenizer& tokenizer = *model.tokenizer;
  std::vector<std::pair<std::string, JsonDocument>> extras;
  for (const auto& [name, spelling] : {std::pair{"bos_token", tokenizer.bos_token()},
                                       {"eos_token", tokenizer.eos_token()},
                                       {"pad_token", tokenizer.pad_token()},
                                       {"unk_token", tokenizer.unk_token()}}) {
    if (!spelling.empty()) extras.emplace_back(name, *parse_json(json_quote(spelling)));
  }
  TemplateInput input;
  input.messages = messages;
  input.tools = tools_document->root();
  for (const auto& [name, document] : extras) input.extra.emplace_back(name, document.root());
  return model.chat_template->render(input);
}

}  // namespace keyway
