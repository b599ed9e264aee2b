// Whether an object of a JSON text has a name twice, without keeping the text's values.
//
// Entry points: find_repeated_name. Names are compared as they are read: "\u0061" is "a".
// Thread safety: a free function. Tested by tests/tools/repeated_name_test.cc.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace keyway {

struct RepeatedName {
  std::string name;
  size_t offset = 0;  // of its second place in the text, bytes
};

// Of the first object that ends with one. Requires: `json` is a JSON text, such as JsonScanner reads. Complexity: O(n log
// n) in the names, O(bytes) else; memory for the names of the objects that are open at once. No recursion.
std::optional<RepeatedName> find_repeated_name(std::string_view json);

}  // namespace keyway
