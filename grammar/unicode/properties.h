// Unicode properties by name, and simple case folding.
//
// Entry points: unicode_category, unicode_script, unicode_script_extensions, unicode_binary, fold_case. The version of
// Unicode stands in the generated tables (make_tables.py).
// Thread safety: all. Tested by tests/grammar/unicode_properties_test.cc.
#pragma once

#include <optional>
#include <string_view>

#include "grammar/code_point_set.h"

namespace keyway {

enum class NameMatch : uint8_t {
  kExact,  // as Unicode writes it
  kLoose,  // UAX44-LM3: letters of either case, without spaces, underscores, hyphens and a leading "is"
};

// General categories and their groups: Lu, Uppercase_Letter, L, Letter, LC, ... nullopt: no such name.
std::optional<CodePointSet> unicode_category(std::string_view name, NameMatch match);
std::optional<CodePointSet> unicode_script(std::string_view name, NameMatch match);
std::optional<CodePointSet> unicode_script_extensions(std::string_view name, NameMatch match);
// Binary properties of ECMA-262, with Any, ASCII and Assigned.
std::optional<CodePointSet> unicode_binary(std::string_view name, NameMatch match);

// The set with every code point that simple case folding makes equal to one of it.
CodePointSet fold_case(const CodePointSet& set);

}  // namespace keyway
