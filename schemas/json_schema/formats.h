// The formats of the drafts as patterns of whole strings.
//
// Entry points: find_format. Every format is asserted in every draft. A format that no draft defines is an annotation.
// Invariant: a pattern accepts no string that the format's specification forbids; what it leaves out is in `excludes`.
// Tested by tests/schemas/json_schema/formats_test.cc.
#pragma once

#include <string>
#include <string_view>

namespace keyway::json_schema {

struct FormatRow {
  std::string_view name;
  std::string (*pattern)();   // ECMA-262, matches the whole string; null: not compiled, refused by name
  std::string_view excludes;  // valid strings that the pattern leaves out; empty where it is exact
};

// Null for a name that no draft defines.
const FormatRow* find_format(std::string_view name);

}  // namespace keyway::json_schema
