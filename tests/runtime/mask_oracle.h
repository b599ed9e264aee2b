// An oracle for masks of large vocabularies, and the tokenizers that tests of masks use.
//
// Entry points: MaskOracle, mask_tokenizer_folders. Tested by tests/runtime/schema_masks_test.cc, which it serves.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "grammar/derivative.h"
#include "grammar/token_mask.h"
#include "grammar/vocabulary.h"

namespace keyway {

// Every token on its own, by the definition of the derivative; steps are remembered, nothing else is shared.
class MaskOracle {
 public:
  MaskOracle(TermArena& arena, const Vocabulary& vocabulary, TermId root) : arena_(arena), vocabulary_(vocabulary), term_(root) {}

  bool take(TokenId token) {
    const TermId next = after(token);
    if (next != TermArena::never()) term_ = next;
    return next != TermArena::never();
  }

  std::vector<uint32_t> mask() {
    std::vector<uint32_t> words(mask_words(vocabulary_.size()));
    for (TokenId token = 0; token < vocabulary_.size(); ++token) {
      const bool ends = vocabulary_.is_end(token) && arena_.nullable(term_);
      if (ends || after(token) != TermArena::never()) mask_set(words.data(), token);
    }
    return words;
  }

 private:
  TermId after(TokenId token) {
    const TokenKind kind = vocabulary_.kind(token);
    if (kind == TokenKind::kAdded || kind == TokenKind::kSpecial) return token_derivative(arena_, term_, token);
    if (kind != TokenKind::kText || vocabulary_.bytes(token).empty()) return TermArena::never();
    TermId at = term_;
    for (char c : vocabulary_.bytes(token)) {
      const uint64_t key = uint64_t{at.value} << 8 | static_cast<uint8_t>(c);
      auto known = steps_.find(key);
      if (known == steps_.end()) known = steps_.emplace(key, derivative(arena_, at, static_cast<uint8_t>(c))).first;
      at = known->second;
      if (at == TermArena::never()) break;
    }
    return at;
  }

  TermArena& arena_;
  const Vocabulary& vocabulary_;
  TermId term_;
  std::unordered_map<uint64_t, TermId> steps_;
};

// The default model's, or those of KEYWAY_MASKS_TOKENIZERS.
inline std::vector<std::string> mask_tokenizer_folders() {
  const char* folder = std::getenv("KEYWAY_MASKS_TOKENIZERS");
  if (folder == nullptr) return {std::string(KEYWAY_SOURCE_DIR) + "/examples/models/keyway-tiny"};
  std::vector<std::string> folders;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) folders.push_back(entry.path());
  return folders;
}

}  // namespace keyway
