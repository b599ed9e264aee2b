// A value of a tokenizer.json with its JSON Pointer, so that every refusal names its place.
//
// Entry points: JsonView::find, string, boolean, count, refuse. simdjson reads the document: 17 MB in tens of
// milliseconds, which the strict reader of schemas/ (numbers as text, names checked for duplicates) is not made for.
// Invariant: views live no longer than the simdjson parser that made them.
// Tested by tests/runtime/tokenizer_test.cc.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/error.h"

namespace keyway {

class JsonView {
 public:
  JsonView(simdjson::dom::element value, std::string pointer) : value_(value), pointer_(std::move(pointer)) {}

  const std::string& pointer() const { return pointer_; }
  simdjson::dom::element element() const { return value_; }
  bool is_null() const { return value_.is_null(); }
  bool is_object() const { return value_.is_object(); }
  bool is_array() const { return value_.is_array(); }
  bool is_string() const { return value_.is_string(); }

  // The member of that name; empty where there is none, where it is null, and for what is no object.
  std::optional<JsonView> find(std::string_view name) const;
  // The items of an array; empty for another kind.
  std::vector<JsonView> items() const;
  // The "type" member. Error: kInvalid where it is missing.
  Result<std::string_view> type() const;

  // The member of that name. Errors: kInvalid where it is missing or of another kind.
  Result<JsonView> member(std::string_view name) const;
  Result<std::string_view> string_member(std::string_view name) const;
  // The same with a value for what is missing or null.
  Result<bool> boolean_member(std::string_view name, bool otherwise) const;
  Result<uint64_t> count_member(std::string_view name, uint64_t otherwise) const;

  Result<std::string_view> string() const;

  Error refuse(ErrorCode code, std::string message, std::string allowed = {}) const;
  // kUnsupported, for a component that Keyway does not have; `kind` is for example "normalizer".
  Error unsupported(std::string_view kind, std::string_view type) const;

 private:
  simdjson::dom::element value_;
  std::string pointer_;
};

}  // namespace keyway
