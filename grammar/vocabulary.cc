// Token table; see vocabulary.h.
#include "grammar/vocabulary.h"

#include <algorithm>
#include <utility>

#include "grammar/token_slices.h"

namespace keyway {
namespace {

Error too_large(std::string what, size_t given, uint32_t limit) {
  return fail(ErrorCode::kLimit, "the vocabulary has too many " + what, {}, std::to_string(given),
              "at most " + std::to_string(limit));
}

}  // namespace

Result<std::shared_ptr<const Vocabulary>> Vocabulary::create(std::vector<TokenEntry> entries,
                                                             std::vector<TokenId> end_tokens) {
  std::shared_ptr<Vocabulary> made(new Vocabulary());
  if (Status status = made->store(entries, end_tokens); !status.ok()) return status.error();
  entries = {};
  if (Status status = made->build_trie(); !status.ok()) return status.error();
  return std::shared_ptr<const Vocabulary>(std::move(made));
}

Status Vocabulary::store(const std::vector<TokenEntry>& entries, const std::vector<TokenId>& end_tokens) {
  if (entries.empty()) return fail(ErrorCode::kInvalid, "the vocabulary has no token");
  if (entries.size() > kMaxVocabularySize) return too_large("tokens", entries.size(), kMaxVocabularySize);
  size_t total_bytes = 0;
  for (const TokenEntry& entry : entries) {
    if (entry.bytes.size() > kMaxTokenBytes) {
      return fail(ErrorCode::kLimit, "a token is too long", "token " + std::to_string(&entry - entries.data()),
                  std::to_string(entry.bytes.size()) + " bytes", std::to_string(kMaxTokenBytes) + " bytes");
    }
    total_bytes += entry.bytes.size();
  }
  // At most 2^20 tokens of less than 2^12 bytes: an offset fits in 32 bits.
  bytes_.reserve(total_bytes);
  offsets_.reserve(entries.size() + 1);
  kinds_.reserve(entries.size());
  offsets_.push_back(0);
  for (const TokenEntry& entry : entries) {
    if (entry.kind != TokenKind::kAbsent) bytes_ += entry.bytes;
    offsets_.push_back(static_cast<uint32_t>(bytes_.size()));
    kinds_.push_back(entry.kind);
  }
  for (TokenId token : end_tokens) {
    if (token >= size() || kind(token) == TokenKind::kAbsent) {
      return fail(ErrorCode::kInvalid, "an end token is not in the vocabulary", {}, std::to_string(token),
                  "an id below " + std::to_string(size()) + " that has a token");
    }
    kinds_[token] = TokenKind::kSpecial;
    if (!is_end(token)) end_tokens_.push_back(token);
  }
  return {};
}

Status Vocabulary::build_trie() {
  std::vector<TrieEntry> text;
  text.reserve(size());
  for (TokenId token = 0; token < size(); ++token) {
    if (kind(token) == TokenKind::kText && !bytes(token).empty()) text.push_back({bytes(token), token});
    if (kind(token) == TokenKind::kAdded || kind(token) == TokenKind::kSpecial) by_spelling_.push_back(token);
  }
  std::sort(by_spelling_.begin(), by_spelling_.end(), [this](TokenId a, TokenId b) {
    const int order = bytes(a).compare(bytes(b));
    return order != 0 ? order < 0 : a < b;
  });
  Result<TokenTrie> made = TokenTrie::create(std::move(text));
  if (!made.ok()) return made.error();
  trie_ = std::move(*made);
  for (unsigned b = 0; b < 256 && !missing_byte_; ++b) {
    const bool in_utf8 = b < 0xC0 || (b >= 0xC2 && b <= 0xF4);
    const uint32_t root = trie_.root(static_cast<uint8_t>(b));
    if (in_utf8 && (root == TokenTrie::kNone || trie_.tokens_at(root).empty())) missing_byte_ = static_cast<uint8_t>(b);
  }
  return {};
}

Result<std::shared_ptr<const TokenSlices>> Vocabulary::slices() const {
  std::lock_guard lock(slices_mutex_);
  if (!slices_) {
    auto made = TokenSlices::create(*this);
    if (!made.ok()) return made.error();
    slices_ = std::move(*made);
  }
  return slices_;
}

bool Vocabulary::is_end(TokenId token) const {
  return std::find(end_tokens_.begin(), end_tokens_.end(), token) != end_tokens_.end();
}

std::optional<TokenId> Vocabulary::find(std::string_view spelling) const {
  const auto at = std::lower_bound(by_spelling_.begin(), by_spelling_.end(), spelling,
                                   [this](TokenId token, std::string_view text) { return bytes(token) < text; });
  if (at == by_spelling_.end() || bytes(*at) != spelling) return std::nullopt;
  return *at;
}

}  // namespace keyway
