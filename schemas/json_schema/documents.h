// The schema documents of one compilation, the resources in them ($id, $anchor), and what a reference leads to.
//
// Entry points: SchemaDocuments. A resource is a schema with a URI of its own: the root of a document, or a subschema
// with $id. Only places that the drafts define as schemas are searched for $id and anchors, so that a name inside an
// enum or a default names nothing.
// Invariant: nothing is fetched; a URI that was not given does not exist.
// Tested by tests/schemas/json_schema/references_test.cc.
#pragma once

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "grammar/error.h"
#include "schemas/json.h"
#include "schemas/json_schema/dialect.h"
#include "schemas/json_schema/schema_places.h"

namespace keyway::json_schema {

using ResourceIndex = uint32_t;

// A place in a document.
struct SchemaPlace {
  Json json;
  ResourceIndex resource = 0;
  uint32_t place = 0;  // of SchemaResource::places: from the root of the document; behind "URI#" for others than the first
};

struct SchemaResource {
  uint32_t document = 0;
  std::shared_ptr<const SchemaPlaces> places;  // of all resources of the schema
  std::string uri;  // without fragment; may be empty
  Dialect dialect;
  SchemaPlace root;
  std::unordered_map<std::string, SchemaPlace> anchors;
  // Each is in `anchors` too, but for kRecursiveAnchorName, which is the root of a resource with $recursiveAnchor.
  std::unordered_map<std::string, SchemaPlace> dynamic_anchors;
};

inline constexpr const char* kRecursiveAnchorName = "#";  // no $dynamicAnchor is written so

class SchemaDocuments {
 public:
  // Requires: the metaschemas outlive this.
  explicit SchemaDocuments(const Metaschemas& metaschemas) : metaschemas_(metaschemas) {}

  // From here on the URIs of the documents before name nothing: the next document is one of another schema, and the first
  // of it. Places and resources stay.
  void begin_schema() {
    by_uri_.clear();
    ambiguous_uris_.clear();
    places_ = std::make_shared<SchemaPlaces>();
    begins_ = true;
  }

  // Of the schema that was begun last. Never changed once it was read.
  const std::shared_ptr<SchemaPlaces>& places() const { return places_; }

  // Adds a document and its resources. Requires: begin_schema was called. `uri` is where it is found; a $id in it names it as well.
  // Errors: kInvalid for an $id that is none, or an anchor that two places of a resource bear; kUnsupported for a
  // metaschema that requires an unknown vocabulary.
  Status add(std::string uri, JsonDocument document, Json root, Draft draft);

  const SchemaResource& resource(ResourceIndex index) const { return resources_[index]; }
  size_t resource_count() const { return resources_.size(); }
  bool has_dynamic_anchors() const { return has_dynamic_anchors_; }

  // What `reference`, written in resource `from`, leads to. A shipped metaschema is added when it is first referred to.
  // Errors (pointer is left empty): kNotFound, kInvalid.
  Result<SchemaPlace> resolve(ResourceIndex from, std::string_view reference);

  // The resource that a subschema of `outer` belongs to: its own where it has an $id.
  ResourceIndex resource_of(Json json, ResourceIndex outer) const {
    const auto found = resource_at_.find(uint64_t{resources_[outer].document} << 32 | json.id());
    return found == resource_at_.end() ? outer : found->second;
  }

  // The document that a resource lies in, as a number; for maps of places.
  uint32_t document_of(ResourceIndex index) const { return resources_[index].document; }

 private:
  struct Pending {
    SchemaPlace place;
    Dialect dialect;
  };
  Status index_schema(Pending& pending, std::vector<Pending>& stack, bool is_root);
  Status enter_resource(Pending& pending, std::string_view id, bool is_root);
  Status settle_dialect(Pending& pending) const;
  Status add_anchors(const Pending& pending);
  void push_subschemas(const Pending& pending, std::vector<Pending>& stack);
  Result<SchemaPlace> follow_pointer(const SchemaPlace& from, std::string_view fragment);
  std::string pointer_of(const Pending& pending, std::string_view keyword) const {
    return pointer_append(places_->pointer(pending.place.place), keyword);
  }

  const Metaschemas& metaschemas_;
  std::vector<JsonDocument> documents_;
  std::vector<SchemaResource> resources_;
  std::unordered_map<std::string, ResourceIndex> by_uri_;
  std::unordered_set<std::string> ambiguous_uris_;
  std::unordered_map<uint64_t, ResourceIndex> resource_at_;  // (document << 32 | value id) of resource roots
  bool has_dynamic_anchors_ = false;
  std::vector<Json> values_;            // of names_nothing(), kept for its memory
  std::shared_ptr<SchemaPlaces> places_;
  bool begins_ = true;  // the next document is the first of a schema
};

}  // namespace keyway::json_schema
