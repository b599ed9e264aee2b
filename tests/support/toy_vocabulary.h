// A small vocabulary for tests: every byte as a token, some longer tokens, two added and two special ones.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "grammar/vocabulary.h"

namespace keyway::test {

inline constexpr TokenId kToyEnd = 256;
inline constexpr TokenId kToySpecial = 257;
inline constexpr TokenId kToyCall = 258;  // added: <call>
inline constexpr TokenId kToyDone = 259;  // added: </call>

// Token b < 256 is the byte b; from 260 on come `words`. A gap (kAbsent) closes the table.
inline std::shared_ptr<const Vocabulary> toy_vocabulary(const std::vector<std::string>& words) {
  std::vector<TokenEntry> entries;
  for (unsigned b = 0; b < 256; ++b) entries.push_back({std::string(1, static_cast<char>(b)), TokenKind::kText});
  entries.push_back({"<end>", TokenKind::kSpecial});
  entries.push_back({"<special>", TokenKind::kSpecial});
  entries.push_back({"<call>", TokenKind::kAdded});
  entries.push_back({"</call>", TokenKind::kAdded});
  for (const auto& word : words) entries.push_back({word, TokenKind::kText});
  entries.push_back({"", TokenKind::kAbsent});
  return *Vocabulary::create(std::move(entries), {kToyEnd});
}

// Random words over `alphabet`, some of them twice.
inline std::vector<std::string> random_words(std::mt19937& random, std::string_view alphabet, size_t count, size_t most) {
  std::vector<std::string> words;
  for (size_t i = 0; i < count; ++i) {
    std::string word;
    for (size_t n = 2 + random() % (most - 1); n > 0; --n) word += alphabet[random() % alphabet.size()];
    words.push_back(word);
  }
  return words;
}

}  // namespace keyway::test
