// How far any text at all can be read: an expression is safe for n code points where every text of at most n is the
// beginning of one that it holds.
//
//   every key but "name"       for any number        ([^ ]+ +){0,9}[^ ]+     behind a letter for 18: ten words must follow
//   16 to 80 code points       for 80                a date                  for none
//   what holds "red"           for any number
//
// Entry points: SafeTexts::of. What is safe for as much as a token holds takes what any text takes: masks of it are those
// of any text, and only what is not safe is walked (MaskBuilder::add_safe).
// Invariant: every text of at most `points` code points leads to a state that is not empty, and that has a text of at most
// `longest` bytes. Thread safety: one thread at a time. Tested by tests/grammar/safe_texts_test.cc.
#pragma once

#include "grammar/flat_map.h"
#include "grammar/term.h"

namespace keyway {

struct SafeText {
  uint32_t points = 0;   // kUnbounded: any number
  uint32_t longest = 0;  // saturates at kLongest
};

class SafeTexts {
 public:
  explicit SafeTexts(TermArena& arena) : arena_(arena) {}

  // Memoised. Complexity: kMostStates states at most. Nothing is safe where the budget ran out.
  SafeText of(RegexId r);

 private:
  static constexpr size_t kMostStates = 48;
  static constexpr uint32_t kMostPoints = 64;  // more is not looked for one by one
  SafeText search(RegexId r);

  TermArena& arena_;
  FlatMap<SafeText> known_;  // by expression
};

}  // namespace keyway
