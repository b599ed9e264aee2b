// The nodes below a node of a token trie, by their bytes.
//
// Entry points: child_of, child_bytes, for_each_child. Thread safety: any number of threads.
// Tested by tests/grammar/vocabulary_test.cc, tests/grammar/completion_test.cc and tests/grammar/mask_parts_test.cc.
#pragma once

#include "grammar/token_trie.h"

namespace keyway {

// kNone where there is none; `node` kNone: one of the roots.
inline uint32_t child_of(const TokenTrie& trie, uint32_t node, uint8_t byte) {
  if (node == TokenTrie::kNone) return trie.root(byte);
  if (const TrieChildren* children = trie.children(node)) {
    return children->bytes.contains(byte) ? trie.child(*children, byte) : TokenTrie::kNone;
  }
  const TrieNode* nodes = trie.nodes();
  const uint32_t end = nodes[node].subtree_end();
  uint32_t child = node + 1;
  while (child < end && nodes[child].byte() < byte) child = nodes[child].subtree_end();
  return child < end && nodes[child].byte() == byte ? child : TokenTrie::kNone;
}

// The bytes that tokens go on with behind the node.
inline ByteSet child_bytes(const TokenTrie& trie, uint32_t node) {
  if (const TrieChildren* children = trie.children(node)) return children->bytes;
  ByteSet bytes;
  const TrieNode* nodes = trie.nodes();
  for (uint32_t child = node + 1; child < nodes[node].subtree_end(); child = nodes[child].subtree_end()) bytes.insert(nodes[child].byte());
  return bytes;
}

// Calls visit(node below) for those with one of the bytes, by rising byte; `node` kNone: the roots.
template <typename Visit>
void for_each_child(const TokenTrie& trie, uint32_t node, const ByteSet& bytes, Visit visit) {
  if (node == TokenTrie::kNone) {
    bytes.for_each([&](uint8_t b) {
      if (trie.root(b) != TokenTrie::kNone) visit(trie.root(b));
    });
    return;
  }
  if (const TrieChildren* children = trie.children(node)) {
    (children->bytes & bytes).for_each([&](uint8_t b) { visit(trie.child(*children, b)); });
    return;
  }
  const TrieNode* nodes = trie.nodes();
  const uint32_t end = nodes[node].subtree_end();
  for (uint32_t child = node + 1; child < end; child = nodes[child].subtree_end()) {
    if (bytes.contains(nodes[child].byte())) visit(child);
  }
}

}  // namespace keyway
