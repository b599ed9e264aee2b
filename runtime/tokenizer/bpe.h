// Byte-pair encoding: a word becomes the tokens that merging its characters by rank leaves.
//
// Entry points: BpeOptions, BpeModel::create, BpeModel::encode.
// Invariant: of all adjacent pairs that have a merge, the one of the lowest rank, of equal ones the leftmost, is
// merged first; every shortcut (cache, cutting before a blank) gives the same ids, which the tests check.
// Tested by tests/runtime/tokenizer_bpe_test.cc, tests/runtime/tokenizer_golden_test.cc.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "grammar/error.h"
#include "grammar/ids.h"
#include "runtime/tokenizer/string_table.h"
#include "runtime/tokenizer/word_cache.h"

namespace keyway {

struct BpeToken {
  std::string_view text;  // as in the file, UTF-8
  TokenId id = 0;
};

struct BpeMerge {
  TokenId left = 0;
  TokenId right = 0;
  TokenId result = 0;
};

struct BpeOptions {
  bool byte_level = false;     // words are bytes, tokens are written in the byte-level alphabet
  bool byte_fallback = false;  // a character without a token becomes the tokens <0xNN> of its bytes
  bool fuse_unknown = false;   // neighbouring unknown characters share one unknown token
  bool ignore_merges = false;  // a word that is a token is that token
  std::optional<TokenId> unknown = std::nullopt;
};

// Thread safety: encode may run on many threads.
class BpeModel {
 public:
  // `merges` in the order of their ranks; of a pair given twice the later one holds.
  // Complexity: O(bytes of the tokens + merges).
  static std::shared_ptr<const BpeModel> create(const std::vector<BpeToken>& tokens,
                                                const std::vector<BpeMerge>& merges, const BpeOptions& options);

  // Appends the ids of one word: bytes as they are in the text, whatever the alphabet of the file.
  // Requires: well-formed UTF-8 unless byte_level. Complexity: O(n log n) in the bytes of the word.
  void encode(std::string_view word, std::vector<TokenId>& ids) const;

  // Appends the tokens that the characters start as, before anything is merged. Requires: as encode.
  void encode_characters(std::string_view word, std::vector<TokenId>& ids) const { append_symbols(word, ids); }

  // As encode, without the cache and without cutting, for tests.
  void encode_plainly(std::string_view word, std::vector<TokenId>& ids) const;

 private:
  struct MergeSlot {
    uint64_t pair = ~uint64_t{0};  // left << 32 | right
    uint32_t rank = 0;
    TokenId result = 0;
  };
  struct Found {
    uint32_t rank;
    TokenId result;
  };

  void store_tokens(const std::vector<BpeToken>& tokens);
  void store_merges(const std::vector<BpeMerge>& merges);
  void find_joints(const std::vector<BpeToken>& tokens, const std::vector<BpeMerge>& merges);
  Found find_merge(TokenId left, TokenId right) const;
  void encode_word(std::string_view word, std::vector<TokenId>& ids) const;
  void append_symbols(std::string_view word, std::vector<TokenId>& symbols) const;
  void append_unknown(bool& pending, std::vector<TokenId>& symbols) const;
  void merge_short(std::vector<TokenId>& symbols, size_t first) const;
  void merge_long(std::vector<TokenId>& symbols, size_t first) const;

  BpeOptions options_;
  StringTable words_;  // tokens as bytes of a text
  // byte_level: what byte b starts as is byte_symbols_[byte_offsets_[b]..byte_offsets_[b + 1])
  std::vector<TokenId> byte_symbols_;
  uint32_t byte_offsets_[257] = {};
  bool byte_known_[256] = {};
  std::vector<TokenId> fallback_;    // byte_fallback: the token of each byte, kNoToken where there is none
  std::vector<MergeSlot> merges_;    // power of two, at most half full
  bool cut_at_blanks_ = false;
  std::unordered_set<uint32_t> joints_;  // characters that some merge joins with a U+2581 after them
  mutable WordCache cache_;
};

}  // namespace keyway
