// See json_view.h.
#include "runtime/tokenizer/json_view.h"

#include "schemas/json.h"
#include "tools/excerpt.h"

namespace keyway {

std::optional<JsonView> JsonView::find(std::string_view name) const {
  simdjson::dom::element found;
  if (!value_.is_object() || value_.at_key(name).get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
  return JsonView(found, pointer_append(pointer_, name));
}

std::vector<JsonView> JsonView::items() const {
  std::vector<JsonView> all;
  simdjson::dom::array array;
  if (value_.get(array) != simdjson::SUCCESS) return all;
  for (simdjson::dom::element item : array) all.emplace_back(item, pointer_append(pointer_, all.size()));
  return all;
}

Result<std::string_view> JsonView::type() const { return string_member("type"); }

Result<JsonView> JsonView::member(std::string_view name) const {
  if (!value_.is_object()) return refuse(ErrorCode::kInvalid, "expected an object");
  std::optional<JsonView> found = find(name);
  if (!found) return refuse(ErrorCode::kInvalid, "the member \"" + std::string(name) + "\" is missing");
  return *found;
}

Result<std::string_view> JsonView::string_member(std::string_view name) const {
  const Result<JsonView> found = member(name);
  if (!found.ok()) return found.error();
  return found->string();
}

Result<bool> JsonView::boolean_member(std::string_view name, bool otherwise) const {
  const std::optional<JsonView> found = find(name);
  if (!found) return otherwise;
  bool value = false;
  if (found->value_.get(value) != simdjson::SUCCESS) return found->refuse(ErrorCode::kInvalid, "expected true or false");
  return value;
}

Result<uint64_t> JsonView::count_member(std::string_view name, uint64_t otherwise) const {
  const std::optional<JsonView> found = find(name);
  if (!found) return otherwise;
  uint64_t value = 0;
  if (found->value_.get(value) != simdjson::SUCCESS) {
    return found->refuse(ErrorCode::kInvalid, "expected an integer that is not negative");
  }
  return value;
}

Result<std::string_view> JsonView::string() const {
  std::string_view text;
  if (value_.get(text) != simdjson::SUCCESS) return refuse(ErrorCode::kInvalid, "expected a string");
  return text;
}

Error JsonView::refuse(ErrorCode code, std::string message, std::string allowed) const {
  std::string given;
  if (!value_.is_object() && !value_.is_array()) given = simdjson::minify(value_);
  given = excerpt(given, 197);
  const std::string place = pointer_.empty() ? "the whole file" : pointer_;
  return fail(code, std::move(message), place, std::move(given), std::move(allowed));
}

Error JsonView::unsupported(std::string_view kind, std::string_view type) const {
  return fail(ErrorCode::kUnsupported, "this " + std::string(kind) + " is not supported", pointer_,
              excerpt(type, 100));
}

}  // namespace keyway
