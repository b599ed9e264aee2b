// URI references (RFC 3986): splitting, resolving against a base, percent decoding of fragments.
//
// Entry points: resolve_uri, split_fragment, percent_decode. Nothing here opens or fetches anything.
// Tested by tests/schemas/json_schema/uri_test.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace keyway {

// The target of `reference` seen from `base` (section 5.2; the base may be empty or itself relative). The fragment of
// the reference is kept.
std::string resolve_uri(std::string_view base, std::string_view reference);

// The part before '#' and the part after it; the second is empty where there is no '#'.
std::pair<std::string_view, std::string_view> split_fragment(std::string_view uri);

// Empty where a '%' is not followed by two hexadecimal digits, or where the result is not UTF-8.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace keyway
