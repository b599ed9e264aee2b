// One name of many, and the term that belongs to it: the names of tools with their arguments.
//
// Entry points: named_terms. The trie of the names is unfolded where a text goes, so that a list of ten thousand tools
// costs its sorting. Receipt: tools/README.md, "Measured".
// Thread safety: as the arena. Tested by tests/tools/named_terms_test.cc.
#pragma once

#include <string>
#include <vector>

#include "grammar/term.h"

namespace keyway {

struct NamedTerm {
  std::string name;
  TermId term;
};

// The texts name, before, term, after. Requires: names are unique; no term is never(), and `before`, the terms or `after`
// hold no empty text in sequence. never() for no names.
TermId named_terms(TermArena& arena, std::vector<NamedTerm> names, TermId before, TermId after);

}  // namespace keyway
