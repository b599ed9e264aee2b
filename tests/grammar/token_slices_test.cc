// The slices partition the vocabulary by what their alphabets say.
#include "grammar/token_slices.h"

#include <gtest/gtest.h>

#include <set>

#include "grammar/token_mask.h"
#include "grammar/utf8.h"
#include "tests/support/toy_vocabulary.h"

namespace keyway {
namespace {

std::set<TokenId> tokens_of(const TokenTrie& trie) { return {trie.tokens().begin(), trie.tokens().end()}; }

TEST(TokenSlices, PartitionTheTextTokens) {
  std::mt19937 random(1);
  const auto vocabulary =
      test::toy_vocabulary(test::random_words(random, std::string("aB1_ \xC3\xA9\"\\\n", 10), 2000, 24));
  const auto made = vocabulary->slices();
  ASSERT_TRUE(made.ok());
  const TokenSlices& slices = **made;
  std::set<TokenId> seen;
  size_t total = 0;
  for (const TokenSlice& slice : slices.slices()) {
    for (TokenId token : slice.trie.tokens()) {
      const std::string_view text = vocabulary->bytes(token);
      EXPECT_TRUE(is_utf8(text));
      EXPECT_LE(text.size(), slice.most_bytes);
      EXPECT_TRUE(mask_test(slice.words.data(), token));
      for (char c : text) {
        const uint8_t b = static_cast<uint8_t>(c);
        EXPECT_TRUE(b < 0x80 ? slice.ascii.contains(b) : slice.past_ascii);
        EXPECT_FALSE(body_ends().contains(b));
      }
    }
    const auto members = tokens_of(slice.trie);
    seen.insert(members.begin(), members.end());
    total += slice.trie.tokens().size();
  }
  const auto rest = tokens_of(slices.rest());
  seen.insert(rest.begin(), rest.end());
  EXPECT_EQ(total + rest.size(), vocabulary->trie().tokens().size());
  EXPECT_EQ(seen, tokens_of(vocabulary->trie()));
  auto parts = tokens_of(slices.suffixes());
  const auto fragments = tokens_of(slices.fragments());
  EXPECT_EQ(parts.size() + fragments.size(), rest.size());
  parts.insert(fragments.begin(), fragments.end());
  EXPECT_EQ(parts, rest);
  EXPECT_FALSE(fragments.empty());
}

}  // namespace
}  // namespace keyway
