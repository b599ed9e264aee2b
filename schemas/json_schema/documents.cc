// Documents, resources and references; see documents.h.
#include "schemas/json_schema/documents.h"

#include <algorithm>
#include <charconv>

#include "schemas/json_schema/keywords.h"
#include "schemas/json_schema/uri.h"

namespace keyway::json_schema {
namespace {

std::optional<std::string> string_member(Json json, std::string_view name) {
  const std::optional<Json> found = json.find(name);
  if (!found || !found->is_string()) return std::nullopt;
  return std::string(found->string());
}

// One token of a JSON Pointer, decoded; empty where an escape is not ~0 or ~1.
std::optional<std::string> decode_token(std::string_view token) {
  std::string out;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      out += token[i];
    } else if (i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      out += token[++i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::optional<Json> step_into(Json json, const std::string& token) {
  if (json.is_object()) return json.find(token);
  if (!json.is_array() || token.empty() || (token.size() > 1 && token[0] == '0')) return std::nullopt;
  size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size() || index >= json.size()) return std::nullopt;
  return json.at(index);
}

// Whether nothing below the schema has a URI, an anchor or a dialect of its own: no member there bears such a keyword's name,
// wherever it stands.
bool names_nothing(Json root, Draft draft, std::vector<Json>& stack) {
  stack.assign(1, root);
  while (!stack.empty()) {
    const Json at = stack.back();
    stack.pop_back();
    for (size_t i = 0; i < at.size(); ++i) {
      const Json child = at.at(i);
      if (child.is_object() || child.is_array()) stack.push_back(child);
      if (!at.is_object()) continue;
      const std::string_view key = at.key(i);
      const bool names = key == "$id" || key == "$anchor" || key == "$dynamicAnchor" || key == "$recursiveAnchor";
      if (names || (draft == Draft::k4 && key == "id")) return false;
    }
  }
  return true;
}

}  // namespace

Status SchemaDocuments::add(std::string uri, JsonDocument document, Json root, Draft draft) {
  const uint32_t number = static_cast<uint32_t>(documents_.size());
  documents_.push_back(std::move(document));
  const uint32_t place = places_->add(SchemaPlaces::kTop, begins_ ? "" : uri + "#");
  begins_ = false;
  Pending first{SchemaPlace{root, 0, place}, Dialect{draft, 0, false}};
  if (Status status = settle_dialect(first); !status.ok()) return status;
  const ResourceIndex index = static_cast<ResourceIndex>(resources_.size());
  SchemaResource resource;
  resource.document = number;
  resource.places = places_;
  resource.uri = std::string(split_fragment(uri).first);
  resource.dialect = first.dialect;
  resource.root = SchemaPlace{root, index, place};
  first.place = resource.root;
  by_uri_.emplace(resource.uri, index);
  resource_at_.emplace(uint64_t{number} << 32 | root.id(), index);
  resources_.push_back(std::move(resource));

  if (names_nothing(root, first.dialect.draft, values_)) return {};
  std::vector<Pending> stack;
  stack.push_back(std::move(first));
  bool is_root = true;
  while (!stack.empty()) {
    Pending pending = std::move(stack.back());
    stack.pop_back();
    if (Status status = index_schema(pending, stack, is_root); !status.ok()) return status;
    is_root = false;
  }
  return {};
}

// A $schema beside an $id says how that resource is written.
Status SchemaDocuments::settle_dialect(Pending& pending) const {
  if (!pending.place.json.is_object()) return {};
  const auto schema = string_member(pending.place.json, "$schema");
  if (!schema) return {};
  Result<Dialect> dialect = metaschemas_.dialect(*schema, pending.dialect);
  if (!dialect.ok()) {
    Error error = dialect.error();
    error.pointer = pointer_of(pending, "$schema");
    return error;
  }
  pending.dialect = *dialect;
  return {};
}

Status SchemaDocuments::index_schema(Pending& pending, std::vector<Pending>& stack, bool is_root) {
  const Json json = pending.place.json;
  if (!json.is_object()) return {};
  const bool siblings_count = pending.dialect.draft >= Draft::k2019 || !json.find("$ref");
  const std::optional<Json> id = json.find(pending.dialect.draft == Draft::k4 ? "id" : "$id");
  if (id && siblings_count) {
    if (!id->is_string()) {
      // Reported with the keyword, by the check of its form; here it names nothing.
    } else if (Status status = enter_resource(pending, id->string(), is_root); !status.ok()) {
      return status;
    }
  }
  if (Status status = add_anchors(pending); !status.ok()) return status;
  push_subschemas(pending, stack);
  return {};
}

Status SchemaDocuments::enter_resource(Pending& pending, std::string_view id, bool is_root) {
  const SchemaResource& parent = resources_[pending.place.resource];
  const auto [uri, fragment] = split_fragment(id);
  if (!fragment.empty() && pending.dialect.draft >= Draft::k2019) {
    return fail(ErrorCode::kInvalid, "$id has a fragment", pointer_of(pending, "$id"), std::string(id),
                "a URI without fragment");
  }
  // Up to draft 7 an $id that is only a fragment is what $anchor became; one like a JSON Pointer names nothing.
  if (!fragment.empty() && !fragment.starts_with('/')) {
    resources_[pending.place.resource].anchors.emplace(std::string(fragment), pending.place);
  }
  if (uri.empty()) return {};
  std::string resolved = resolve_uri(parent.uri, uri);
  if (Status status = settle_dialect(pending); !status.ok()) return status;
  if (is_root) {
    // The root answers to both names: where it was found and what it calls itself.
    resources_[pending.place.resource].uri = resolved;
    by_uri_.emplace(std::move(resolved), pending.place.resource);
    return {};
  }
  SchemaResource resource;
  resource.document = parent.document;
  resource.places = places_;
  resource.uri = resolved;
  resource.dialect = pending.dialect;
  const ResourceIndex index = static_cast<ResourceIndex>(resources_.size());
  // Two bearers of one $id do no harm until a reference names it.
  if (!by_uri_.emplace(resolved, index).second) ambiguous_uris_.insert(std::move(resolved));
  pending.place.resource = index;
  resource.root = pending.place;
  resource_at_.emplace(uint64_t{resource.document} << 32 | pending.place.json.id(), index);
  resources_.push_back(std::move(resource));
  return {};
}

Status SchemaDocuments::add_anchors(const Pending& pending) {
  const Json json = pending.place.json;
  SchemaResource& resource = resources_[pending.place.resource];
  if (pending.dialect.draft == Draft::k2019 && resource.root.json.same_place(json)) {
    const std::optional<Json> flag = json.find("$recursiveAnchor");
    if (flag && flag->is_true()) {
      resource.dynamic_anchors.emplace(kRecursiveAnchorName, pending.place);
      has_dynamic_anchors_ = true;
    }
  }
  const auto name_place = [&](const std::string& name) {
    const auto [at, added] = resource.anchors.emplace(name, pending.place);
    return added || at->second.json.same_place(json);
  };
  for (const char* keyword : {"$anchor", "$dynamicAnchor"}) {
    const bool dynamic = keyword[1] == 'd';
    if (pending.dialect.draft < (dynamic ? Draft::k2020 : Draft::k2019)) continue;
    const std::optional<std::string> name = string_member(json, keyword);
    if (!name) continue;
    if (!name_place(*name)) {
      return fail(ErrorCode::kInvalid, "two schemas of one resource bear one anchor",
                  pointer_of(pending, keyword), *name, "an anchor of its own");
    }
    if (dynamic) {
      resource.dynamic_anchors.emplace(*name, pending.place);
      has_dynamic_anchors_ = true;
    }
  }
  return {};
}

void SchemaDocuments::push_subschemas(const Pending& pending, std::vector<Pending>& stack) {
  const Json json = pending.place.json;
  std::string steps;
  const auto push = [&](Json child, std::string_view keyword, const auto&... token) {
    steps.clear();
    append_pointer_token(steps, keyword);
    (append_pointer_token(steps, token), ...);
    stack.push_back({SchemaPlace{child, pending.place.resource, places_->add(pending.place.place, steps)}, pending.dialect});
  };
  for (size_t i = 0; i < json.size(); ++i) {
    const KeywordRow* row = find_keyword(json.key(i), pending.dialect.draft);
    if (row == nullptr || !holds_schemas(row->form)) continue;
    const Json value = json.at(i);
    const bool map = row->form == KeywordForm::kSchemaMap || row->form == KeywordForm::kSchemaOrStringsMap;
    if (value.is_object() && map) {
      for (size_t k = 0; k < value.size(); ++k) push(value.at(k), json.key(i), value.key(k));
    } else if (value.is_array() && !map) {
      for (size_t k = 0; k < value.size(); ++k) push(value.at(k), json.key(i), std::to_string(k));
    } else if (value.is_object()) {
      push(value, json.key(i));
    }
  }
}

Result<SchemaPlace> SchemaDocuments::resolve(ResourceIndex from, std::string_view reference) {
  const auto [uri_part, fragment] = split_fragment(reference);
  ResourceIndex target = from;
  if (!uri_part.empty()) {
    const std::string uri = resolve_uri(resources_[from].uri, uri_part);
    if (ambiguous_uris_.contains(uri)) {
      return fail(ErrorCode::kInvalid, "the reference leads to an $id that two schemas bear", {}, std::string(reference),
                  "an $id that one schema bears");
    }
    auto found = by_uri_.find(uri);
    if (found == by_uri_.end()) {
      const std::optional<JsonDocument> shipped = shipped_metaschema(uri);
      if (shipped && add(uri, *shipped, shipped->root(), Draft::k2020).ok()) found = by_uri_.find(uri);
    }
    if (found == by_uri_.end()) {
      return fail(ErrorCode::kNotFound, "the reference leads to a document that was not given; nothing is fetched", {},
                  std::string(reference), "a reference into this schema or into the documents option");
    }
    target = found->second;
  }
  const SchemaPlace& root = resources_[target].root;
  if (fragment.empty()) return root;
  const std::optional<std::string> decoded = percent_decode(fragment);
  if (!decoded) {
    return fail(ErrorCode::kInvalid, "the fragment of the reference is not percent-encoded UTF-8", {},
                std::string(reference), "a JSON Pointer or an anchor");
  }
  if (decoded->starts_with('/')) return follow_pointer(root, *decoded);
  const auto anchor = resources_[target].anchors.find(*decoded);
  if (anchor != resources_[target].anchors.end()) return anchor->second;
  return fail(ErrorCode::kNotFound, "the reference leads to an anchor that does not exist", {}, std::string(reference),
              "an anchor of that resource");
}

Result<SchemaPlace> SchemaDocuments::follow_pointer(const SchemaPlace& from, std::string_view fragment) {
  SchemaPlace place = from;
  std::string steps;
  for (size_t at = 0; at < fragment.size();) {
    const size_t end = std::min(fragment.find('/', at + 1), fragment.size());
    const std::string_view raw = fragment.substr(at + 1, end - at - 1);
    const std::optional<std::string> token = decode_token(raw);
    if (!token) {
      return fail(ErrorCode::kInvalid, "the JSON Pointer of the reference has an undefined escape", {},
                  std::string(fragment), "~0 or ~1");
    }
    const std::optional<Json> next = step_into(place.json, *token);
    if (!next) {
      const std::string above = places_->pointer(from.place) + steps;
      return fail(ErrorCode::kNotFound, "the reference leads to a place that does not exist", {},
                  "#" + std::string(fragment), "a place below " + (above.empty() ? "the root" : above));
    }
    place.json = *next;
    append_pointer_token(steps, *token);
    place.resource = resource_of(*next, place.resource);
    at = end;
  }
  place.place = places_->add(from.place, steps);
  return place;
}

}  // namespace keyway::json_schema
