// See vocabulary_tables.h.
#include "runtime/device/vocabulary_tables.h"

#include <array>
#include <vector>

namespace keyway {
namespace {

// Grows group by group; `first` ends each group with its end.
struct Entries {
  std::vector<uint32_t> first;
  std::vector<uint64_t> entries;

  // The tokens of a trie; `suffixes`: the trie holds the ends of the tokens alone.
  void add_group(const Vocabulary& vocabulary, const TokenTrie& trie, bool suffixes) {
    std::array<uint32_t, 257> at{};
    std::vector<uint32_t> path_depth;
    for (uint32_t byte = 0; byte < 256; ++byte) {
      at[byte] = static_cast<uint32_t>(entries.size());
      const uint32_t root = trie.root(static_cast<uint8_t>(byte));
      if (root == TokenTrie::kNone) continue;
      for (uint32_t node = root; node < trie.nodes()[root].subtree_end(); ++node) {
        for (TokenId token : trie.tokens_at(node)) {
          const size_t skip = suffixes ? vocabulary.bytes(token).size() - trie.nodes()[node].depth() : 0;
          entries.push_back(uint64_t{token} << 32 | skip);
        }
      }
    }
    at[256] = static_cast<uint32_t>(entries.size());
    first.insert(first.end(), at.begin(), at.end());
  }
};

uint8_t flat_kind(TokenKind kind) {
  if (kind == TokenKind::kText) return kTextToken;
  return kind == TokenKind::kAbsent ? kAbsentToken : kSpecialToken;
}

template <typename Value>
bool store(DeviceMemory& memory, const std::vector<Value>& values, const Value*& out) {
  auto* place = static_cast<Value*>(memory.allocate(std::max<size_t>(values.size(), 1) * sizeof(Value)));
  out = place;
  return place != nullptr && memory.write(place, values.data(), values.size() * sizeof(Value));
}

}  // namespace

Result<VocabularyTables> make_vocabulary_tables(const Vocabulary& vocabulary, const TokenSlices& slices, DeviceMemory& memory) {
  std::vector<uint8_t> bytes, kinds;
  std::vector<uint32_t> offsets{0};
  for (TokenId token = 0; token < vocabulary.size(); ++token) {
    const std::string_view text = vocabulary.kind(token) == TokenKind::kText ? vocabulary.bytes(token) : std::string_view();
    bytes.insert(bytes.end(), text.begin(), text.end());
    offsets.push_back(static_cast<uint32_t>(bytes.size()));
    kinds.push_back(flat_kind(vocabulary.kind(token)));
  }
  Entries groups;
  const size_t words = mask_words(vocabulary.size());
  std::vector<uint32_t> slice_words(2 * kMostSlices * words, 0);
  for (uint32_t length = 0; length < 2; ++length) {
    const TokenLength& tokens = length == 0 ? slices.short_tokens() : slices.long_tokens();
    if (tokens.slices.size() > kMostSlices) return fail(ErrorCode::kLimit, "the vocabulary has more slices than the device");
    for (uint32_t slice = 0; slice < kMostSlices; ++slice) {
      const bool there = slice < tokens.slices.size();
      groups.add_group(vocabulary, there ? tokens.slices[slice].trie : TokenTrie(), false);
      if (!there) continue;
      std::copy(tokens.slices[slice].words.begin(), tokens.slices[slice].words.end(),
                slice_words.begin() + static_cast<ptrdiff_t>((length * kMostSlices + slice) * words));
    }
    groups.add_group(vocabulary, tokens.rest, false);
    groups.add_group(vocabulary, tokens.suffixes, true);
    groups.add_group(vocabulary, tokens.fragments, false);
  }
  VocabularyTables tables{};
  tables.size = static_cast<uint32_t>(vocabulary.size());
  const bool stored = store(memory, bytes, tables.bytes) && store(memory, offsets, tables.offsets) &&
                      store(memory, kinds, tables.kinds) && store(memory, groups.first, tables.group_first) &&
                      store(memory, groups.entries, tables.entries) && store(memory, slice_words, tables.slice_words);
  if (!stored) return fail(ErrorCode::kLimit, "the device has no memory for the tables of the vocabulary");
  return tables;
}

}  // namespace keyway
