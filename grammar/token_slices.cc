// Classification of tokens; see token_slices.h.
#include "grammar/token_slices.h"

#include <algorithm>
#include <bit>

#include "grammar/head_masks.h"
#include "grammar/token_mask.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

struct Alphabet {
  ByteSet ascii;
  bool past_ascii;
  bool inferred = false;
};

std::vector<Alphabet> alphabets() {
  const ByteSet digits = ByteSet::range('0', '9');
  const ByteSet lower = ByteSet::range('a', 'z');
  const ByteSet letters = lower | ByteSet::range('A', 'Z');
  const ByteSet words = letters | digits | ByteSet::of("_-");
  const ByteSet ascii = ByteSet::range(0x20, 0x7F) & ~body_ends();
  const ByteSet space = ByteSet::of(" ");
  return {{digits, false},          {lower, false}, {letters, false}, {words, false},
          {letters | space, false, true}, {ascii, false}, {space, true, true}, {ascii, true}};
}

// Bytes of the longest prefix made of whole code points without the bytes of body_ends().
size_t body_length(std::string_view text) {
  static const ByteSet kEnds = body_ends();
  size_t length = 0;
  while (length < text.size() && !kEnds.contains(static_cast<uint8_t>(text[length]))) {
    const size_t step = static_cast<uint8_t>(text[length]) < 0x80 ? 1 : utf8_length(text.substr(length, 4));
    if (step == 0) break;
    length += step;
  }
  return length;
}

// For each byte the alphabets that hold it, a bit each: the lowest bit that all bytes of a text have is its slice.
std::array<uint8_t, 256> alphabets_by_byte(const std::vector<Alphabet>& kinds) {
  std::array<uint8_t, 256> out{};
  for (size_t b = 0; b < out.size(); ++b) {
    for (size_t i = 0; i < kinds.size(); ++i) {
      const bool holds = b < 0x80 ? kinds[i].ascii.contains(static_cast<uint8_t>(b)) : kinds[i].past_ascii;
      out[b] |= static_cast<uint8_t>((holds ? 1u : 0u) << i);
    }
  }
  return out;
}

// By counting: there are few lengths.
void sort_by_points(std::vector<TokenLength::Body>& body) {
  std::vector<size_t> begins(1);  // of each number of code points
  for (const TokenLength::Body& at : body) {
    if (begins.size() < at.points + size_t{2}) begins.resize(at.points + size_t{2});
    ++begins[at.points + 1];
  }
  for (size_t i = 1; i < begins.size(); ++i) begins[i] += begins[i - 1];
  std::vector<TokenLength::Body> sorted(body.size());
  for (const TokenLength::Body& at : body) sorted[begins[at.points]++] = at;
  body = std::move(sorted);
}

}  // namespace

ByteSet body_ends() { return ByteSet::range(0x00, 0x1F) | ByteSet::of("\"\\"); }

Result<std::shared_ptr<const TokenSlices>> TokenSlices::create(const Vocabulary& vocabulary) {
  auto made = std::make_shared<TokenSlices>();
  for (uint32_t length : {0u, 1u}) {
    if (Status status = made->add(vocabulary, length); !status.ok()) return status.error();
  }
  // A whole mask is looked up by what the long tokens can tell apart: where there are none, by what the short ones can.
  made->lengths_[1].most_bytes = std::max(made->lengths_[0].most_bytes, made->lengths_[1].most_bytes);
  made->sum_bodies(vocabulary);
  auto crossings = QuoteCrossings::create(vocabulary);
  if (!crossings.ok()) return crossings.error();
  made->crossings_ = std::move(*crossings);
  made->shared_heads_ = std::make_shared<SharedHeads>();
  return std::shared_ptr<const TokenSlices>(std::move(made));
}

const ByteRows& TokenSlices::byte_rows(const Vocabulary& vocabulary) const {
  std::call_once(byte_rows_once_, [&] { byte_rows_ = ByteRows::create(vocabulary, lengths_[0], lengths_[1]); });
  return byte_rows_;
}

bool TokenSlices::may_be_quote(uint8_t byte) {
  static const ByteSet kMarks = ByteSet::of("\n!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
  return kMarks.contains(byte);
}

const QuoteCrossings* TokenSlices::crossings_at(const Vocabulary& vocabulary, uint8_t byte) const {
  if (byte == '"') return &crossings_;
  OtherCrossings& other = other_crossings_[byte];
  std::call_once(other.once, [&] {
    auto made = QuoteCrossings::create(vocabulary, static_cast<char>(byte));
    if (made.ok()) other.made = std::make_unique<const QuoteCrossings>(std::move(*made));
  });
  return other.made.get();
}

// Fills lengths_[length]: 0 the short tokens, 1 the long ones.
Status TokenSlices::add(const Vocabulary& vocabulary, uint32_t length) {
  const std::vector<Alphabet> kinds = alphabets();
  const std::array<uint8_t, 256> by_byte = alphabets_by_byte(kinds);
  TokenLength& out = lengths_[length];
  std::vector<std::vector<TrieEntry>> members(kinds.size());
  std::vector<TrieEntry> rest, suffixes, fragments;
  for (TokenId token : vocabulary.trie().tokens()) {
    const std::string_view text = vocabulary.bytes(token);
    if ((text.size() > kShortBytes) != (length == 1)) continue;
    const uint32_t bytes = static_cast<uint32_t>(text.size());
    out.most_bytes = std::max(out.most_bytes, bytes);
    const size_t body = body_length(text);
    if (body < text.size()) {
      rest.push_back({text, token});
      const bool ended = body_ends().contains(static_cast<uint8_t>(text[body]));
      ended ? suffixes.push_back({text.substr(body), token}) : fragments.push_back({text, token});
      continue;
    }
    const auto continuation = [](char c) { return (static_cast<uint8_t>(c) & 0xC0) == 0x80; };
    out.body.push_back({bytes - static_cast<uint32_t>(std::count_if(text.begin(), text.end(), continuation)), token});
    uint8_t fitting = 0xFF;
    for (const char c : text) fitting &= by_byte[static_cast<uint8_t>(c)];
    members[static_cast<size_t>(std::countr_zero(fitting))].push_back({text, token});  // the last takes every body
  }
  sort_by_points(out.body);
  auto build = [](std::vector<TrieEntry>& entries, TokenTrie& trie) -> Status {
    Result<TokenTrie> built = TokenTrie::create(std::move(entries));
    if (!built.ok()) return built.error();
    trie = std::move(*built);
    return {};
  };
  for (size_t i = 0; i < kinds.size(); ++i) {
    TokenSlice slice{static_cast<uint32_t>(i), kinds[i].ascii, kinds[i].past_ascii, kinds[i].inferred, {}, {}};
    slice.words.assign(mask_words(vocabulary.size()), 0);
    for (const TrieEntry& entry : members[i]) mask_set(slice.words.data(), entry.token);
    if (Status status = build(members[i], slice.trie); !status.ok()) return status;
    out.slices.push_back(std::move(slice));
  }
  for (auto [entries, trie] : {std::pair(&rest, &out.rest), std::pair(&suffixes, &out.suffixes),
                               std::pair(&fragments, &out.fragments)}) {
    if (Status status = build(*entries, *trie); !status.ok()) return status;
  }
  return {};
}

void TokenSlices::sum_bodies(const Vocabulary& vocabulary) {
  std::vector<uint32_t> words(mask_words(vocabulary.size()), 0);
  size_t at = 0;
  for (uint32_t points = 0; points <= kShortBytes; ++points) {
    for (; at < lengths_[0].body.size() && lengths_[0].body[at].points <= points; ++at) {
      mask_set(words.data(), lengths_[0].body[at].token);
    }
    short_body_.push_back(words);
  }
}

}  // namespace keyway
