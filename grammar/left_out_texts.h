// Where the tokens of a trie spell out a text that a JSON string may not be: the names that an object knows, of which none is
// every other key.
//
// Entry points: left_out_nodes. Nothing is stepped: the listed texts and the trie are read side by side, plain, with the
// escapes of one letter and with numbered ones. Receipt: README.md, "Masks, step by step".
// Thread safety: any number of threads, each with its own arena. Tested by tests/grammar/left_out_texts_test.cc.
#pragma once

#include <vector>

#include "grammar/regex.h"
#include "grammar/token_trie.h"

namespace keyway {

// Appends to `found` the nodes below `node` (TokenTrie::kNone: in the whole trie) at which the bytes behind it spell a text that
// is not in `expression` though every text is but some; in no order, some more than once. `work` becomes how many places were
// read. False, and `found` is of no use, where `expression` is not seen to be all texts but listed ones, or they are many.
// Complexity: O(places of the texts that the trie has too).
bool left_out_nodes(const TokenTrie& trie, uint32_t node, const RegexArena& regexes, RegexId expression,
                    std::vector<uint32_t>& found, uint64_t& work);

}  // namespace keyway
