// Tool lists of others as a registry file of ours: read, chosen, renamed, pinned.
//
// Entry points: import_tools, registry_text, content_hash.
// Read are what read_tool_list reads, and
//   - OpenAPI 3 and Swagger 2 documents: an operation is a tool, its name the operationId or "get_pets_id", its arguments
//     the parameters by name and "body" for a body of JSON; component schemas that it refers to go along as $defs;
//   - mcp.json-style files ({"mcpServers": {...}} or {"servers": {...}}): the "tools" that a server's entry holds, named
//     SERVER__TOOL. A server without them is an entry with an error: its tools are the answer of its tools/list.
// Invariant: every entry of the list is in the result, in order, with its tool, or its error, or why it was left out.
// Tested by tests/tools/import_tools_test.cc.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "grammar/budget.h"
#include "grammar/error.h"
#include "schemas/json.h"

namespace keyway {

// Applied in this order: allow, deny (RE2, the whole given name), rename (given name to name), prefix.
struct ImportOptions {
  std::vector<std::string> allow;  // empty: all
  std::vector<std::string> deny;
  std::vector<std::pair<std::string, std::string>> rename;  // a name that the list does not have is an error
  std::string prefix;
};

struct ImportedTool {
  std::string given_name;  // in the list; may be empty where there is none
  std::string name;        // in the registry
  std::string entry;       // {"name", "description", "parameters"}, JSON; empty where the tool is refused or left out
  bool excluded = false;   // by allow or deny
  Error error;             // where `entry` is empty: why
  std::string pointer;     // of the entry in the list
  std::string parameters_pointer;  // of its parameters there
};

struct ImportedList {
  std::string format;  // "tool list", "registry", "openapi", "mcp.json"
  std::vector<ImportedTool> tools;
  std::vector<Error> incomplete;  // lists that say themselves that they are one page of several
};

// Errors: those of parse_json; kInvalid where the text is no list; kSyntax for a pattern; kNotFound for a rename.
Result<ImportedList> import_tools(std::string_view text, const ImportOptions& options, const Limits& limits = {});

// A registry file with the usable tools, one a line, and their content hash. `from` says what it was imported from.
std::string registry_text(const ImportedList& list, std::string_view from);

// "sha256:" and the hash of an array of tools, as compact JSON with members in their order: white space does not count.
std::string content_hash(Json tools);

}  // namespace keyway
