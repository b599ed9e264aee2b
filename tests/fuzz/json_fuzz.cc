// Fuzz target of the JSON reader: what parses is written and read again without a change; what does not has an error
// in words.
//
// Finds are kept in tests/fuzz/regressions/json, seeds in tests/fuzz/seeds/json.
// Tested by the replay test fuzz.json.
#include <cstddef>
#include <cstdint>
#include <string>

#include "schemas/json.h"
#include "tests/fuzz/fuzz.h"

using keyway::fuzz::check;

namespace {

// Writes `text`, reads the result and writes that: both texts are equal.
void check_round_trip(keyway::Json root, const keyway::JsonStyle& style) {
  std::string once = keyway::to_json_text(root, style);
  auto again = keyway::parse_json(once);
  check(again.ok());
  check(keyway::to_json_text(again->root(), style) == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  keyway::Limits limits;
  limits.document_depth = 64;
  auto document = keyway::parse_json(keyway::fuzz::input_text(data, size_bytes), limits);
  if (!document.ok()) {
    keyway::fuzz::check_error(document.error());
    check(!document.error().pointer.empty() || document.error().code != keyway::ErrorCode::kSyntax);
    return 0;
  }
  keyway::Json root = document->root();
  check_round_trip(root, {});
  check_round_trip(root, {.ascii = true, .item_separator = ",", .key_separator = ":"});
  for (size_t i = 0; root.is_object() && i < root.size(); ++i) {
    auto found = root.find(root.key(i));
    check(found.has_value() && found->same_place(root.at(i)));
  }
  if (root.is_number()) root.integer();
  return 0;
}
