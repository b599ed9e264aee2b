// Classification of tokens; see token_slices.h.
#include "grammar/token_slices.h"

#include <algorithm>

#include "grammar/token_mask.h"
#include "grammar/utf8.h"

namespace keyway {
namespace {

struct Alphabet {
  ByteSet ascii;
  bool past_ascii;
  bool long_tokens;  // takes tokens of more than kShortBytes bytes, and only those
};

std::vector<Alphabet> alphabets() {
  const ByteSet digits = ByteSet::range('0', '9');
  const ByteSet lower = ByteSet::range('a', 'z');
  const ByteSet letters = lower | ByteSet::range('A', 'Z');
  const ByteSet words = letters | digits | ByteSet::of("_-");
  const ByteSet ascii = ByteSet::range(0x20, 0x7F) & ~body_ends();
  return {{digits, false, false}, {lower, false, false}, {letters, false, false}, {words, false, false},
          {ascii, false, false},  {ascii, true, false},  {ascii, false, true},    {ascii, true, true}};
}

// Bytes of the longest prefix made of whole code points without the bytes of body_ends().
size_t body_length(std::string_view text) {
  static const ByteSet kEnds = body_ends();
  size_t length = 0;
  while (length < text.size() && !kEnds.contains(static_cast<uint8_t>(text[length]))) {
    const size_t step = utf8_length(text.substr(length, 4));
    if (step == 0) break;
    length += step;
  }
  return length;
}

bool fits(std::string_view text, const Alphabet& alphabet) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const uint8_t b = static_cast<uint8_t>(c);
    return b < 0x80 ? alphabet.ascii.contains(b) : alphabet.past_ascii;
  });
}

}  // namespace

ByteSet body_ends() { return ByteSet::range(0x00, 0x1F) | ByteSet::of("\"\\"); }

Result<std::shared_ptr<const TokenSlices>> TokenSlices::create(const Vocabulary& vocabulary) {
  const std::vector<Alphabet> kinds = alphabets();
  std::vector<std::vector<TrieEntry>> members(kinds.size());
  std::vector<TrieEntry> rest, suffixes, fragments;
  for (TokenId token : vocabulary.trie().tokens()) {
    const std::string_view text = vocabulary.bytes(token);
    const size_t body = body_length(text);
    if (body < text.size()) {
      rest.push_back({text, token});
      const bool ended = body_ends().contains(static_cast<uint8_t>(text[body]));
      ended ? suffixes.push_back({text.substr(body), token}) : fragments.push_back({text, token});
      continue;
    }
    const bool is_long = text.size() > kShortBytes;
    for (size_t i = 0; i < kinds.size(); ++i) {
      if (kinds[i].long_tokens != is_long || !fits(text, kinds[i])) continue;
      members[i].push_back({text, token});
      break;
    }
  }
  auto made = std::make_shared<TokenSlices>();
  auto build = [](std::vector<TrieEntry> entries, TokenTrie& trie) -> Status {
    Result<TokenTrie> built = TokenTrie::create(std::move(entries));
    if (!built.ok()) return built.error();
    trie = std::move(*built);
    return {};
  };
  for (size_t i = 0; i < kinds.size(); ++i) {
    TokenSlice slice{kinds[i].ascii, kinds[i].past_ascii, 0, {}, {}};
    slice.words.assign(mask_words(vocabulary.size()), 0);
    for (const TrieEntry& entry : members[i]) mask_set(slice.words.data(), entry.token);
    if (Status status = build(std::move(members[i]), slice.trie); !status.ok()) return status.error();
    slice.most_bytes = slice.trie.max_depth();
    made->slices_.push_back(std::move(slice));
  }
  for (auto [entries, trie] : {std::pair(&rest, &made->rest_), std::pair(&suffixes, &made->suffixes_),
                               std::pair(&fragments, &made->fragments_)}) {
    if (Status status = build(std::move(*entries), *trie); !status.ok()) return status.error();
  }
  return std::shared_ptr<const TokenSlices>(std::move(made));
}

}  // namespace keyway
