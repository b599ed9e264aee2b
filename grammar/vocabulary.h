// The tokens of a model as a grammar sees them: the bytes of each, and a flat byte trie over those that are text.
//
// Entry points: TokenEntry, Vocabulary::create, Vocabulary::trie (what a mask walks), Vocabulary::find.
// Invariant: exactly the kText tokens with at least one byte are in the trie, each once; a token of another kind is
// reachable by its id alone, however its spelling reads. End tokens are kSpecial.
// Tested by tests/grammar/vocabulary_test.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/error.h"
#include "grammar/ids.h"

namespace keyway {

enum class TokenKind : uint8_t {
  kText,     // stands for its bytes
  kAdded,    // an added token that is no control token, for example <tool_call>
  kSpecial,  // a control token
  kAbsent,   // a gap in the ids, or padding of the output layer: never allowed
};

struct TokenEntry {
  std::string bytes;  // kText: the bytes it stands for; kAdded and kSpecial: its spelling; kAbsent: ignored
  TokenKind kind = TokenKind::kText;
};

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
inline constexpr uint32_t kMaxVocabularySize = (1u << 20) - 1;

// Thread safety: immutable.
class Vocabulary {
 public:
  // The entry at index i is token i. End tokens become kSpecial; one that is given twice counts once.
  // Errors: kInvalid for an end token past the table or kAbsent, or for an empty table; kLimit past the capacities.
  // Complexity: O(B + n log n) for n tokens of B bytes in all.
  static Result<std::shared_ptr<const Vocabulary>> create(std::vector<TokenEntry> entries,
                                                          std::vector<TokenId> end_tokens);

  size_t size() const { return kinds_.size(); }
  // Requires for both: token < size(). Empty for kAbsent.
  std::string_view bytes(TokenId token) const {
    return {bytes_.data() + offsets_[token], offsets_[token + 1] - offsets_[token]};
  }
  TokenKind kind(TokenId token) const { return kinds_[token]; }
  const std::vector<TokenId>& end_tokens() const { return end_tokens_; }
  bool is_end(TokenId token) const;

  // The nodes in preorder, siblings by rising byte, and one more that closes the token ranges. A walk:
  //
  //   for (uint32_t i = 0; i < trie_size();) {
  //     const TrieNode node = trie()[i];
  //     state[node.depth()] = step(state[node.depth() - 1], node.byte());   // state[0]: where the walk starts
  //     if (dead(state[node.depth()])) { i = node.subtree_end(); continue; }
  //     for (TokenId token : trie_tokens_at(i)) mask_set(words, token);
  //     ++i;
  //   }
  //
  // Complexity: one step per node whose parent is alive.
  const TrieNode* trie() const { return nodes_.data(); }  // (trie_size() + 1)
  uint32_t trie_size() const { return static_cast<uint32_t>(nodes_.size() - 1); }
  // The tokens of the trie sorted by bytes, equal bytes by id.
  std::span<const TokenId> trie_tokens() const { return trie_tokens_; }
  // The tokens whose bytes end at that node; several may have equal bytes. Requires: node < trie_size().
  std::span<const TokenId> trie_tokens_at(uint32_t node) const {
    const uint32_t first = nodes_[node].first_token();
    return {trie_tokens_.data() + first, nodes_[node + 1].first_token() - first};
  }
  // The longest token of the trie, bytes; the largest depth of a node.
  uint32_t max_token_bytes() const { return max_token_bytes_; }

  // The kAdded or kSpecial token with that spelling; of several the smallest id. Complexity: O(log size).
  std::optional<TokenId> find(std::string_view spelling) const;

 private:
  Vocabulary() = default;
  Status store(const std::vector<TokenEntry>& entries, const std::vector<TokenId>& end_tokens);
  void sort_tokens();
  Status build_trie();

  std::string bytes_;              // the bytes of all tokens, one after the other
  std::vector<uint32_t> offsets_;  // (size + 1), into bytes_
  std::vector<TokenKind> kinds_;   // (size)
  std::vector<TokenId> end_tokens_;
  std::vector<TokenId> by_spelling_;  // kAdded and kSpecial, sorted by bytes, then id
  std::vector<TokenId> trie_tokens_;
  std::vector<TrieNode> nodes_;  // (trie_size + 1)
  uint32_t max_token_bytes_ = 0;
};

}  // namespace keyway
