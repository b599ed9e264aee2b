// OpenAPI 3 and Swagger 2 documents as tool lists.
//
// Entry points: openapi_operations. Invariant: one element an operation, in the order of the document; nothing that an
// operation takes is left out of its tool, and what cannot be told as a tool is an error with its place. References stay
// references, to copies of what they name under $defs of each tool that needs them.
// Tested by tests/tools/import_tools_test.cc.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "grammar/error.h"
#include "schemas/json.h"

namespace keyway {

struct OpenApiOperation {
  std::string name;     // operationId, or made of method and path
  std::string pointer;  // of the operation in the document
  std::string entry;    // {"name", "description", "parameters"}, JSON
  std::optional<Error> error;
};

// Schemas are written as 2020-12 means them: `nullable` joins the type, an exclusive bound that is true takes the place of
// its bound, and a property that is only read is not required, since arguments are what is sent.
// Errors: kInvalid where "paths" is no object; kLimit where the copies of components grow past `limit_bytes`.
Result<std::vector<OpenApiOperation>> openapi_operations(Json document, uint64_t limit_bytes);

}  // namespace keyway
