// Writing JSON; see json_output.h. Tested by tests/runtime/cli_test.py.
#include "runtime/cli/json_output.h"

#include <charconv>
#include <cmath>

#include "grammar/utf8.h"
#include "schemas/json.h"

namespace keyway::cli {

std::string well_formed(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    if (length == 0) {
      append_utf8(out, 0xFFFD);
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

JsonObject& JsonObject::add(std::string_view name, std::string_view text) {
  return add_raw(name, json_quote(well_formed(text)));
}

JsonObject& JsonObject::add(std::string_view name, double value) { return add_raw(name, json_number(value)); }

JsonObject& JsonObject::add_raw(std::string_view name, std::string_view json) {
  if (!members_.empty()) members_ += ", ";
  members_ += json_quote(name) + ": ";
  members_ += json;
  return *this;
}

std::string json_array(const std::vector<std::string>& items) {
  std::string out = "[";
  for (const std::string& item : items) {
    if (out.size() > 1) out += ", ";
    out += item;
  }
  return out + "]";
}

std::string problems_json(const std::vector<Error>& problems) {
  std::vector<std::string> objects;
  for (const Error& one : problems) {
    JsonObject object;
    object.add("message", one.message).add("at", one.pointer).add("given", one.given).add("allowed", one.allowed);
    objects.push_back(object.text());
  }
  return json_array(objects);
}

std::string json_number(double value) {
  if (!std::isfinite(value)) return "null";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value == 0 ? 0.0 : value);  // no -0
  return std::string(buffer, end.ptr);
}

std::string json_rounded(double value, int digits) {
  if (!std::isfinite(value)) return "null";
  const double scale = std::pow(10.0, digits);
  std::string text = json_number(std::nearbyint(value * scale) / scale);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace keyway::cli
