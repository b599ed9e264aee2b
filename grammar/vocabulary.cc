// Token table and flat trie; see vocabulary.h.
#include "grammar/vocabulary.h"

#include <algorithm>
#include <utility>

namespace keyway {
namespace {

size_t common_prefix(std::string_view a, std::string_view b) {
  const size_t limit = std::min(a.size(), b.size());
  size_t length = 0;
  while (length < limit && a[length] == b[length]) ++length;
  return length;
}

// The first 8 bytes as a number that sorts as they do; shorter texts are filled with 0.
uint64_t sort_key(std::string_view text) {
  uint64_t key = 0;
  for (size_t i = 0; i < 8; ++i) key = key << 8 | (i < text.size() ? static_cast<uint8_t>(text[i]) : 0);
  return key;
}

TrieNode make_node(char byte, size_t depth, size_t token) {
  return TrieNode{static_cast<uint32_t>(static_cast<uint8_t>(byte)) << 24,
                  static_cast<uint32_t>(depth << 20 | token)};
}

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
  made->sort_tokens();
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

void Vocabulary::sort_tokens() {
  std::vector<std::pair<uint64_t, TokenId>> text;
  text.reserve(size());
  for (TokenId token = 0; token < size(); ++token) {
    if (kind(token) == TokenKind::kText && !bytes(token).empty()) text.emplace_back(sort_key(bytes(token)), token);
    if (kind(token) == TokenKind::kAdded || kind(token) == TokenKind::kSpecial) by_spelling_.push_back(token);
  }
  const auto by_bytes = [this](TokenId a, TokenId b) {
    const int order = bytes(a).compare(bytes(b));
    return order != 0 ? order < 0 : a < b;
  };
  std::sort(text.begin(), text.end(), [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : by_bytes(a.second, b.second);
  });
  std::sort(by_spelling_.begin(), by_spelling_.end(), by_bytes);
  trie_tokens_.reserve(text.size());
  for (const auto& [key, token] : text) trie_tokens_.push_back(token);
}

Status Vocabulary::build_trie() {
  size_t count = 0;
  std::string_view before;
  for (TokenId token : trie_tokens_) {
    count += bytes(token).size() - common_prefix(before, bytes(token));
    before = bytes(token);
  }
  if (count > kMaxTrieNodes) return too_large("trie nodes", count, kMaxTrieNodes);
  nodes_.reserve(count + 1);

  std::vector<uint32_t> path;  // the open nodes: path[d] has depth d + 1
  const auto close_to = [&](size_t depth) {
    for (; path.size() > depth; path.pop_back()) {
      nodes_[path.back()].byte_and_end |= static_cast<uint32_t>(nodes_.size());
    }
  };
  before = {};
  for (size_t index = 0; index < trie_tokens_.size(); ++index) {
    const std::string_view text = bytes(trie_tokens_[index]);
    close_to(common_prefix(before, text));
    while (path.size() < text.size()) {
      const char byte = text[path.size()];
      path.push_back(static_cast<uint32_t>(nodes_.size()));
      nodes_.push_back(make_node(byte, path.size(), index));
    }
    max_token_bytes_ = std::max(max_token_bytes_, static_cast<uint32_t>(text.size()));
    before = text;
  }
  close_to(0);
  nodes_.push_back(make_node('\0', 0, trie_tokens_.size()));
  return {};
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
