// JSON objects written member by member, values as they are: numbers of a call keep the digits that the model wrote.
//
// Entry points: JsonObject, json_array, json_number, problems_json. Invariant: text() is one JSON object, UTF-8, on one line.
// Tested by tests/runtime/cli_test.py.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/error.h"

namespace keyway::cli {

class JsonObject {
 public:
  // A string; bytes that are not UTF-8 become U+FFFD.
  JsonObject& add(std::string_view name, std::string_view text);
  JsonObject& add(std::string_view name, const char* text) { return add(name, std::string_view(text)); }
  JsonObject& add(std::string_view name, const std::string& text) { return add(name, std::string_view(text)); }
  JsonObject& add(std::string_view name, size_t value) { return add_raw(name, std::to_string(value)); }
  JsonObject& add(std::string_view name, uint32_t value) { return add(name, size_t{value}); }
  JsonObject& add(std::string_view name, bool value) { return add_raw(name, value ? "true" : "false"); }
  JsonObject& add(std::string_view name, double value);
  JsonObject& add(std::string_view name, const JsonObject& object) { return add_raw(name, object.text()); }
  // Requires: `json` is a JSON text.
  JsonObject& add_raw(std::string_view name, std::string_view json);

  std::string text() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

// Requires: every item is a JSON text.
std::string json_array(const std::vector<std::string>& items);

// What is wrong and where, one object for each.
std::string problems_json(const std::vector<Error>& problems);

// The shortest text that reads back as the value; null for what JSON has no number for.
std::string json_number(double value);
// Rounded to so many digits after the point, with at least one, as Python's json.dumps(round(value, digits)).
std::string json_rounded(double value, int digits);

// The text with each byte that is not UTF-8 replaced by U+FFFD.
std::string well_formed(std::string_view text);

}  // namespace keyway::cli
