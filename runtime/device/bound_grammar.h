// What TermMirror keeps of one grammar.
//
// Entry points: TermMirror::Bound. Invariant: `numbers` names terms of the tables as they are now; it is emptied with them.
// Thread safety: one thread at a time. Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include "grammar/mask_builder.h"
#include "runtime/device/term_mirror.h"

namespace keyway {

struct TermMirror::Bound {
  uint32_t number;  // of the grammar
  std::shared_ptr<Grammar> grammar;
  std::shared_ptr<const TokenSlices> slices;
  std::vector<uint32_t> numbers;  // by term id, 0 where there is none yet
  std::unique_ptr<MaskBuilder> builder;
  std::unique_ptr<Coverage> coverage[2];  // by short and long tokens
  // Heads that texts can come to, by their distance from where texts have been; some in them may be filled or nearer by now.
  std::vector<std::vector<uint32_t>> ahead;
  uint32_t nearest = 0;                   // nothing in `ahead` is nearer
  uint32_t rows_far = 0;                  // filled that are far from all texts
  bool spent = false;                     // a budget ran out: what is not asked for is left alone

  void bind(Automaton& automaton) {
    if (builder) return;
    builder = std::make_unique<MaskBuilder>(automaton, grammar->vocabulary(), *slices, grammar->end_tokens());
    coverage[0] = std::make_unique<Coverage>(automaton, slices->short_tokens());
    coverage[1] = std::make_unique<Coverage>(automaton, slices->long_tokens());
  }
};

}  // namespace keyway
