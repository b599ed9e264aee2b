// Tool lists as users hand them over, read as they are.
//
// Entry points: read_tool_list. Read are: an OpenAI `tools` array or a body that holds one, the result of MCP's
// tools/list (bare, as {"tools": [...]}, or in its JSON-RPC envelope), Anthropic's list, a mixture of them, and the
// "tools" of a registry file, whose other members registry_file.h reads.
// Invariant: every entry of the list is in the result, in order, good or bad; a bad one carries its Error and does not
// touch the others. Members that Keyway does not know stay in Tool::raw.
// Tested by tests/tools/tool_list_test.cc.
#pragma once

#include <optional>
#include <vector>

#include "tools/tool.h"

namespace keyway {

struct ToolListEntry {
  Tool tool;                   // what could be read of it
  std::optional<Error> error;  // why it cannot be used; pointer is its place in the list
};

struct ToolList {
  JsonDocument document;
  std::string place;         // of the array of tools: its JSON Pointer, or line and column where it is the whole text
  bool is_registry = false;  // a registry file: document.root() holds "keyway_registry"
  std::vector<ToolListEntry> entries;
  // MCP gives tools/list in pages: an answer with a cursor for the next one is not the whole list, and this says so.
  std::optional<Error> incomplete;
};

// That error for who holds the array of tools, if it has a cursor; `pointer`: of the holder.
std::optional<Error> pages_missing(Json holder, const std::string& pointer);

// Errors: those of parse_json; kInvalid where the text is no tool list.
// Complexity: O(n log n) in the bytes of the text, no recursion.
Result<ToolList> read_tool_list(std::string_view text, const Limits& limits = {});

}  // namespace keyway
