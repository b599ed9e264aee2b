// The schema as checked nodes: every subschema that can be reached, its keywords, and what its references lead to.
//
// Entry points: SchemaNodes::read (reads, checks and reports), then the accessors. Later stages see no JSON but the
// values of keywords. Only what is reachable from the root is read: a broken definition that nothing refers to does no
// harm.
// Invariant after read() without refusal: every keyword value has its form, every reference is resolved, and no schema
// refers to itself without passing a property or an item (such a loop has no finite meaning and is refused).
// Thread safety: immutable after read(), but for enumeration(). Tested by tests/schemas/json_schema/compile_test.cc.
#pragma once

#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "grammar/flat_map.h"
#include "grammar/ids.h"
#include "grammar/stable_list.h"
#include "schemas/json.h"
#include "schemas/json_schema/compile.h"
#include "schemas/json_schema/documents.h"
#include "schemas/json_schema/keywords.h"
#include "schemas/json_schema/reporter.h"
#include "schemas/json_schema/scopes.h"

namespace keyway::json_schema {

using NodeId = Id<struct SchemaNodeTag>;
inline constexpr NodeId kNoNode{0xFFFFFFFFu};

// A keyword of a schema that says something about validity.
struct KeywordUse {
  Keyword keyword;
  Json value;
  // children(use): subschemas in the order of the text; kNoNode where an element is none. Of a reference what it leads to
  // where no scope says otherwise, and behind it whatever else a dynamic one may lead to.
  uint32_t first_child;
  uint32_t child_count;
};

struct SchemaNode {
  Json json;
  ResourceIndex resource = 0;
  Dialect dialect;
  uint32_t first_use = 0;
  uint32_t use_count = 0;
  bool is_made = false;     // by enumeration()
  uint32_t place = 0;       // of its resource's places
};

inline constexpr uint32_t kMostRememberedKeys = 64;  // past it undeclared members count as one

class SchemaNodes {
 public:
  explicit SchemaNodes(const SchemaOptions& options) : options_(options) {}

  // Reads everything reachable from the root of a resource and reports every keyword. Stops at nothing: every refusal is
  // listed. May be called again for another schema of the same documents, which shares no place with those before.
  // Requires: the documents outlive this. Ensures: without a refusal the nodes may be used.
  void read(SchemaDocuments& documents, ResourceIndex root, Reporter& reporter);

  // Of the schema that was read last; its nodes are those from the root on.
  NodeId root() const { return root_; }
  size_t size() const { return nodes_.size(); }
  const SchemaNode& node(NodeId id) const { return nodes_[id.value]; }
  // Valid as long as this: enumerations made later do not move it.
  std::span<const KeywordUse> uses(NodeId id) const {
    const SchemaNode& at = nodes_[id.value];
    if (at.is_made) return {&made_uses_[at.first_use], 1};
    return {uses_.data() + at.first_use, at.use_count};
  }
  // The use of that keyword in the schema; null where it has none.
  const KeywordUse* find(NodeId id, Keyword keyword) const;
  std::span<const NodeId> children(const KeywordUse& use) const {
    return {children_.data() + use.first_child, use.child_count};
  }
  // The scope inside the schema when it is reached from `scope`.
  uint32_t enter(uint32_t scope, NodeId id) {
    const SchemaNode& at = nodes_[id.value];
    return at.is_made ? 0 : scopes_.enter(scope, *documents_, at.resource);
  }
  // What a reference of the schema leads to in the scope inside it. Requires: kRef, kDynamicRef or kRecursiveRef.
  NodeId target(NodeId id, const KeywordUse& use, uint32_t scope) const;
  // Whether texts let undeclared keys be remembered (key_recorder.h): JSON.
  bool spells_arguments() const { return options_.arguments != nullptr; }
  bool remembers_keys() const { return !options_.arguments; }
  // From the root of its document.
  std::string pointer(NodeId id) const {
    const SchemaNode& at = nodes_[id.value];
    return documents_->resource(at.resource).places->pointer(at.place);
  }
  // Among the places of its schema.
  uint32_t place(NodeId id) const { return nodes_[id.value].place; }

  // A schema of the one keyword `enum` with this JSON array; equal texts give equal ids. kNoNode where it is not JSON.
  NodeId enumeration(NodeId beside, const std::string& values);

 private:
  NodeId add_made(NodeId beside, Keyword keyword, Json value);
  NodeId node_at(const SchemaPlace& place);
  NodeId child_at(NodeId parent, Json json, const KeywordRow& row, Json holder, uint32_t child);
  NodeId add_node(uint32_t document, const SchemaNode& node);
  void read_node(NodeId id);
  void read_keyword(NodeId id, size_t member, bool beside_reference);
  void read_children(NodeId id, const KeywordRow& row, Json value, KeywordUse& use);
  void read_reference(NodeId id, const KeywordRow& row, KeywordUse& use);
  void read_dynamic(NodeId id, const KeywordUse& use, const SchemaPlace& target);
  bool add_dynamic_targets();
  void refuse_loops();

  const SchemaOptions& options_;
  // A reference whose target depends on the scope: the keyword's place among uses_ and the anchor it looks for.
  struct DynamicUse {
    uint32_t use;
    std::string anchor;
    std::vector<NodeId> targets;  // beside the first
  };

  SchemaDocuments* documents_ = nullptr;
  DynamicScopes scopes_;
  std::vector<DynamicUse> dynamic_uses_;
  size_t first_dynamic_use_ = 0;  // of the schema that is read
  std::unordered_map<uint32_t, uint32_t> dynamic_nodes_;  // node to its dynamic use
  std::map<ResourceIndex, bool> entered_;       // resources that a node that is read lies in
  Reporter* reporter_ = nullptr;
  NodeId root_{0};
  std::vector<SchemaNode> nodes_;
  std::string steps_;  // of child_at(), kept for its memory
  std::vector<KeywordUse> uses_;
  StableList<KeywordUse> made_uses_;
  std::vector<NodeId> children_;
  FlatMap<NodeId> by_place_;  // (document << 32 | value id)
  std::unordered_map<std::string, NodeId> enumerations_;
  std::vector<JsonDocument> made_documents_;  // of enumerations
};

// Whether the subschemas of the keyword see the same instance, or must be known before it (propertyNames).
bool is_in_place(Keyword keyword);
bool is_reference(Keyword keyword);

}  // namespace keyway::json_schema
