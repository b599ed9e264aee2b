// Tables and the encoding of one word; see bpe.h. The two merge loops are bpe_merge.cc.
#include "runtime/tokenizer/bpe.h"

#include <algorithm>
#include <bit>

#include "grammar/utf8.h"
#include "runtime/tokenizer/byte_level.h"
#include "runtime/tokenizer/code_point_table.h"

namespace keyway {
namespace {

constexpr std::string_view kBlank = "\xE2\x96\x81";  // U+2581, the blank of SentencePiece
constexpr uint32_t kBlankPoint = 0x2581;

std::string fallback_name(unsigned byte) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  return std::string("<0x") + kDigits[byte >> 4] + kDigits[byte & 15] + ">";
}

}  // namespace

std::shared_ptr<const BpeModel> BpeModel::create(const std::vector<BpeToken>& tokens,
                                                 const std::vector<BpeMerge>& merges, const BpeOptions& options) {
  const std::shared_ptr<BpeModel> made(new BpeModel());
  made->options_ = options;
  made->store_tokens(tokens);
  made->store_merges(merges);
  if (!options.byte_level && !options.ignore_merges) made->find_joints(tokens, merges);
  return made;
}

void BpeModel::store_tokens(const std::vector<BpeToken>& tokens) {
  size_t total_bytes = 0;
  for (const BpeToken& token : tokens) total_bytes += token.text.size();
  words_.reserve(tokens.size(), total_bytes);
  std::vector<TokenId> fallback(256, kNoToken);
  for (const BpeToken& token : tokens) {
    if (token.text.size() == 6 && token.text.substr(0, 3) == "<0x") {
      for (unsigned byte = 0; byte < 256; ++byte) {
        if (token.text == fallback_name(byte)) fallback[byte] = token.id;
      }
    }
    if (!options_.byte_level) {
      words_.insert(token.text, token.id);
    } else if (const std::optional<std::string> bytes = byte_level_decode(token.text)) {
      words_.insert(*bytes, token.id);
    }
  }
  if (options_.byte_fallback) fallback_ = std::move(fallback);
  if (!options_.byte_level) return;
  for (unsigned byte = 0; byte < 256; ++byte) {
    byte_offsets_[byte] = static_cast<uint32_t>(byte_symbols_.size());
    const char text = static_cast<char>(byte);
    const TokenId id = words_.find({&text, 1});
    byte_known_[byte] = id != kNoToken;
    if (byte_known_[byte]) {
      byte_symbols_.push_back(id);
    } else if (options_.byte_fallback) {
      // The fallback is that of the written character, not of the byte.
      std::vector<TokenId> ids;
      for (char part : byte_level_encode({&text, 1})) ids.push_back(fallback_[static_cast<uint8_t>(part)]);
      bool complete = true;
      for (TokenId part : ids) complete &= part != kNoToken;
      if (complete) byte_symbols_.insert(byte_symbols_.end(), ids.begin(), ids.end());
    }
  }
  byte_offsets_[256] = static_cast<uint32_t>(byte_symbols_.size());
}

void BpeModel::store_merges(const std::vector<BpeMerge>& merges) {
  merges_.assign(std::bit_ceil(merges.size() * 2 + 2), MergeSlot{});
  const size_t mask = merges_.size() - 1;
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    const BpeMerge& merge = merges[rank];
    const uint64_t pair = static_cast<uint64_t>(merge.left) << 32 | merge.right;
    size_t at = (pair * 0x9E3779B97F4A7C15ull >> 32) & mask;
    while (merges_[at].pair != ~uint64_t{0} && merges_[at].pair != pair) at = (at + 1) & mask;
    merges_[at] = {pair, static_cast<uint32_t>(rank), merge.result};
  }
}

BpeModel::Found BpeModel::find_merge(TokenId left, TokenId right) const {
  const uint64_t pair = static_cast<uint64_t>(left) << 32 | right;
  const size_t mask = merges_.size() - 1;
  for (size_t at = (pair * 0x9E3779B97F4A7C15ull >> 32) & mask;; at = (at + 1) & mask) {
    const MergeSlot& slot = merges_[at];
    if (slot.pair == pair) return {slot.rank, slot.result};
    if (slot.pair == ~uint64_t{0}) return {0xFFFFFFFFu, kNoToken};
  }
}

// A text in which no merge reaches from a character into the blank after it falls into parts that merge alone. The
// blank must be a token: then it also ends a run of unknown characters. Characters must not vanish, and those without
// a token of their own must not merge, or what stands before a blank is not what the merges see. In llama2 and gemma2
// no merge reaches into a blank.
void BpeModel::find_joints(const std::vector<BpeToken>& tokens, const std::vector<BpeMerge>& merges) {
  const bool falls_back = options_.byte_fallback && std::count(fallback_.begin(), fallback_.end(), kNoToken) == 0;
  cut_at_blanks_ = words_.find(kBlank) != kNoToken && (options_.unknown || falls_back);
  const std::unordered_set<TokenId> substitutes(fallback_.begin(), fallback_.end());
  for (const BpeMerge& merge : merges) {
    if (merge.left == options_.unknown || substitutes.contains(merge.left)) cut_at_blanks_ = false;
  }
  if (!cut_at_blanks_) return;
  std::unordered_set<TokenId> joined;
  for (const BpeToken& token : tokens) {
    if (token.text.find(kBlank, 1) != std::string_view::npos) joined.insert(token.id);
  }
  std::unordered_set<TokenId> results;
  for (const BpeMerge& merge : merges) {
    if (joined.contains(merge.result)) results.insert(merge.result);
  }
  for (const BpeToken& token : tokens) {
    if (!results.contains(token.id)) continue;
    uint32_t before = kBlankPoint;
    for (size_t at = 0; at < token.text.size();) {
      const DecodedCodePoint point = decode_utf8(token.text.data() + at);
      if (point.value == kBlankPoint && before != kBlankPoint) joints_.insert(before);
      before = point.value;
      at += point.length;
    }
  }
}

void BpeModel::encode(std::string_view word, std::vector<TokenId>& ids) const {
  if (!cut_at_blanks_) return encode_word(word, ids);
  size_t start = 0;
  for (size_t blank = word.find(kBlank); blank != std::string_view::npos; blank = word.find(kBlank, blank + 3)) {
    if (blank == start) continue;
    size_t before = blank - 1;
    while (is_utf8_continuation(word[before])) --before;
    const uint32_t point = decode_utf8(word.data() + before).value;
    if (point == kBlankPoint || joints_.contains(point)) continue;
    encode_word(word.substr(start, blank - start), ids);
    start = blank;
  }
  if (start < word.size()) encode_word(word.substr(start), ids);
}

void BpeModel::encode_word(std::string_view word, std::vector<TokenId>& ids) const {
  if (word.size() > WordCache::kKeyBytes) return encode_plainly(word, ids);
  const uint64_t hash = hash_bytes(word);
  if (cache_.find(word, hash, ids)) return;
  const size_t first = ids.size();
  encode_plainly(word, ids);
  cache_.store(word, hash, ids.data() + first, ids.size() - first);
}

void BpeModel::encode_plainly(std::string_view word, std::vector<TokenId>& ids) const {
  if (word.empty()) return;
  if (options_.ignore_merges) {
    const TokenId whole = words_.find(word);
    if (whole != kNoToken) return ids.push_back(whole);
  }
  constexpr size_t kShort = 40;  // symbols; above it the heap is faster than the scan
  const size_t first = ids.size();
  append_symbols(word, ids);
  if (ids.size() - first <= kShort) return merge_short(ids, first);
  merge_long(ids, first);
}

// An unknown token waits until a known one comes, as in the `tokenizers` package: byte tokens do overtake it.
void BpeModel::append_unknown(bool& pending, std::vector<TokenId>& symbols) const {
  if (!options_.unknown) return;
  if (pending && !options_.fuse_unknown) symbols.push_back(*options_.unknown);
  pending = true;
}

void BpeModel::append_symbols(std::string_view word, std::vector<TokenId>& symbols) const {
  bool unknown_pending = false;
  const auto settle = [&] {
    if (unknown_pending) symbols.push_back(*options_.unknown);
    unknown_pending = false;
  };
  for (size_t at = 0; at < word.size();) {
    if (options_.byte_level) {
      const uint8_t byte = static_cast<uint8_t>(word[at++]);
      const uint32_t begin = byte_offsets_[byte], end = byte_offsets_[byte + 1];
      if (byte_known_[byte]) settle();
      for (uint32_t i = begin; i < end; ++i) symbols.push_back(byte_symbols_[i]);
      if (begin == end) append_unknown(unknown_pending, symbols);
      continue;
    }
    const std::string_view character = word.substr(at, decode_utf8(word.data() + at).length);
    at += character.size();
    const TokenId id = words_.find(character);
    if (id != kNoToken) {
      settle();
      symbols.push_back(id);
      continue;
    }
    bool complete = options_.byte_fallback;
    for (size_t i = 0; complete && i < character.size(); ++i) {
      complete = fallback_[static_cast<uint8_t>(character[i])] != kNoToken;
    }
    if (!complete) append_unknown(unknown_pending, symbols);
    for (size_t i = 0; complete && i < character.size(); ++i) {
      symbols.push_back(fallback_[static_cast<uint8_t>(character[i])]);
    }
  }
  settle();
}

}  // namespace keyway
