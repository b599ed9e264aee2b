// See quote_crossings.h.
#include "grammar/quote_crossings.h"

#include <string>

#include "grammar/vocabulary.h"

namespace keyway {

Result<QuoteCrossings> QuoteCrossings::create(const Vocabulary& vocabulary, char quote) {
  QuoteCrossings made;
  std::vector<TrieEntry> before, from;
  const auto add = [&](std::string_view text, size_t at, TokenId token) {
    const TokenId crossing = static_cast<TokenId>(made.tokens.size());
    made.tokens.push_back(token);
    from.push_back({text.substr(at), crossing});
    if (at > 0) before.push_back({text.substr(0, at), crossing});
  };
  for (TokenId token : vocabulary.trie().tokens()) {
    const std::string_view text = vocabulary.bytes(token);
    if (text[0] == quote) add(text, 0, token);
  }
  made.at_start = static_cast<uint32_t>(made.tokens.size());
  for (TokenId token : vocabulary.trie().tokens()) {
    const std::string_view text = vocabulary.bytes(token);
    for (size_t at = text.find(quote, 1); at != std::string_view::npos; at = text.find(quote, at + 1)) add(text, at, token);
  }
  if (made.tokens.size() > kMaxVocabularySize) {
    return fail(ErrorCode::kLimit, "the tokens of the vocabulary hold too many quotes", {},
                std::to_string(made.tokens.size()), "at most " + std::to_string(kMaxVocabularySize));
  }
  for (auto [entries, trie] : {std::pair(&before, &made.before), std::pair(&from, &made.from)}) {
    Result<TokenTrie> built = TokenTrie::create(std::move(*entries));
    if (!built.ok()) return built.error();
    *trie = std::move(*built);
  }
  return made;
}

}  // namespace keyway
