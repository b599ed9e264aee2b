// The regular algebra over code points: hash-consed regular expressions with intersection and complement, stepped by
// derivatives (Brzozowski 1964; transitions over classes as in Owens, Reppy, Turon 2009).
//
// Entry points: RegexArena. What a JSON string, a key, a pattern or a format may be is one RegexId; how its code points
// are spelled in bytes (UTF-8, JSON escapes, ...) is decided by text_term.h.
// Invariants: equal normalised expressions have equal ids; transitions() never leads to an empty language, so a walk
// along them has no dead end; no function recurses deeper than kDepthFactor * Limits::regex_depth operators, which are
// counted where an expression is stepped (in head position), not along a text.
// Limits: every constructor pays one unit of the arena's budget and a little more for long lists. When the budget, the
// bytes, the depth or the states of one decision (kMostSearched) are used up, constructors return never() and exhausted()
// says so: the caller discards what it built and reports limit_error(). A fresh budget heals the first; the others stay.
// Thread safety: one thread at a time. Tested by tests/grammar/regex_test.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/budget.h"
#include "grammar/code_point_set.h"
#include "grammar/fingerprint.h"
#include "grammar/ids.h"

namespace keyway {

using RegexId = Id<struct RegexTag>;
using ClassId = Id<struct ClassTag>;  // an interned CodePointSet
using FamilyId = Id<struct FamilyTag>;

inline constexpr uint32_t kUnbounded = 0xFFFFFFFFu;  // no maximum for a repetition
inline constexpr uint32_t kHeaviest = 0x3FFFFFFFu;   // stands for this weight or more

class RegexArena;

// Makes the meanings of deferred parts, by number.
class RegexFamily {
 public:
  virtual ~RegexFamily() = default;
  virtual RegexId meaning(RegexArena& arena, uint32_t key) = 0;
  // Two words that stand for this meaning in the whole process, whatever arena it is made in; zeros where there are none.
  virtual Fingerprint identity(uint32_t) const { return {}; }
};

// What is known of a deferred part beforehand. Its language is never empty.
struct DeferredFacts {
  bool nullable = false;
  bool positive = true;    // see RegexArena::positive
  uint32_t shortest = 0;   // code points of a shortest text
};

class RegexArena {
 public:
  struct Transition {
    ClassId on;      // not empty; the classes of one list are disjoint
    RegexId target;  // not empty
  };

  explicit RegexArena(const Limits& limits = {});
  // A copy in which equal ids mean the same. Requires: base has no budget and is not exhausted.
  RegexArena(const RegexArena& base, const Limits& limits);
  ~RegexArena();
  RegexArena(const RegexArena&) = delete;
  RegexArena& operator=(const RegexArena&) = delete;

  // Work of constructors, transitions() and decisions is charged here. Requires: outlives its use. Null: not metered.
  void set_budget(Budget* budget);
  bool exhausted() const;
  void set_arena_bytes(uint64_t bytes);  // see TermArena
  const Limits& limits() const;
  // The kLimit error that names what was used up. Requires: exhausted().
  Error limit_error(const std::string& fuel_name = "compile_fuel", std::string pointer = {}) const;

  RegexId never() const;    // the empty language
  RegexId epsilon() const;  // the empty text
  RegexId any() const;      // one code point
  RegexId all() const;      // every text
  RegexId one_of(const CodePointSet& set);
  RegexId literal(std::string_view utf8);  // Requires: is_utf8(utf8)
  RegexId sequence(RegexId first, RegexId second);
  RegexId sequence(std::span<const RegexId> parts);
  RegexId alternative(std::span<const RegexId> parts);
  RegexId intersection(std::span<const RegexId> parts);
  RegexId complement(RegexId part);  // all texts that are not in `part`
  // Ensures: min > max gives never(). max may be kUnbounded.
  RegexId repeat(RegexId part, uint32_t min, uint32_t max);
  // Exactly these texts, as a minimal acyclic automaton. Requires: each is UTF-8. Complexity: O(total bytes * log).
  RegexId literals(std::vector<std::string_view> texts);
  // A name for an expression that is given later and may speak of the name, behind something that takes a code point:
  // declare_knot, build the meaning with it, define_knot. Requires: every knot is defined before the next call of
  // transitions() or a decision; nullable is that of the meaning.
  RegexId declare_knot(bool nullable);
  void define_knot(RegexId knot, RegexId meaning);
  // A part whose meaning the family makes when a text first reaches it: large parts cost nothing until then.
  // Requires: the family gives equal keys equal meanings, with these facts; a meaning takes a code point before it comes to
  // another deferred part, and a shortest text of it is of letters, digits and plain punctuation of ASCII.
  RegexId deferred(FamilyId family, uint32_t key, const DeferredFacts& facts);
  FamilyId add_family(std::shared_ptr<RegexFamily> family);
  // Texts of min to max code points.
  RegexId length(uint32_t min, uint32_t max) { return repeat(any(), min, max); }

  bool nullable(RegexId r) const;  // holds the empty text
  // No intersection and no complement inside: such an expression is empty only if it is never().
  bool positive(RegexId r) const;
  const CodePointSet& set(ClassId id) const;

  // Where one code point leads; code points in no class lead nowhere. Valid until the next call of a constructor.
  // Complexity: memoised.
  std::span<const Transition> transitions(RegexId r);
  // An expression with many transitions that leads where r leads, by every code point but those of `but`; nullopt where none
  // is seen.
  struct Like {
    RegexId other;
    ClassId but;
  };
  std::optional<Like> like(RegexId r);
  // The state after one code point; never() where it is not allowed.
  RegexId derivative(RegexId r, uint32_t code_point);

  // An expression that agrees with r on every text of at most `longest` code points and on which of those can go on:
  // counts past that length are made alike, so that the states of a long counted text become one. r itself where it has
  // a complement, or an intersection but that of a text with a length (emptiness depends on exact counts).
  RegexId counts_saturated(RegexId r, uint32_t longest);
  // The bounds of an expression that is exactly "min to max of any code point"; nullopt for every other.
  struct Bounds {
    uint32_t min, max;
  };
  std::optional<Bounds> any_bounds(RegexId r) const;
  // A number of code points from which on every text is in r, as in all texts but some; not always the least one, and
  // nullopt where none is seen without a search.
  std::optional<uint32_t> holds_from(RegexId r) const;
  // A part of r, not empty, that with each of its texts holds all that end with it: a search (`.*ab`, what is behind its first
  // letters too), or all texts of some length and more. Whatever is read from r, what is left holds the part. nullopt where none
  // is seen without a search.
  std::optional<RegexId> prefixed(RegexId r);
  // What every text is in but some listed ones, as every other key of an object: the languages of those, each to be read by
  // first_letters(). False where r is not seen to be such.
  bool all_but(RegexId r, std::vector<RegexId>& left_out) const;
  struct Letter {
    uint32_t code_point;
    RegexId rest;
  };
  // The first code points of a listed language and what follows each, as they stand in the expression: nothing is made. False
  // where they do not stand there one by one, or are many. Whether the empty text is in it: nullable(). Complexity: O(letters).
  bool first_letters(RegexId r, std::vector<Letter>& letters) const;

  // Decided exactly by search over derivatives, memoised; nullopt when the budget ran out first.
  std::optional<bool> is_empty(RegexId r);
  std::optional<bool> contains(RegexId larger, RegexId smaller);  // smaller is a subset of larger
  // A text of fewest code points. Requires: not empty. nullopt when the budget ran out.
  std::optional<std::u32string> shortest(RegexId r);
  // The least total weight of a text, saturated at kHeaviest, where the weight of a code point of a class is given by a
  // pure function, at least 1, whose value for a class is the least over its code points. Memoised by function. Requires:
  // not empty. nullopt when the budget ran out.
  using Weight = uint32_t (*)(const CodePointSet& set);
  std::optional<uint32_t> least_weight(RegexId r, Weight weight);
  // The language if it has at most `limit` texts (each UTF-8, sorted); nullopt if larger or the budget ran out.
  std::optional<std::vector<std::string>> enumerate(RegexId r, size_t limit);
  // Whether `utf8` is in the language. For tests and for keys known at compile time.
  bool matches(RegexId r, std::string_view utf8);

  // The name of the expression, which equal ones have in all arenas; one that was made in another order may have another. Nullopt
  // where it is too large, or has a part that has no name outside of its arena, or the budget ran out.
  // Requires: the names are those of every other call. Complexity: the parts that no call has read before.
  std::optional<Fingerprint> fingerprint(RegexId r, const Fingerprinter& names);
  // For tests and reports: a readable form of the normalised expression, shortened to `limit` bytes.
  std::string dump(RegexId r, size_t limit = 1000) const;
  size_t bytes() const;  // memory held, about
  size_t size() const;   // expressions made

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace keyway
