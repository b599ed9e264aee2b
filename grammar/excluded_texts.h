// The texts of a term that hold none of some texts, as they are written.
//
// Entry point: ExcludedTexts. Terms know no intersection (T2: a reference is never empty), so that this one decides it: a
// reference (term, place) is made only where a shortest text was found, by a search over the pairs of both automata.
// Requires: the terms are of bytes alone and remember nothing (recording.h), as the insides of strings are.
// Thread safety: as the arena. Tested by tests/grammar/excluded_texts_test.cc.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "grammar/term.h"
#include "grammar/text_finder.h"

namespace keyway {

class ExcludedTexts : public Definition {
 public:
  // Requires: no text is empty.
  static std::shared_ptr<ExcludedTexts> define(TermArena& arena, const std::vector<std::string>& texts);

  // The texts of the term that hold none; never() where there is none.
  // Complexity: the pairs that a best-first search looks at, charged to the budget.
  TermId without(TermArena& arena, TermId term) { return state(arena, term, 0); }
  // Whether one of them stands in the text.
  bool stands_in(std::string_view text) const;

  TermId unfold(TermArena& arena, uint32_t term, uint32_t place) override;

 private:
  struct Step {
    ByteSet bytes;
    TermId term;
    uint32_t place = 0;
  };

  explicit ExcludedTexts(const std::vector<std::string>& texts) : finder_(texts) {}
  TermId state(TermArena& arena, TermId term, uint32_t place);
  std::vector<Step> steps(TermArena& arena, TermId term, uint32_t place) const;
  uint32_t shortest(TermArena& arena, TermId term, uint32_t place);
  static uint64_t key(TermId term, uint32_t place) { return uint64_t{term.value} << 32 | place; }

  TextFinder finder_;
  DefinitionId id_;
  std::unordered_map<uint64_t, uint32_t> shortest_;  // by pair, in bytes; kLongest: there is no text
};

}  // namespace keyway
