// Reading what commands need; see inputs.h. Tested by tests/runtime/cli_test.py.
#include "runtime/cli/inputs.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include "runtime/chat/model_call_format.h"
#include "runtime/chat/prompt.h"
#include "runtime/cli/terminal.h"
#include "tools/registry_set.h"

namespace keyway::cli {
namespace {

Result<std::string> read_stream(std::istream& stream, const std::string& name, uint64_t limit_bytes) {
  std::string text;
  char buffer[1 << 16];
  while (stream.read(buffer, sizeof buffer) || stream.gcount() > 0) {
    text.append(buffer, static_cast<size_t>(stream.gcount()));
    if (text.size() > limit_bytes) {
      return fail(ErrorCode::kLimit, "the input is too long", name, "more than " + std::to_string(limit_bytes) + " bytes",
                  std::to_string(limit_bytes) + " bytes");
    }
  }
  if (stream.bad()) return fail(ErrorCode::kIo, "the input cannot be read", name);
  return text;
}

// OpenAPI documents and mcp.json-style files.
bool is_other_format(Json root) {
  if (!root.is_object() || root.find("tools")) return false;
  return root.find("openapi") || root.find("swagger") || root.find("mcpServers") || root.find("servers");
}

}  // namespace

Result<std::string> read_text_file(const std::string& path, uint64_t limit_bytes) {
  std::error_code code;
  const auto status = std::filesystem::status(path, code);
  if (!std::filesystem::exists(status)) return fail(ErrorCode::kNotFound, "there is no such file", path);
  if (std::filesystem::is_directory(status)) return fail(ErrorCode::kIo, "this is a folder, not a file", path);
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return fail(ErrorCode::kIo, "the file cannot be opened: " + std::string(std::strerror(errno)), path);
  return read_stream(stream, path, limit_bytes);
}

Result<std::shared_ptr<const CallFormat>> open_call_format(const std::string& named, const Tokenizer* model) {
  if (named.empty() && model != nullptr) {
    auto found = model_call_format(*model);
    if (!found.ok()) return found.error();
    return std::move(found->format);
  }
  if (named.find('/') == std::string::npos && !named.ends_with(".json")) return shipped_call_format(named);
  const auto text = read_text_file(named);
  if (!text.ok()) return text.error();
  auto format = read_call_format(*text);
  if (!format.ok()) return in_file(format.error(), named);
  return format;
}

Result<ToolText> read_tools(const ToolArguments& arguments, const CallFormat& format) {
  std::error_code code;
  if (!std::filesystem::exists(arguments.tools, code) && arguments.tools.find('=') == std::string::npos) {
    return read_text_file(arguments.tools).error();  // there is no such file
  }
  if (std::filesystem::is_regular_file(arguments.tools, code)) {
    auto read = read_text_file(arguments.tools);
    if (!read.ok()) return read.error();
    const auto document = parse_json(*read);
    // What is no JSON is told by who reads the list.
    if (!document.ok() || document->root().is_array() || !is_other_format(document->root())) return ToolText{std::move(*read), {}};
  }
  auto set = read_registry_set({parse_registry_source(arguments.tools)}, format, {arguments.caller});
  if (!set.ok()) return set.error();
  ToolText tools{std::move(set->text), std::move(set->incomplete)};
  for (LeftOut& one : set->left_out) {
    if (one.status != ToolStatus::kRefused) continue;
    if (one.error.message.rfind("tool ", 0) != 0) one.error.message = "tool " + json_quote(one.name) + ": " + one.error.message;
    tools.missing.push_back(std::move(one.error));
  }
  return tools;
}

Result<std::string> read_standard_input(uint64_t limit_bytes) {
  return read_stream(std::cin, "standard input", limit_bytes);
}

Error in_file(Error error, const std::string& path) {
  error.pointer = error.pointer.empty() ? path : path + ": " + error.pointer;
  return error;
}

Result<Conversation> read_conversation(const std::string& prompt, const std::string& messages_path) {
  if (prompt.empty() == messages_path.empty()) {
    return fail(ErrorCode::kInvalid, prompt.empty() ? "nothing is asked" : "a prompt and messages exclude each other", "",
                "", "a prompt, or --messages FILE");
  }
  Conversation conversation;
  if (!prompt.empty()) {
    auto document = user_message(prompt);
    if (!document.ok()) return fail(ErrorCode::kSyntax, "the prompt is not UTF-8", "prompt", prompt);
    conversation.document = *document;
  } else {
    const auto text = read_text_file(messages_path);
    if (!text.ok()) return text.error();
    auto document = parse_json(*text);
    if (!document.ok()) return in_file(document.error(), messages_path);
    conversation.document = *document;
  }
  auto messages = read_messages(conversation.document);
  if (!messages.ok()) return in_file(messages.error(), messages_path);
  conversation.messages = *messages;
  return conversation;
}

Result<std::filesystem::path> find_model_folder(const std::string& given) {
  if (!given.empty()) return std::filesystem::path(given);
  if (const char* named = std::getenv("KEYWAY_MODEL"); named != nullptr && *named != '\0') {
    return std::filesystem::path(named);
  }
  std::error_code code;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", code).parent_path();
  std::string looked;
  for (const char* place : {"../share/keyway/models/keyway-tiny", "../examples/models/keyway-tiny"}) {
    const auto folder = (program / place).lexically_normal();
    if (std::filesystem::exists(folder / "config.json", code)) return folder;
    looked += (looked.empty() ? "" : ", ") + folder.string();
  }
  return fail(ErrorCode::kNotFound, "the embedded model is not there; name one with --model or KEYWAY_MODEL", looked);
}

Result<LoadedModel> open_model(const ModelArguments& arguments) {
  if (arguments.device != "cpu") {
    return fail(ErrorCode::kUnsupported, "this build has no such device", "--device", arguments.device, "cpu");
  }
  const auto folder = find_model_folder(arguments.model);
  if (!folder.ok()) return folder.error();
  ProgressBar progress("loading");
  progress.show(0, 1);
  LoadOptions options;
  options.tokenizer = arguments.tokenizer;
  options.threads = arguments.threads;
  return load_model(*folder, options);
}

}  // namespace keyway::cli
