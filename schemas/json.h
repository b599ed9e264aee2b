// Strict JSON (RFC 8259) into a read-only arena: exact numbers, ordered members, bounded depth and size.
//
// Entry points: parse_json -> JsonDocument; Json (a node handle); to_json_text.
// Why not a library: nlohmann_json's SAX parser refuses 1e400 and rounds, simdjson's DOM keeps no number text; a
// constraint compiler needs the text of every number, the order of members, an error for a name used twice, the place
// of every value, and counted limits instead of recursion.
// Invariant: strings are well-formed UTF-8; a handle is valid as long as its JsonDocument lives at its address.
// Thread safety: a parsed document is immutable and may be read from many threads.
// Tested by tests/schemas/json_test.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/budget.h"
#include "grammar/error.h"
#include "grammar/stable_list.h"

namespace keyway {

enum class JsonKind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

// "null", "boolean", "number", "string", "array", "object".
std::string_view json_kind_name(JsonKind kind);

namespace json_detail {

struct Node {
  JsonKind kind = JsonKind::kNull;
  uint32_t offset = 0;  // bytes from the start of the text to the value
  uint32_t text = 0;    // string or number: index into Arena::texts
  uint32_t first = 0;   // array, object: index of the first child in Arena::children
  uint32_t count = 0;   // array, object: number of children
};

struct Arena {
  std::vector<Node> nodes;                // node 0 is the root
  std::vector<uint32_t> children;         // node indices, the children of one container side by side
  std::vector<uint32_t> keys;             // parallel to children: index into texts; unused for arrays
  std::vector<uint32_t> order;            // parallel to children: member positions sorted by name, for find()
  std::vector<std::string_view> texts;    // decoded strings and number texts: parts of `source`, or of `decoded`
  std::string source;                     // the text that was read
  StableList<std::string> decoded;        // strings with escapes; addresses are stable
};

}  // namespace json_detail

class Json;

// Owns a parsed text. Cheap to move and to copy (shared).
class JsonDocument {
 public:
  JsonDocument() = default;
  explicit JsonDocument(std::shared_ptr<const json_detail::Arena> arena) : arena_(std::move(arena)) {}
  Json root() const;
  explicit operator bool() const { return arena_ != nullptr; }

 private:
  std::shared_ptr<const json_detail::Arena> arena_;
};

// A handle to one value of a document. Copying is free.
class Json {
 public:
  Json() = default;
  Json(const json_detail::Arena* arena, uint32_t node) : arena_(arena), node_(node) {}

  JsonKind kind() const { return node().kind; }
  bool is_null() const { return kind() == JsonKind::kNull; }
  bool is_boolean() const { return kind() == JsonKind::kTrue || kind() == JsonKind::kFalse; }
  bool is_true() const { return kind() == JsonKind::kTrue; }
  bool is_number() const { return kind() == JsonKind::kNumber; }
  bool is_string() const { return kind() == JsonKind::kString; }
  bool is_array() const { return kind() == JsonKind::kArray; }
  bool is_object() const { return kind() == JsonKind::kObject; }

  // Requires: is_string(). Decoded, UTF-8; lives as long as the document.
  std::string_view string() const { return arena_->texts[node().text]; }
  // Requires: is_number(). The text as written.
  std::string_view number() const { return arena_->texts[node().text]; }
  // The value of an integer that fits; also of 3.0 or 1e2. Empty otherwise and for other kinds.
  std::optional<int64_t> integer() const;
  // The nearest double of a number. Requires: is_number().
  double real() const;

  // Children of an array or object, members in the order of the text. 0 for other kinds.
  size_t size() const { return node().count; }
  // Requires: i < size().
  Json at(size_t i) const { return Json(arena_, arena_->children[node().first + i]); }
  // Requires: is_object(), i < size().
  std::string_view key(size_t i) const { return arena_->texts[arena_->keys[node().first + i]]; }
  // The member of that name, if this is an object and has one. Complexity: O(log size).
  std::optional<Json> find(std::string_view name) const;

  // Of the whole text that this was read from, bytes: no string in it has more.
  size_t document_bytes() const { return arena_->source.size(); }
  // Bytes from the start of the text to this value.
  size_t offset() const { return node().offset; }
  // Identity within one document: equal ids are the same place in the text.
  uint32_t id() const { return node_; }
  bool same_place(Json other) const { return arena_ == other.arena_ && node_ == other.node_; }

 private:
  const json_detail::Node& node() const { return arena_->nodes[node_]; }
  const json_detail::Arena* arena_ = nullptr;
  uint32_t node_ = 0;
};

inline Json JsonDocument::root() const { return Json(arena_.get(), 0); }

// Reads one JSON text. Errors: kSyntax with "line L, column C" as pointer; kInvalid for a name used twice, with the
// JSON Pointer of the object; kLimit for depth or size.
// Complexity: O(n log n) in the bytes of the text, no recursion.
Result<JsonDocument> parse_json(std::string_view text, const Limits& limits = {});

// "line L, column C" of a byte offset, both from 1, columns in bytes.
std::string text_place(std::string_view text, size_t offset);

// How to_json_text writes.
struct JsonStyle {
  bool ascii = false;               // \uXXXX for everything past ASCII
  std::string item_separator = ", ";  // as Python's json.dumps; "," for compact
  std::string key_separator = ": ";
};

// The value as JSON text, numbers as they were written. Requires: the document's depth is bounded (it is: parse_json).
std::string to_json_text(Json value, const JsonStyle& style = {});

// A JSON string literal with quotes, only mandatory escapes unless `ascii`.
std::string json_quote(std::string_view text, bool ascii = false);

// One more step of a JSON Pointer: pointer + "/" + token with "~" and "/" escaped (RFC 6901). The first adds it in place.
void append_pointer_token(std::string& pointer, std::string_view token);
std::string pointer_append(std::string_view pointer, std::string_view token);
std::string pointer_append(std::string_view pointer, size_t index);

}  // namespace keyway
