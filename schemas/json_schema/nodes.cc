// Reading schemas into checked nodes; see nodes.h.
#include "schemas/json_schema/nodes.h"

#include <algorithm>

#include "schemas/json_schema/check.h"
#include "schemas/json_schema/formats.h"
#include "schemas/json_schema/uri.h"

namespace keyway::json_schema {
namespace {

constexpr std::string_view kExponents = "numbers written with an exponent";
constexpr std::string_view kLaterExponents =
    "arrays of more than 1000 items, and those with a number that is written with an exponent after another number";

// What the keyword leaves out of its valid instances; empty where it leaves out nothing.
std::string_view excluded_by(const KeywordRow& row, Json value, Draft draft) {
  switch (row.keyword) {
    case Keyword::kType: {
      if (draft == Draft::k4) return "";  // an integer of draft 4 has neither point nor exponent
      bool integer = value.is_string() && value.string() == "integer";
      for (size_t i = 0; value.is_array() && i < value.size(); ++i) {
        if (value.at(i).string() == "number") return "";
        integer = integer || value.at(i).string() == "integer";
      }
      return integer ? "integers written with a fraction and an exponent, or with a negative exponent" : "";
    }
    case Keyword::kMinimum:
    case Keyword::kMaximum:
    case Keyword::kExclusiveMinimum:
    case Keyword::kExclusiveMaximum:
    case Keyword::kMultipleOf: return value.is_boolean() ? "" : kExponents;
    case Keyword::kUniqueItems: return value.is_true() ? kLaterExponents : "";
    case Keyword::kConst: return value.is_number() ? kExponents : "";
    case Keyword::kEnum:
      for (size_t i = 0; i < value.size(); ++i) {
        if (value.at(i).is_number()) return kExponents;
      }
      return "";
    case Keyword::kFormat: return find_format(value.string(), draft)->excludes;
    case Keyword::kContent: return find_content(value.string())->excludes;
    default: return "";
  }
}

// The format asserts something: it is known, and formats are asserted.
bool asserts_format(Json value, FormatPolicy policy, Draft draft) {
  return policy == FormatPolicy::kAssert && (!value.is_string() || find_format(value.string(), draft) != nullptr);
}

// Draft 7 leaves it to the implementation whether these two assert; later drafts say that they do not.
bool is_content_assertion(std::string_view name, Json value) {
  if (!value.is_string()) return false;
  return (name == "contentMediaType" && value.string() == kJsonContent) ||
         (name == "contentEncoding" && value.string() == kBase64Content);
}

bool is_map(KeywordForm form) { return form == KeywordForm::kSchemaMap || form == KeywordForm::kSchemaOrStringsMap; }

}  // namespace

bool is_reference(Keyword keyword) {
  return keyword == Keyword::kRef || keyword == Keyword::kDynamicRef || keyword == Keyword::kRecursiveRef;
}

bool is_in_place(Keyword keyword) {
  switch (keyword) {
    case Keyword::kAllOf:
    case Keyword::kAnyOf:
    case Keyword::kOneOf:
    case Keyword::kNot:
    case Keyword::kIf:
    case Keyword::kThen:
    case Keyword::kElse:
    case Keyword::kRef:
    case Keyword::kDynamicRef:
    case Keyword::kRecursiveRef:
    case Keyword::kDependentSchemas:
    case Keyword::kPropertyNames:
    case Keyword::kDependencies: return true;
    default: return false;
  }
}

const KeywordUse* SchemaNodes::find(NodeId id, Keyword keyword) const {
  for (const KeywordUse& use : uses(id)) {
    if (use.keyword == keyword) return &use;
  }
  return nullptr;
}

NodeId SchemaNodes::add_node(uint32_t document, const SchemaNode& node) {
  const NodeId id(static_cast<uint32_t>(nodes_.size()));
  nodes_.push_back(node);
  by_place_.insert(uint64_t{document} << 32 | node.json.id(), id);
  return id;
}

NodeId SchemaNodes::node_at(const SchemaPlace& place) {
  const uint32_t document = documents_->document_of(place.resource);
  if (const NodeId* known = by_place_.find(uint64_t{document} << 32 | place.json.id())) return *known;
  SchemaNode node;
  node.json = place.json;
  node.resource = place.resource;
  node.dialect = documents_->resource(place.resource).dialect;
  node.place = place.place;
  return add_node(document, node);
}

NodeId SchemaNodes::child_at(NodeId parent, Json json, const KeywordRow& row, Json holder, uint32_t child) {
  const ResourceIndex outer = nodes_[parent.value].resource;
  const uint32_t document = documents_->document_of(outer);
  if (const NodeId* known = by_place_.find(uint64_t{document} << 32 | json.id())) return *known;
  SchemaNode node;
  node.json = json;
  node.resource = documents_->resource_of(json, outer);
  node.dialect = documents_->resource(node.resource).dialect;
  steps_.clear();
  append_pointer_token(steps_, row.name);
  if (is_map(row.form)) {
    append_pointer_token(steps_, holder.key(child));
  } else if (holder.is_array()) {
    append_pointer_token(steps_, std::to_string(child));
  }
  node.place = documents_->places()->add(nodes_[parent.value].place, steps_);
  return add_node(document, node);
}

NodeId SchemaNodes::enumeration(NodeId beside, const std::string& values) {
  const auto [found, added] = enumerations_.try_emplace(values, kNoNode);
  if (!added) return found->second;
  Result<JsonDocument> document = parse_json(values);
  if (!document.ok()) return kNoNode;
  made_documents_.push_back(*document);
  return found->second = add_made(beside, Keyword::kEnum, made_documents_.back().root());
}

NodeId SchemaNodes::add_made(NodeId beside, Keyword keyword, Json value) {
  SchemaNode node;
  node.json = value;
  node.resource = nodes_[beside.value].resource;
  node.dialect = nodes_[beside.value].dialect;
  node.first_use = static_cast<uint32_t>(made_uses_.size());
  node.use_count = 1;
  node.is_made = true;
  node.place = nodes_[beside.value].place;
  made_uses_.push_back(KeywordUse{keyword, value, 0, 0});
  nodes_.push_back(std::move(node));
  return NodeId(static_cast<uint32_t>(nodes_.size() - 1));
}

void SchemaNodes::read(SchemaDocuments& documents, ResourceIndex root, Reporter& reporter) {
  documents_ = &documents;
  reporter_ = &reporter;
  first_dynamic_use_ = dynamic_uses_.size();
  entered_.clear();
  root_ = node_at(documents.resource(root).root);
  // The list of nodes is its own queue: reading one adds those that it refers to.
  uint32_t done = root_.value;
  do {
    for (; done < nodes_.size(); ++done) read_node(NodeId(done));
  } while (add_dynamic_targets());
  refuse_loops();
  reporter_ = nullptr;
}

void SchemaNodes::read_node(NodeId id) {
  const Json json = nodes_[id.value].json;
  entered_.try_emplace(nodes_[id.value].resource, true);
  nodes_[id.value].first_use = static_cast<uint32_t>(uses_.size());
  if (json.is_object()) {
    const bool beside_reference = json.find("$ref").has_value();
    for (size_t i = 0; i < json.size(); ++i) read_keyword(id, i, beside_reference);
  } else if (!json.is_boolean()) {
    reporter_->refused_at("", fail(ErrorCode::kInvalid, "this is not a schema", pointer(id), shorten_value(json),
                                   std::string(describe_form(KeywordForm::kOneSchema))));
  }
  nodes_[id.value].use_count = static_cast<uint32_t>(uses_.size()) - nodes_[id.value].first_use;
}

void SchemaNodes::read_keyword(NodeId id, size_t member, bool beside_reference) {
  const Json json = nodes_[id.value].json;
  const Dialect dialect = nodes_[id.value].dialect;
  const Draft draft = dialect.draft;
  const std::string_view name = json.key(member);
  const Json value = json.at(member);
  const uint32_t schema = place(id);
  const KeywordRow* row = find_keyword(name, draft);
  if (row == nullptr) {
    if (options_.unknown_keywords == UnknownKeywords::kRefuse) {
      reporter_->refused(schema, name, fail(ErrorCode::kUnsupported, "no such keyword", {}, std::string(name),
                                            "a keyword of " + std::string(draft_name(draft))));
    } else {
      reporter_->ignored(schema, name, "not a keyword of " + std::string(draft_name(draft)));
    }
    return;
  }
  const bool overruled = draft <= Draft::k7 && name != "$ref" && row->role == KeywordRole::kAssertion &&
                         beside_reference;
  const FormatPolicy formats = dialect.asserts_formats ? FormatPolicy::kAssert : options_.formats;
  const bool annotates = (row->keyword == Keyword::kFormat && !asserts_format(value, formats, draft)) ||
                         (row->keyword == Keyword::kContent && !is_content_assertion(name, value));
  const bool left_out = !dialect.has(vocabulary_of(row->keyword));
  if (overruled || left_out || row->role == KeywordRole::kAnnotation || annotates) {
    reporter_->ignored(schema, name,
                       overruled  ? "stands beside $ref"
                       : left_out ? "its vocabulary is not in the metaschema"
                                  : "annotation");
    return;
  }
  if (std::optional<Error> problem = check_form(*row, value)) {
    reporter_->refused(schema, name, std::move(*problem));
    return;
  }
  if (row->role != KeywordRole::kAssertion) {
    reporter_->enforced(schema, name);
    return;
  }
  const bool compiled = row->keyword != Keyword::kFormat || find_format(value.string(), draft)->make != nullptr;
  if (!row->enforced || !compiled) {
    reporter_->refused(schema, name, fail(ErrorCode::kUnsupported, "the keyword \"" + std::string(name) + "\" is not enforced", {},
                                          shorten_value(value), "the schema without it"));
    return;
  }
  const auto is_content = [](const KeywordUse& use) { return use.keyword == Keyword::kContent; };
  if (row->keyword == Keyword::kContent && std::any_of(uses_.begin() + nodes_[id.value].first_use, uses_.end(), is_content)) {
    reporter_->refused(schema, name, fail(ErrorCode::kUnsupported, "the content of encoded texts is not enforced", {},
                                          shorten_value(value), "either of contentEncoding and contentMediaType"));
    return;
  }
  // Items are remembered as JSON texts (item_recorder.h).
  const bool not_json = options_.arguments && options_.arguments->form != ValueSpelling::Form::kTagged;
  if (not_json && row->keyword == Keyword::kUniqueItems && value.is_true()) {
    reporter_->refused(schema, name, fail(ErrorCode::kUnsupported, "\"uniqueItems\" is enforced in JSON texts only", {},
                                          shorten_value(value), "arguments that are written as JSON"));
    return;
  }
  const std::string_view excludes = excluded_by(*row, value, draft);
  if (excludes.empty()) {
    reporter_->enforced(schema, name);
  } else {
    reporter_->narrowed(schema, name, excludes);
  }
  const bool any_of = options_.one_of_is_any_of && row->keyword == Keyword::kOneOf;
  KeywordUse use{any_of ? Keyword::kAnyOf : row->keyword, value, static_cast<uint32_t>(children_.size()), 0};
  if (is_reference(row->keyword)) {
    read_reference(id, *row, use);
  } else if (holds_schemas(row->form)) {
    read_children(id, *row, value, use);
  }
  uses_.push_back(use);
}

void SchemaNodes::read_children(NodeId id, const KeywordRow& row, Json value, KeywordUse& use) {
  const bool map = is_map(row.form);
  if (!map && !value.is_array()) {
    children_.push_back(child_at(id, value, row, value, 0));
    use.child_count = 1;
    return;
  }
  use.child_count = static_cast<uint32_t>(value.size());
  for (size_t i = 0; i < value.size(); ++i) {
    const Json child = value.at(i);
    if (map && child.is_array()) {
      children_.push_back(kNoNode);
    } else {
      children_.push_back(child_at(id, child, row, value, static_cast<uint32_t>(i)));
    }
  }
}

void SchemaNodes::read_reference(NodeId id, const KeywordRow& row, KeywordUse& use) {
  Result<SchemaPlace> found = documents_->resolve(nodes_[id.value].resource, use.value.string());
  if (!found.ok()) {
    Error error = found.error();
    reporter_->refused(place(id), row.name, std::move(error));
    return;
  }
  children_.push_back(node_at(*found));
  use.child_count = 1;
  if (row.keyword != Keyword::kRef) read_dynamic(id, use, *found);
}

// A dynamic reference looks for an anchor in the scope where its own target bears it as a dynamic one.
void SchemaNodes::read_dynamic(NodeId id, const KeywordUse& use, const SchemaPlace& target) {
  std::string anchor = kRecursiveAnchorName;
  if (use.keyword == Keyword::kDynamicRef) {
    anchor = percent_decode(split_fragment(use.value.string()).second).value_or("");
    if (anchor == kRecursiveAnchorName) return;
  }
  const auto& anchors = documents_->resource(target.resource).dynamic_anchors;
  const auto found = anchors.find(anchor);
  if (found == anchors.end() || !found->second.json.same_place(target.json)) return;
  dynamic_nodes_.emplace(id.value, static_cast<uint32_t>(dynamic_uses_.size()));
  dynamic_uses_.push_back({static_cast<uint32_t>(uses_.size()), std::move(anchor), {}});
}

// Reads what the dynamic references may lead to in the resources entered so far. False where nothing is new; then the
// targets are the children of their keywords.
bool SchemaNodes::add_dynamic_targets() {
  const size_t before = nodes_.size();
  const std::span<DynamicUse> dynamic_uses = std::span(dynamic_uses_).subspan(first_dynamic_use_);
  for (DynamicUse& dynamic : dynamic_uses) {
    dynamic.targets.clear();
    for (const auto& [resource, entered] : entered_) {
      const auto& anchors = documents_->resource(resource).dynamic_anchors;
      if (const auto found = anchors.find(dynamic.anchor); found != anchors.end()) {
        dynamic.targets.push_back(node_at(found->second));
      }
    }
  }
  if (nodes_.size() > before) return true;
  for (const DynamicUse& dynamic : dynamic_uses) {
    KeywordUse& use = uses_[dynamic.use];
    const NodeId first = children_[use.first_child];
    use.first_child = static_cast<uint32_t>(children_.size());
    use.child_count = static_cast<uint32_t>(dynamic.targets.size() + 1);
    children_.push_back(first);
    children_.insert(children_.end(), dynamic.targets.begin(), dynamic.targets.end());
  }
  return false;
}

NodeId SchemaNodes::target(NodeId id, const KeywordUse& use, uint32_t scope) const {
  const NodeId first = children(use)[0];
  const auto found = dynamic_nodes_.find(id.value);
  if (use.keyword == Keyword::kRef || found == dynamic_nodes_.end()) return first;
  const std::string& anchor = dynamic_uses_[found->second].anchor;
  const std::optional<ResourceIndex> resource = scopes_.outermost(scope, *documents_, anchor);
  if (!resource) return first;
  const SchemaPlace& place = documents_->resource(*resource).dynamic_anchors.at(anchor);
  return *by_place_.find(uint64_t{documents_->document_of(*resource)} << 32 | place.json.id());
}

// Depth first over in-place subschemas with an explicit stack; a schema met while it is open closes a loop.
void SchemaNodes::refuse_loops() {
  enum : uint8_t { kNew, kOpen, kDone };
  struct Visit {
    uint32_t node;
    uint32_t use = 0;
    uint32_t child = 0;
  };
  const uint32_t first = root_.value;
  std::vector<uint8_t> states(nodes_.size() - first, kNew);
  const auto state = [&](uint32_t node) -> uint8_t& { return states[node - first]; };
  std::vector<Visit> stack;
  for (uint32_t start = first; start < nodes_.size(); ++start) {
    if (state(start) != kNew) continue;
    state(start) = kOpen;
    stack.push_back({start});
    while (!stack.empty()) {
      Visit& visit = stack.back();
      const std::span<const KeywordUse> all = uses(NodeId(visit.node));
      if (visit.use == all.size()) {
        state(visit.node) = kDone;
        stack.pop_back();
        continue;
      }
      const KeywordUse& use = all[visit.use];
      if (!is_in_place(use.keyword) || visit.child == use.child_count) {
        ++visit.use;
        visit.child = 0;
        continue;
      }
      const NodeId next = children(use)[visit.child++];
      if (next == kNoNode || state(next.value) == kDone) continue;
      if (state(next.value) == kOpen) {
        reporter_->refused_at("$ref", fail(ErrorCode::kInvalid, "the schema refers to itself for the same value",
                                           pointer(NodeId(visit.node)), "#" + pointer(next),
                                           "a reference that passes a property or an item"));
        continue;
      }
      state(next.value) = kOpen;
      stack.push_back({next.value});
    }
  }
}

}  // namespace keyway::json_schema
