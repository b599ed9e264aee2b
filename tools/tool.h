// One tool: what a model may call.
//
// Entry points: Tool, tool_template_json. Invariant: every Json handle of a Tool lies in a document that the Tool owns,
// so a Tool may outlive the list that it was read from.
// Thread safety: a value; immutable once read.
// Tested by tests/tools/tool_list_test.cc.
#pragma once

#include <string>
#include <vector>

#include "schemas/json.h"

namespace keyway {

// Who wrote the entry: which member holds the schema.
enum class ToolDialect : uint8_t {
  kOpenAi,     // {"type": "function", "function": {"name", "description", "parameters"}}
  kFlat,       // {"name", "description", "parameters"}: OpenAI's responses form, and Keyway's registry
  kMcp,        // {"name", "description", "inputSchema"}
  kAnthropic,  // {"name", "description", "input_schema"}
};

struct Tool {
  std::string name;         // UTF-8; empty where the entry has none that is a string
  std::string description;  // may be empty
  Json parameters;          // the schema of the arguments; always an object
  std::vector<std::string> tags;
  bool enabled = true;
  ToolDialect dialect = ToolDialect::kFlat;
  std::string pointer;             // JSON Pointer of the entry in its list, for example "/tools/3"
  std::string parameters_pointer;  // of the schema in that list; where there is none, that of the entry
  std::vector<std::string> callers;  // of a registry: RE2 patterns of those who may call; empty: all
  Json raw;                        // the entry as it stands, members that Keyway does not know included
  JsonDocument document;           // owns raw
  JsonDocument parameters_document;  // owns parameters
};

// The entry as chat templates expect it, {"type": "function", "function": {...}}: an OpenAI entry word for word, others
// with name, description and parameters.
std::string tool_template_json(const Tool& tool);

}  // namespace keyway
