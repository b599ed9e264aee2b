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
  for (const TokenLength* length : {&slices.short_tokens(), &slices.long_tokens()}) {
    const bool is_long = length == &slices.long_tokens();
    std::set<TokenId> bodies;
    for (const TokenSlice& slice : length->slices) {
      for (TokenId token : slice.trie.tokens()) {
        const std::string_view text = vocabulary->bytes(token);
        EXPECT_TRUE(is_utf8(text));
        EXPECT_EQ(text.size() > TokenSlices::kShortBytes, is_long);
        EXPECT_LE(text.size(), length->most_bytes);
        EXPECT_TRUE(mask_test(slice.words.data(), token));
        for (char c : text) {
          const uint8_t b = static_cast<uint8_t>(c);
          EXPECT_TRUE(b < 0x80 ? slice.ascii.contains(b) : slice.past_ascii);
          EXPECT_FALSE(body_ends().contains(b));
        }
      }
      const auto members = tokens_of(slice.trie);
      bodies.insert(members.begin(), members.end());
      total += slice.trie.tokens().size();
    }
    std::set<TokenId> listed;
    for (const TokenLength::Body& body : length->body) listed.insert(body.token);
    EXPECT_EQ(listed, bodies);
    seen.insert(bodies.begin(), bodies.end());
    const auto rest = tokens_of(length->rest);
    seen.insert(rest.begin(), rest.end());
    total += rest.size();
    auto parts = tokens_of(length->suffixes);
    const auto fragments = tokens_of(length->fragments);
    EXPECT_EQ(parts.size() + fragments.size(), rest.size());
    parts.insert(fragments.begin(), fragments.end());
    EXPECT_EQ(parts, rest);
    EXPECT_FALSE(fragments.empty());
  }
  EXPECT_EQ(total, vocabulary->trie().tokens().size());
  EXPECT_EQ(seen, tokens_of(vocabulary->trie()));
  for (const TokenLength::Body& body : slices.short_tokens().body) {
    for (uint32_t points = 0; points <= TokenSlices::kShortBytes; ++points) {
      EXPECT_EQ(mask_test(slices.short_body(points).data(), body.token), body.points <= points);
    }
  }
}

}  // namespace
}  // namespace keyway
