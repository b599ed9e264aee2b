// The node below a node of a token trie, by its byte.
//
// Entry point: child_of. Siblings lie by rising byte, so that the search ends at the first that is not less.
// Thread safety: any number of threads. Tested by tests/grammar/completion_test.cc and tests/grammar/mask_parts_test.cc.
#pragma once

#include "grammar/token_trie.h"

namespace keyway {

// kNone where there is none; `node` kNone: one of the roots. Complexity: the siblings before it.
inline uint32_t child_of(const TokenTrie& trie, uint32_t node, uint8_t byte) {
  if (node == TokenTrie::kNone) return trie.root(byte);
  const TrieNode* nodes = trie.nodes();
  const uint32_t end = nodes[node].subtree_end();
  uint32_t child = node + 1;
  while (child < end && nodes[child].byte() < byte) child = nodes[child].subtree_end();
  return child < end && nodes[child].byte() == byte ? child : TokenTrie::kNone;
}

}  // namespace keyway
