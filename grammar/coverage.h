// Proofs that a state's language contains a whole slice of tokens.
//
// Entry points: Coverage::of. The proof is a closure over the automaton: from the head, every byte string of the
// slice's alphabet (UTF-8 code points past ASCII where it has them), up to the length of its longest token, leaves
// something of the head alive. It is made from rows, that is from the language, never from the shape of the syntax that
// made them.
// Invariant: a slice in Coverage::slices is allowed whole, whatever the tail of the state.
// Thread safety: one thread at a time. Tested by tests/grammar/coverage_test.cc.
#pragma once

#include <vector>

#include "grammar/automaton.h"
#include "grammar/token_slices.h"

namespace keyway {

struct CoverageOf {
  uint16_t slices = 0;     // bit i: TokenLength::slices[i] is allowed whole
  bool loops = false;      // every text of whole code points without body_ends() leads back to the head itself
  bool decided = false;
  uint32_t longest = 0;    // the largest shortest-length of what such a token leaves of the head
};

class Coverage {
 public:
  // Both outlive this.
  Coverage(Automaton& automaton, const TokenLength& tokens) : automaton_(automaton), tokens_(tokens) {}

  // Memoised by head. Complexity of the first call: kMostHeads heads of 256 bytes each at most.
  CoverageOf of(TermId head);
  // Whether every code point past ASCII leads from the head back to it.
  bool past_ascii_loops(TermId head);

 private:
  static constexpr size_t kMostHeads = 96;
  CoverageOf decide(TermId head);
  bool closed(TermId head, const ByteSet& ascii, bool past_ascii, uint32_t depth, bool& loops, uint32_t& longest);

  Automaton& automaton_;
  const TokenLength& tokens_;
  std::vector<CoverageOf> known_;  // by term id
};

}  // namespace keyway
