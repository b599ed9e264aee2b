// The drafts of JSON Schema that Keyway reads, and how a schema says which one it means.
//
// Entry points: Draft, draft_of_uri, draft_name. Invariant: the order of the enumerators is the order of publication.
// Tested by tests/schemas/json_schema/references_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace keyway {

enum class Draft : uint8_t { k4, k6, k7, k2019, k2020 };

// The draft whose metaschema has this URI (with or without an empty fragment, http or https); empty otherwise.
std::optional<Draft> draft_of_uri(std::string_view uri);

// "draft 4", ..., "2019-09", "2020-12".
std::string_view draft_name(Draft draft);

}  // namespace keyway
