// The schema documents and call formats that Keyway ships, as strings inside the library, so that no path is needed
// to find them.
//
// Entry points: embedded_document. The files are those of this folder; CMake writes them into the library as they are.
// Tested by tests/schemas/embedded_test.cc.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace keyway {

// The text of a shipped file, for example "registry.schema.json" or "call_formats/hermes.json".
std::optional<std::string_view> embedded_document(std::string_view name);

// The names of all shipped files, sorted.
std::vector<std::string_view> embedded_document_names();

}  // namespace keyway
