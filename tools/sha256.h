// SHA-256 (FIPS 180-4): the content hash that pins an imported tool list.
//
// Entry points: sha256_hex. Why not a library: it is one function of eighty lines, and the only cryptography here.
// Thread safety: a pure function. Tested by tests/tools/sha256_test.cc.
#pragma once

#include <string>
#include <string_view>

namespace keyway {

// 64 lower-case hexadecimal digits. Complexity: O(bytes).
std::string sha256_hex(std::string_view bytes);

}  // namespace keyway
