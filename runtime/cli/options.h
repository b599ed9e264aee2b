// Options that commands share, with their help texts.
//
// Entry points: add_command, one add_ function a group of options. Invariant: an option means the same in every command.
// Tested by tests/runtime/cli_test.py.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "grammar/error.h"
#include "runtime/chat/tool_request.h"
#include "runtime/decode/decode.h"

namespace keyway::cli {

// What main() runs after parsing: the command that was named, and its exit code.
struct Program {
  bool json = false;
  std::function<Result<int>()> action;
};

// A subcommand with --json and an example at the end of its help.
CLI::App* add_command(CLI::App& app, Program& program, const std::string& name, const std::string& description,
                      const std::string& example);

struct ModelArguments {
  std::string model;      // empty: the embedded model
  std::string tokenizer;  // empty: that of the model
  std::string device = "cpu";
  uint32_t threads = 1;
};
void add_model_options(CLI::App& command, ModelArguments& arguments);

struct ToolArguments {
  std::string tools;   // a file or folder, with a namespace before it or not
  std::string caller;  // for the rules of a registry
  std::string choice = "auto";
  std::optional<uint32_t> parallel;
  std::string call_format = "hermes";  // a name, or a file; empty: found from the model
  std::string property_order = "declared";  // models reason better in the order that they were shown
  bool undeclared = false;  // members that no schema declares may be written where the schema leaves them open
  std::string whitespace = "flexible";
  std::string cache;  // a file, see ToolRequestOptions
  bool no_mask = false;
};
void add_call_format_option(CLI::App& command, std::string& call_format);
void add_tool_options(CLI::App& command, ToolArguments& arguments);
void add_layout_options(CLI::App& command, ToolArguments& arguments);
SchemaOptions layout_options(const ToolArguments& arguments, SchemaOptions base);
Result<ToolRequestOptions> tool_request_options(const ToolArguments& arguments);

void add_decode_options(CLI::App& command, DecodeOptions& options);
void add_no_mask(CLI::App& command, bool& no_mask);

}  // namespace keyway::cli
