// Sets of numbers as regular languages of their spellings, closed under union, intersection and complement.
//
// Entry points: NumberSet, NumberAlgebra. A spelling is plain (-?digits[.digits]) or scientific (with an exponent).
// Every value has plain spellings, and membership of a plain spelling is always exact. A comparison of scientific
// spellings is not regular in general, so a set keeps two bounds of them: `sure` (all of them members) and `possible`
// (no other one is a member); complement swaps them. What is written is plain and sure: sound under every operation, and
// what it leaves out is declared by the keyword that caused it (promise P2).
// Invariant: sure is a subset of possible. Empty exactly when `plain` is.
// Thread safety: as the RegexArena. Tested by tests/schemas/json_schema/number_set_test.cc.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "grammar/regex.h"
#include "schemas/json_schema/compile.h"
#include "schemas/json_schema/decimal.h"
#include "schemas/json_schema/number_residues.h"

namespace keyway::json_schema {

struct NumberSet {
  RegexId plain;
  RegexId sure;
  RegexId possible;
  friend bool operator==(const NumberSet&, const NumberSet&) = default;
};

// What is written of a set is known by it.
inline uint64_t key_of(const NumberSet& set) { return uint64_t{set.plain.value} << 32 | set.sure.value; }

// The most digits that a bound or constant may have when it is written plainly; longer ones are refused by name.
inline constexpr int64_t kMostPlainDigits = 1100;  // 1e308 and 5e-324 with all their digits

// A divisor is compiled to a state for each remainder and fraction digit.
inline constexpr int64_t kMostDivisorStates = 20'000;
inline constexpr int64_t kMostDivisorZeros = 400;
bool is_compiled_divisor(const Decimal& divisor);

// Sets by bound; see NumberAlgebra::beyond.
using KnownBounds = std::unordered_map<std::string, NumberSet>;

// What every schema asks for, as it was made once for an arena.
struct KnownNumbers {
  NumberSet all, none;
  std::optional<NumberSet> integers;
  std::shared_ptr<const KnownBounds> bounds;  // may be null
};

class NumberAlgebra {
 public:
  // `known`: of an arena whose ids are those of `regexes`, or null.
  NumberAlgebra(RegexArena& regexes, NumberSpelling spelling, const KnownNumbers* known = nullptr);

  KnownNumbers known() const { return {all_, none_, integers_, known_bounds_}; }
  // known() with the bounds that were asked for, too.
  KnownNumbers known_with_bounds() const { return {all_, none_, integers_, std::make_shared<const KnownBounds>(bounds_)}; }

  NumberSpelling spelling() const { return spelling_; }
  const NumberSet& all() const { return all_; }
  const NumberSet& none() const { return none_; }
  // Numbers of integral value; `lexical` (draft 4): only those written without point and exponent.
  NumberSet integers(bool lexical);
  // Value >= bound, or > bound. Requires: plain_length() <= kMostPlainDigits.
  NumberSet at_least(const Decimal& bound, bool strict);
  NumberSet at_most(const Decimal& bound, bool strict);
  // Requires: is_compiled_divisor(divisor).
  NumberSet multiples(const Decimal& divisor);
  // The plain spellings that are the shortest of their value: one for each member.
  RegexId shortest_spellings(const NumberSet& set);
  // Exactly these values. Requires: as at_least.
  NumberSet constants(std::span<const Decimal> values);

  NumberSet unite(std::span<const NumberSet> sets);
  NumberSet intersect(std::span<const NumberSet> sets);
  NumberSet complement(const NumberSet& set);
  // What exactly one of several sets holds, after one more: `one` and `seen` are what exactly one and what any held before.
  NumberSet exactly_one(const NumberSet& one, const NumberSet& seen, const NumberSet& next);
  // The texts that are written for the set.
  RegexId spellings(const NumberSet& set);

 private:
  NumberSet beyond(const Decimal& bound, bool strict, bool mirrored);
  NumberSet make_beyond(const Decimal& bound, bool strict, bool mirrored);
  NumberSet compared(RegexId plain, RegexId sure, RegexId surely_not);

  // Plain spellings as what divisibility says and the rest: both hold.
  struct Factors {
    Residues residues;
    RegexId rest;
  };
  Factors factors(RegexId plain);
  RegexId product(const Factors& factors);
  std::optional<RegexId> unite_by_residues(const std::vector<RegexId>& plain);
  RegexId intersect_plain(const std::vector<RegexId>& plain);
  void remember(RegexId plain, Residues residues);
  bool may_combine(const Residues& a, const Residues& b);

  RegexArena& regexes_;
  NumberSpelling spelling_;
  NumberSet all_, none_;
  std::optional<NumberSet> integers_;
  std::unordered_map<std::string, NumberSet> multiples_;
  std::unordered_map<uint32_t, Factors> factors_;            // by plain spellings
  std::unordered_map<std::string, RegexId> by_residues_;     // Residues::key()
  uint64_t combined_ = 0;                                    // remainders looked at
  KnownBounds bounds_;
  std::shared_ptr<const KnownBounds> known_bounds_;  // of the arena's base
};

}  // namespace keyway::json_schema
