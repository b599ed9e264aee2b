// The text tokens cut at each of their quotes, for the tokens that end a string and go on. What a quote is depends on what
// ends the text: `"` in JSON, `'` in a Python list, `<` where a value stands raw in front of `</parameter>`.
//
// Entry points: QuoteCrossings::create. A crossing is a token and one of its quotes:   name":   ->   name | ":
// What stands before the quote is the business of the string alone, and what comes from it on that of what follows the
// string alone, so that either side is decided for all tokens at once by a walk of a small trie (Llama-3.1: 1,608
// crossings, 343 nodes before the quotes and 926 from them on).
// Thread safety: immutable. Tested by tests/grammar/token_slices_test.cc.
#pragma once

#include <vector>

#include "grammar/token_trie.h"

namespace keyway {

class Vocabulary;

struct QuoteCrossings {
  std::vector<TokenId> tokens;  // (crossings), the token of each
  uint32_t at_start = 0;        // the crossings [0, at_start) have nothing before the quote
  TokenTrie before;             // what stands before the quote, of the others; its entries are crossings
  TokenTrie from;               // the quote and what follows it; its entries are crossings

  // Errors: as TokenTrie::create, and where there are more crossings than a trie has room for. Complexity: O(bytes of the vocabulary).
  static Result<QuoteCrossings> create(const Vocabulary& vocabulary, char quote = '"');
};

}  // namespace keyway
