// A Pattern to an expression of the regular algebra: what remains of the pattern is turned into the language of the rest
// of the text, from the end of the pattern to its start, so that conditions on what follows are intersections.
//
//   L(r, k)  the texts of r followed by the texts of k          L(ab, k) = L(a, L(b, k))    L(a|b, k) = L(a, k) | L(b, k)
//            L((?=y), k) = L(y, all) & k                        L((?!y), k) = ~L(y, all) & k
//            L(r*, k) = X where X = k | N(r, X): a knot         N(r, k), E(r, k): r takes something, r takes nothing
//
// Conditions on what stands before (^ \b (?<=y)) are followed by trackers: expressions of the text so far, stepped along
// with it. Their states, taken together, are the contexts; every k is a vector with one language per context.
// A part without conditions is lowered in closed form, so that patterns without them have one context and no knots.
//
// Entry point: PatternLowering. Invariant: exact on every text, or an error.
// Tested by tests/grammar/regex_parser_test.cc, among others against RE2.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "grammar/regex.h"
#include "grammar/regex_pattern.h"

namespace keyway {

class PatternLowering {
 public:
  // open_end: more text follows what is lowered (the inside of a lookbehind). Requires: both outlive this.
  PatternLowering(RegexArena& arena, const Pattern& pattern, bool open_end = false);

  // The texts that `node` matches from their start to their end; with free_start from any place, with free_end up to any.
  Result<RegexId> lower(uint32_t node, bool free_start, bool free_end);

 private:
  using Languages = std::vector<RegexId>;  // one per context
  struct Edge {
    CodePointSet on;
    uint32_t context;
  };
  // What may follow a place: one of these code points, or the end of the text.
  struct Allowed {
    CodePointSet next;
    bool end;
  };
  // The trackers in use, by what they answer; kUnused where nothing asks.
  static constexpr uint32_t kUnused = 0xFFFFFFFFu;

  bool refuse(ErrorCode code, std::string message, std::string allowed = {});
  bool stopped();  // an error, or the budget is used up

  // Contexts (regex_contexts.cc).
  bool collect(uint32_t node);
  bool need_tracker(uint32_t& slot, RegexId language);
  bool make_contexts();
  bool holds(uint32_t tracker, uint32_t context) const;
  Allowed allowed(const PatternNode& place, uint32_t context) const;
  RegexId leads_into(uint32_t from, const std::vector<bool>& goal);

  // Languages.
  Languages whole(uint32_t node, const Languages& after);       // L
  Languages taking(uint32_t node, const Languages& after);      // N
  Languages empty_match(uint32_t node, const Languages& after);  // E
  Languages closed_then(RegexId r, const Languages& after);
  Languages set_then(const CodePointSet& set, const Languages& after);
  Languages text_then(const PatternNode& text, const Languages& after);
  Languages counted_set_then(const CodePointSet& set, uint32_t min, uint32_t max, const Languages& after);
  Languages look(const PatternNode& node, uint32_t number, const Languages& after);
  struct Both {
    Languages whole, taking;
  };
  Both repetition(const PatternNode& node, const Languages& after);
  Languages sequence_taking(const PatternNode& node, const Languages& after);
  Languages either(const Languages& a, const Languages& b);
  RegexId either(RegexId a, RegexId b);
  RegexId both(RegexId a, RegexId b);
  RegexId begin_with(RegexId language, const CodePointSet& next, bool end);
  RegexId closed(uint32_t node);
  RegexId closed_alternative(const PatternNode& node);
  bool uniform(const Languages& languages) const;
  const CodePointSet* repeated_set(const PatternNode& node) const;

  RegexArena& arena_;
  const Pattern& pattern_;
  bool open_end_;
  std::vector<RegexId> trackers_;
  uint32_t at_start_ = kUnused, after_newline_ = kUnused, after_return_ = kUnused;
  uint32_t after_word_[2] = {kUnused, kUnused};  // ASCII, Unicode
  std::map<uint32_t, uint32_t> behind_;          // lookbehind node to tracker
  std::vector<std::vector<RegexId>> contexts_;   // a state of each tracker; the first is the start of the text
  std::vector<std::vector<Edge>> edges_;         // by context
  bool memoryless_ = true;                       // the last code point alone decides the context
  std::map<std::pair<uint32_t, std::vector<bool>>, RegexId> ways_;
  std::vector<RegexId> closed_;                  // by node, never() where not made
  uint32_t open_knots_ = 0;
  uint64_t steps_ = 0;
  std::optional<Error> error_;
};

}  // namespace keyway
