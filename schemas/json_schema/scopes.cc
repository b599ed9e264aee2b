// Dynamic scopes; see scopes.h.
#include "schemas/json_schema/scopes.h"

#include <algorithm>

namespace keyway::json_schema {

uint32_t DynamicScopes::enter(uint32_t scope, const SchemaDocuments& documents, ResourceIndex resource) {
  if (!documents.has_dynamic_anchors() || documents.resource(resource).dynamic_anchors.empty()) return scope;
  const std::span<const uint32_t> outer = table_.words(scope);
  if (std::find(outer.begin(), outer.end(), resource) != outer.end()) return scope;
  // A resource whose anchors all have an outer bearer is never asked for.
  bool adds = false;
  for (const auto& [name, place] : documents.resource(resource).dynamic_anchors) {
    adds = adds || !outermost(scope, documents, name);
  }
  if (!adds) return scope;
  std::vector<uint32_t> words(outer.begin(), outer.end());
  words.push_back(resource);
  return table_.intern(std::move(words)).first;
}

std::optional<ResourceIndex> DynamicScopes::outermost(uint32_t scope, const SchemaDocuments& documents,
                                                      const std::string& anchor) const {
  for (uint32_t resource : table_.words(scope)) {
    if (documents.resource(resource).dynamic_anchors.contains(anchor)) return resource;
  }
  return std::nullopt;
}

}  // namespace keyway::json_schema
