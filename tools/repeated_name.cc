// One pass with the names of the open objects on a stack; see repeated_name.h.
#include "tools/repeated_name.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "schemas/json.h"
#include "tools/argument_output.h"

namespace keyway {
namespace {

struct Name {
  std::string_view text;
  size_t offset = 0;
};

class OpenNames {
 public:
  void open(bool object) { starts_.push_back(object ? static_cast<uint32_t>(names_.size()) : kArray); }
  // The name that the object which ends here has twice. Requires: a container is open.
  std::optional<RepeatedName> close() {
    const uint32_t start = starts_.back();
    starts_.pop_back();
    if (start == kArray) return std::nullopt;
    const auto first = names_.begin() + start, last = names_.end();
    std::sort(first, last, [](const Name& a, const Name& b) { return a.text != b.text ? a.text < b.text : a.offset < b.offset; });
    const auto found = std::adjacent_find(first, last, [](const Name& a, const Name& b) { return a.text == b.text; });
    if (found != last) return RepeatedName{std::string(found->text), (found + 1)->offset};
    names_.erase(first, last);
    if (names_.empty()) read_.clear();
    return std::nullopt;
  }
  // A string with its quotes that is a name.
  void add(std::string_view literal, size_t offset) {
    if (literal.find('\\') == std::string_view::npos) {
      names_.push_back({literal.substr(1, literal.size() - 2), offset});
    } else if (const auto document = parse_json(literal); document.ok()) {
      names_.push_back({read_.emplace_back(document->root().string()), offset});
    }
  }
  bool in_object() const { return !starts_.empty() && starts_.back() != kArray; }

 private:
  static constexpr uint32_t kArray = ~uint32_t{0};
  std::vector<uint32_t> starts_;  // of each open container: its first name
  std::vector<Name> names_;       // of all open objects
  std::deque<std::string> read_;  // those that are written with escapes
};

// The place behind the string that begins at `at`.
size_t behind_string(std::string_view json, size_t at) {
  ++at;
  while (at < json.size() && json[at] != '"') {
    const size_t run = plain_run(json.substr(at), '"');
    at += run > 0 ? run : json[at] == '\\' ? 2 : 1;
  }
  return std::min(at + 1, json.size());
}

}  // namespace

std::optional<RepeatedName> find_repeated_name(std::string_view json) {
  OpenNames names;
  bool name_next = false;  // the next string is a name, if an object is open
  for (size_t at = 0; at < json.size();) {
    const char byte = json[at];
    if (byte == '"') {
      const size_t end = behind_string(json, at);
      if (name_next && names.in_object()) names.add(json.substr(at, end - at), at);
      name_next = false;
      at = end;
      continue;
    }
    if (byte == '{' || byte == '[') names.open(byte == '{');
    if (byte == '}' || byte == ']') {
      if (auto repeated = names.close()) return repeated;
    }
    if (byte == '{' || byte == ',') name_next = true;
    ++at;
  }
  return std::nullopt;
}

}  // namespace keyway
