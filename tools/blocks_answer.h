// An answer of blocks as a term: texts between marks, then perhaps calls.
//
// Entry points: blocks_answer. answer = (block between)* (block | section); where a call is required it ends with one.
// Thread safety: as the arena. Tested by tests/tools/call_format_samples_test.cc.
#pragma once

#include <vector>

#include "grammar/term.h"
#include "tools/call_format.h"

namespace keyway {

struct AnswerBlock {
  TermId begin;
  Element end;                  // of the text
  std::vector<TokenId> tokens;  // added tokens that may stand in the text
  bool last = false;            // nothing comes after it, and its end may be missing
  uint32_t max_tokens = kUnbounded;  // of the text with its end
};

struct BlocksAnswer {
  std::vector<AnswerBlock> blocks;
  TermId between;
  TermId section = TermArena::never();  // never(): no calls
  bool required = false;                // the answer holds a call. Requires then: `section` is not never()
};

// Requires: some block or section exists. Complexity: terms are made on demand.
TermId blocks_answer(TermArena& arena, const BlocksAnswer& answer);

}  // namespace keyway
