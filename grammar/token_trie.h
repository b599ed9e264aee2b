// A flat byte trie over tokens: what a mask walks, the hottest loop of the project.
//
// Entry points: TokenTrie::create, TrieNode, TrieChildren; trie_child.h reads single children.
// Invariant: nodes lie in preorder, siblings by rising byte; the nodes are exactly the prefixes of the entries' bytes.
// Thread safety: immutable. Tested by tests/grammar/vocabulary_test.cc.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "grammar/byte_set.h"
#include "grammar/error.h"
#include "grammar/flat_map.h"
#include "grammar/ids.h"

namespace keyway {

// One byte of the trie, 8 bytes, so that a cache line holds 8 of them:
//
//   word 0:  31    24 23                   0     word 1:  31       20 19               0
//           |  byte  |    subtree_end       |            |   depth   |   first_token    |
//
// Capacity: 2^24 - 1 nodes (o200k with 200,000 tokens has 421,660), 2^12 - 1 bytes in a token (the longest of the
// published vocabularies that we know have 128 to 256), 2^20 - 1 tokens (gemma has 262,144).
struct TrieNode {
  uint32_t byte_and_end = 0;
  uint32_t depth_and_token = 0;

  uint8_t byte() const { return static_cast<uint8_t>(byte_and_end >> 24); }
  // Index past the last node below this one: where a walk goes on when the byte is not allowed.
  uint32_t subtree_end() const { return byte_and_end & 0xFFFFFFu; }
  // Number of bytes up to and with this one, from 1.
  uint32_t depth() const { return depth_and_token >> 20; }
  // Index into trie_tokens() of the first token that ends at this node or after it.
  uint32_t first_token() const { return depth_and_token & 0xFFFFFu; }
};
static_assert(sizeof(TrieNode) == 8);

inline constexpr uint32_t kMaxTrieNodes = (1u << 24) - 1;
inline constexpr uint32_t kMaxTokenBytes = (1u << 12) - 1;
struct TrieEntry {
  std::string_view bytes;  // not empty
  TokenId token = 0;
};

// The children of a node whose subtree is large. In preorder they lie far apart, each in a cold line that says where the next one
// is: behind a quote there are a hundred. Receipt: README.md, "Masks, step by step".
struct TrieChildren {
  ByteSet bytes;
  uint32_t first = 0;  // index of that of the least byte; the others follow
};

class TokenTrie {
 public:
  static constexpr uint32_t kNone = 0xFFFFFFFFu;

  TokenTrie() = default;
  // Any order; several entries may have equal bytes. Error: kLimit past the capacities.
  // Complexity: O(B + n log n) for n entries of B bytes in all.
  static Result<TokenTrie> create(std::vector<TrieEntry> entries);

  // A walk:
  //
  //   for (uint32_t i = 0; i < trie.size();) {
  //     const TrieNode node = trie.nodes()[i];
  //     state[node.depth()] = step(state[node.depth() - 1], node.byte());   // state[0]: where the walk starts
  //     if (dead(state[node.depth()])) { i = node.subtree_end(); continue; }
  //     for (TokenId token : trie.tokens_at(i)) mask_set(words, token);
  //     ++i;
  //   }
  //
  // Complexity: one step per node whose parent is alive.
  const TrieNode* nodes() const { return nodes_.data(); }  // (size + 1), the last closes the token ranges
  uint32_t size() const { return nodes_.empty() ? 0 : static_cast<uint32_t>(nodes_.size() - 1); }
  // The tokens sorted by bytes, equal bytes by id.
  std::span<const TokenId> tokens() const { return tokens_; }
  // The tokens whose bytes end at that node. Requires: node < size().
  std::span<const TokenId> tokens_at(uint32_t node) const {
    const uint32_t first = nodes_[node].first_token();
    return {tokens_.data() + first, nodes_[node + 1].first_token() - first};
  }
  // The node of depth 1 with that byte; kNone where no entry starts with it.
  uint32_t root(uint8_t byte) const { return roots_[byte]; }
  // Null where the subtree is small: its siblings lie in a few lines, one behind the other.
  const TrieChildren* children(uint32_t node) const {
    return nodes_[node].subtree_end() - node > kLarge ? children_.find(node) : nullptr;
  }
  // Requires: byte is one of children.bytes.
  uint32_t child(const TrieChildren& children, uint8_t byte) const { return child_nodes_[children.first + children.bytes.rank(byte)]; }
  // The largest depth of a node.
  uint32_t max_depth() const { return max_depth_; }
  // The most bytes that are read from the place above the node to a node at or below it, or more.
  uint32_t height(uint32_t node) const { return heights_[node] < kTall ? heights_[node] : max_depth_; }

 private:
  static constexpr uint8_t kTall = 255;   // this or more
  static constexpr uint32_t kLarge = 64;  // nodes
  void measure();
  void list_children();

  std::vector<TokenId> tokens_;
  std::vector<TrieNode> nodes_;
  std::vector<uint8_t> heights_;  // by node, at most kTall
  FlatMap<TrieChildren> children_;
  std::vector<uint32_t> child_nodes_;
  std::array<uint32_t, 256> roots_ = [] {
    std::array<uint32_t, 256> none{};
    none.fill(kNone);
    return none;
  }();
  uint32_t max_depth_ = 0;
};

}  // namespace keyway
