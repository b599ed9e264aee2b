// The members that objects of a shape may have: classes of undeclared keys, and, where members are counted or needed,
// what each may count for.
//
// Entry points: Members. Nothing here asks whether a value exists: facts.h does, and uses this to find out.
// Invariant: the classes of a shape are disjoint, not empty, and hold no known name, not even spelled with escapes.
// Thread safety: one thread at a time. Tested by tests/schemas/json_schema/verdicts_test.cc.
#pragma once

#include <deque>
#include <unordered_map>
#include <vector>

#include "grammar/term.h"
#include "schemas/json_schema/shapes.h"

namespace keyway::json_schema {

// All other keys of a regular language, with what holds for their values.
struct KeyClass {
  RegexId keys;
  ConjunctionId value;
};

// A member that meets the needs in `met` (a bit each) when its value satisfies `value`.
struct MemberOption {
  uint32_t met = 0;
  RegexId keys;  // of undeclared members
  ConjunctionId value;
};

struct MemberOptions {
  std::vector<std::vector<MemberOption>> named;  // parallel to ObjectShape::named; met = 0 first
  std::vector<MemberOption> others;
};

inline constexpr size_t kMostNeeds = 12;  // of one shape; past it the budget counts as used up

class Members {
 public:
  // `remembers_keys`: SchemaNodes::remembers_keys().
  Members(TermArena& arena, ShapeStore& shapes, Conjunctions& conjunctions, bool remembers_keys)
      : arena_(arena), shapes_(shapes), conjunctions_(conjunctions), remembers_keys_(remembers_keys) {}

  const std::vector<KeyClass>& classes(ObjectShapeId shape);
  // Whether undeclared keys are remembered until the minimum is reached, so that each counts.
  bool remembers_keys(ObjectShapeId shape) const;
  // The same objects with undeclared keys of small finite classes as known names, so that each is counted once; and, where
  // keys are remembered, with so many of the shortest keys of the others that these names alone reach the minimum: what is
  // missing can then be told in bytes without knowing which other keys were written.
  // Requires: is_counted(shape).
  ObjectShapeId counted_form(ObjectShapeId shape);
  // Needs that any value meets: they stay met whatever comes later.
  uint32_t lasting_needs(ObjectShapeId shape) const;
  // Whether counting undeclared members once, and ending them after one that meets a need, may leave out whole shapes.
  bool is_approximate(ObjectShapeId shape);
  // Requires: is_counted().
  const MemberOptions& options(ObjectShapeId shape);

 private:
  std::vector<KeyClass> partition(const ObjectShape& shape);
  uint32_t lack(const ObjectShape& shape) const;
  std::vector<std::string> shortest_keys(RegexId keys, uint32_t count);
  std::vector<MemberOption> options_of(const ObjectShape& shape, const MemberOption& plain, const std::string* name);

  TermArena& arena_;
  ShapeStore& shapes_;
  Conjunctions& conjunctions_;
  bool remembers_keys_;
  std::unordered_map<uint32_t, std::vector<KeyClass>> classes_;
  std::unordered_map<uint32_t, MemberOptions> options_;
  std::unordered_map<uint32_t, ObjectShapeId> counted_;
};

}  // namespace keyway::json_schema
