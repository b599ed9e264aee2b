// What commands read: files, standard input, the model.
//
// Entry points: read_text_file, read_standard_input, read_conversation, open_call_format, open_model, find_model_folder.
// Invariant: no input is read past its limit in bytes; an error names the file. Tested by tests/runtime/cli_test.py.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "grammar/budget.h"
#include "grammar/error.h"
#include "runtime/chat/loaded_model.h"
#include "runtime/cli/options.h"
#include "schemas/json.h"

namespace keyway::cli {

// Errors: kNotFound, kIo, kLimit with the path as pointer.
Result<std::string> read_text_file(const std::string& path, uint64_t limit_bytes = Limits().document_bytes);
Result<std::string> read_standard_input(uint64_t limit_bytes = Limits().document_bytes);

// The text of --tools: a tool list as it is; folders, NAMESPACE=PATH and files of other formats as one registry.
struct ToolText {
  std::string text;
  std::vector<Error> missing;  // tools of the files that are refused and not in `text`, and pages that are not here
};
// Errors: those of read_text_file and read_registry_set.
Result<ToolText> read_tools(const ToolArguments& arguments, const CallFormat& format);

// A call format by its name or in a file (a path with a slash, or that ends in .json); without a name that of the model.
// Errors: those of read_text_file, read_call_format, shipped_call_format and model_call_format.
Result<std::shared_ptr<const CallFormat>> open_call_format(const std::string& named, const Tokenizer* model = nullptr);

// The error with the file's name before its place.
Error in_file(Error error, const std::string& path);

struct Conversation {
  JsonDocument document;
  Json messages;  // a value of `document`
};
// Either a prompt or a file of messages. Errors: kInvalid where both or none are given.
Result<Conversation> read_conversation(const std::string& prompt, const std::string& messages_path);

// --model, else KEYWAY_MODEL, else the embedded model beside the installed program or in the source tree.
Result<std::filesystem::path> find_model_folder(const std::string& given);

// Loads with progress on a terminal. Errors: kUnsupported for a device that this build has not.
Result<LoadedModel> open_model(const ModelArguments& arguments);

}  // namespace keyway::cli
