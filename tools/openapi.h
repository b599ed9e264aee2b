// OpenAPI 3 and Swagger 2 documents as tool lists.
//
// Entry points: openapi_tool_list. Invariant: the result is a tool list with one entry an operation, in the order of the
// document; references stay references, to copies of the components under $defs of each tool that needs them.
// Tested by tests/tools/import_tools_test.cc.
#pragma once

#include <string>

#include "grammar/error.h"
#include "schemas/json.h"

namespace keyway {

// {"tools": [{"name", "description", "parameters"}...]} with names as the document has them. An operation that cannot be
// told as a tool has a "parameters" that says so by being no object, and is refused by the reader of lists.
// Errors: kInvalid where "paths" is no object; kLimit where the copies of components grow past `limit_bytes`.
Result<std::string> openapi_tool_list(Json document, uint64_t limit_bytes);

}  // namespace keyway
