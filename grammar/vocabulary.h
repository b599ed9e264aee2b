// The tokens of a model as a grammar sees them: the bytes of each, and a flat byte trie over those that are text.
//
// Entry points: TokenEntry, Vocabulary::create, Vocabulary::trie, Vocabulary::find.
// Invariant: exactly the kText tokens with at least one byte are in the trie, each once; a token of another kind is
// reachable by its id alone, however its spelling reads. End tokens are kSpecial.
// Tested by tests/grammar/vocabulary_test.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grammar/error.h"
#include "grammar/ids.h"
#include "grammar/token_trie.h"

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

inline constexpr uint32_t kMaxVocabularySize = (1u << 20) - 1;

class TokenSlices;

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

  // The kText tokens with at least one byte.
  const TokenTrie& trie() const { return trie_; }
  // The slices of the text tokens, made on first use and shared by all grammars of this vocabulary.
  // Thread safety: any number of threads.
  Result<std::shared_ptr<const TokenSlices>> slices() const;
  // The first byte of UTF-8 text that no single token stands for; nothing where each has one.
  std::optional<uint8_t> missing_byte() const { return missing_byte_; }
  // The longest token of the trie, bytes.
  uint32_t max_token_bytes() const { return trie_.max_depth(); }

  // The kAdded or kSpecial token with that spelling; of several the smallest id. Complexity: O(log size).
  std::optional<TokenId> find(std::string_view spelling) const;

 private:
  Vocabulary() = default;
  Status store(const std::vector<TokenEntry>& entries, const std::vector<TokenId>& end_tokens);
  Status build_trie();

  std::string bytes_;              // the bytes of all tokens, one after the other
  std::vector<uint32_t> offsets_;  // (size + 1), into bytes_
  std::vector<TokenKind> kinds_;   // (size)
  std::vector<TokenId> end_tokens_;
  std::vector<TokenId> by_spelling_;  // kAdded and kSpecial, sorted by bytes, then id
  TokenTrie trie_;
  std::optional<uint8_t> missing_byte_;
  mutable std::mutex slices_mutex_;
  mutable std::shared_ptr<const TokenSlices> slices_;
};

}  // namespace keyway
