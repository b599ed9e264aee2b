// What the presence of some members says of that of others: clauses of two literals each, as `dependentRequired` and an
// `anyOf` of `required` make them. Thirty such alternatives of two are 2^30 shapes multiplied out and one shape with 30 clauses.
//
// Entry points: PresenceClause, PresenceGraph. Names are numbers from 0. The clauses of two literals that are left when
// assignments have been propagated are those that no assignment touches, so that what could be satisfied still can
// (Even, Itai, Shamir 1976): a state needs no search to know that it is live.
// Invariant: after assign() no clause has one literal that is false and one that is free.
// Thread safety: immutable once made. Tested by tests/schemas/json_schema/presence_test.cc.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace keyway::json_schema {

struct PresenceLiteral {
  uint32_t name = 0;
  bool present = false;
  friend auto operator<=>(const PresenceLiteral&, const PresenceLiteral&) = default;
};

// One of the two holds. first <= second.
struct PresenceClause {
  PresenceLiteral first, second;
  friend auto operator<=>(const PresenceClause&, const PresenceClause&) = default;
};

inline constexpr uint64_t kMostPresenceSteps = 200'000;  // of one part; past it the budget counts as used up

enum class Presence : uint8_t { kFree, kAbsent, kNeeded, kWritten };

class PresenceGraph {
 public:
  using Names = std::vector<Presence>;  // (names)

  PresenceGraph(size_t names, const std::vector<PresenceClause>& clauses);

  // Settles a name and what follows from it; `steps` counts the literals that were looked at. False where a clause fails:
  // then `names` is in no particular state.
  bool assign(Names& names, PresenceLiteral literal, uint64_t& steps) const;
  // Whether some clause is not met yet.
  bool is_open(const Names& names) const;
  // Whether nothing more need come: all free names may be absent together.
  bool may_end(const Names& names) const;
  // Parts that share no name, of which some cannot be left out whole.
  size_t parts() const { return parts_.size(); }
  // The sets of names, each sorted, that a part may be completed with; every way to complete it holds one of them. Empty where
  // there is none; stops where `budget` steps are used up, which then is 0.
  std::vector<std::vector<uint32_t>> completions(const Names& names, size_t part, uint64_t& budget) const;

 private:
  static bool holds(const Names& names, PresenceLiteral literal);

  std::vector<std::vector<PresenceLiteral>> if_present_, if_absent_;  // by name: what must hold then
  std::vector<std::vector<std::pair<uint32_t, uint32_t>>> parts_;     // the clauses of two present literals of each
};

}  // namespace keyway::json_schema
