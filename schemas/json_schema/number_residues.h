// Sets of numbers that only divisibility tells apart: of a number in units of 10^-digits, the remainder by one modulus
// decides, and all numbers with more fraction digits fare alike. Closed under union, intersection and complement.
//
// Entry points: Residues, combine, complement_of, spelled. The sign of a number never matters.
// Why: as expressions the Boolean combinations of divisors are products of automata whose emptiness is a search over every
// remainder. Receipt: schema to first mask of multiples of 33, 12 or 77, not of 6 and 7, of 13 or not of 11 (allany7 of
// MaskBench) 128 -> 2.6 ms, of seven divisors (num1) 85 -> 9 ms; 250 lines.
// Thread safety: values. Tested by tests/schemas/json_schema/number_set_test.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "grammar/regex.h"

namespace keyway::json_schema {

// The number n belongs to it iff `in[|n| 10^digits mod modulus]`, where that is a whole number, else iff `others`.
struct Residues {
  uint32_t digits = 0;
  std::vector<bool> in = {true};  // one for each remainder
  bool others = true;

  uint64_t modulus() const { return in.size(); }
  bool is_none() const { return !others && in.size() == 1 && !in[0]; }  // Requires: reduced
  bool is_all() const { return others && in.size() == 1 && in[0]; }     // Requires: reduced
  // Equal for equal sets. Requires: reduced.
  std::string key() const;
};

// The most remainders, times fraction digits, of one set.
inline constexpr uint64_t kMostResidues = 1u << 16;

// Multiples of divisor * 10^exponent; nullopt where that is too many remainders.
std::optional<Residues> residues_of_multiples(uint64_t divisor, int64_t exponent);
// The numbers of both, or of either; nullopt as above. Ensures: reduced.
std::optional<Residues> combine(const Residues& a, const Residues& b, bool intersection);
Residues complement_of(Residues set);
// With the smallest modulus and the fewest digits that tell the same.
Residues reduced(Residues set);
// The plain spellings. Requires: reduced. States are made when a text reaches them.
RegexId spelled(RegexArena& regexes, const Residues& set);

}  // namespace keyway::json_schema
