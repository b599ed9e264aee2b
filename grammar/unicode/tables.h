// The form of the generated Unicode tables; internal to grammar/unicode.
//
// Entry points: one function per generated file. A row's ranges are pairs of numbers: how far a range begins after the
// one before has ended (0 for the first position), and how many code points more than one it holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace keyway {

struct UnicodeRow {
  const char* name;    // as in PropertyValueAliases.txt: the short name where there are two
  const char* alias;   // the long name, or empty
  const char* second;  // one more alias, or empty
  const uint32_t* ranges;
  size_t numbers;
};

std::span<const UnicodeRow> unicode_categories();
std::span<const UnicodeRow> unicode_scripts_1();
std::span<const UnicodeRow> unicode_scripts_2();
std::span<const UnicodeRow> unicode_script_extensions();
std::span<const UnicodeRow> unicode_binary_1();
std::span<const UnicodeRow> unicode_binary_2();
// Orbits of simple case folding: a count, then as many code points.
std::span<const uint32_t> unicode_folding();

}  // namespace keyway
