// Dynamic scopes: the resources that evaluation went through, as far as dynamic references can tell.
//
// Entry points: DynamicScopes. A scope is an interned list of resources with dynamic anchors, outermost first, each once
// (a resource entered again is never the outermost). 0 is the empty scope: without dynamic anchors there is no other, and
// nothing is kept apart that a reference cannot tell apart.
// Complexity: the resources with dynamic anchors on the way. Thread safety: one thread at a time.
// Tested by tests/schemas/json_schema/references_test.cc.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "schemas/json_schema/documents.h"
#include "schemas/json_schema/intern.h"

namespace keyway::json_schema {

class DynamicScopes {
 public:
  DynamicScopes() { table_.intern(std::span<const uint32_t>()); }

  // The scope inside a resource that is entered from `scope`.
  uint32_t enter(uint32_t scope, const SchemaDocuments& documents, ResourceIndex resource);
  // The outermost resource with this dynamic anchor; empty where none has it.
  std::optional<ResourceIndex> outermost(uint32_t scope, const SchemaDocuments& documents,
                                         const std::string& anchor) const;

 private:
  InternTable table_;
};

}  // namespace keyway::json_schema
