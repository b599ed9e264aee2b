// The slices partition the vocabulary by what their alphabets say.
#include "grammar/token_slices.h"

#include <gtest/gtest.h>

#include <algorithm>
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

TEST(ByteRows, TellWhichBodyTokensHoldAByte) {
  std::mt19937 random(3);
  const auto vocabulary = test::toy_vocabulary(test::random_words(random, std::string("aB1 \xC3\xA9\"\\\n"), 1000, 24));
  const auto slices = *vocabulary->slices();
  const ByteRows& rows = slices->byte_rows(*vocabulary);
  size_t tokens = 0;
  for (TokenId token : vocabulary->trie().tokens()) {
    const std::string_view text = vocabulary->bytes(token);
    const bool body = is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) { return body_ends().contains(static_cast<uint8_t>(c)); });
    tokens += body;
    EXPECT_EQ(mask_test(rows.body.data(), token), body);
    for (size_t b = 0; b <= ByteRows::kPastAscii; ++b) {
      const bool holds = std::any_of(text.begin(), text.end(), [b](char c) { return std::min<size_t>(static_cast<uint8_t>(c), ByteRows::kPastAscii) == b; });
      EXPECT_EQ(!rows.holds[b].empty() && mask_test(rows.holds[b].data(), token), body && holds);
    }
  }
  EXPECT_GT(tokens, 100u);
}

class QuoteCrossingsOf : public ::testing::TestWithParam<char> {};

TEST_P(QuoteCrossingsOf, AreEveryQuoteOfEveryToken) {
  std::mt19937 random(2);
  const auto vocabulary = test::toy_vocabulary(test::random_words(random, "ab\":", 300, 6));
  const auto made = QuoteCrossings::create(*vocabulary, GetParam());
  ASSERT_TRUE(made.ok());
  std::vector<std::string> before(made->tokens.size()), from(made->tokens.size());
  for (auto [trie, texts] : {std::pair(&made->before, &before), std::pair(&made->from, &from)}) {
    std::string path;
    for (uint32_t i = 0; i < trie->size(); ++i) {
      path.resize(trie->nodes()[i].depth() - 1);
      path += static_cast<char>(trie->nodes()[i].byte());
      for (uint32_t crossing : trie->tokens_at(i)) (*texts)[crossing] = path;
    }
  }
  size_t quotes = 0;
  std::set<std::pair<TokenId, size_t>> places;
  for (TokenId token : vocabulary->trie().tokens()) {
    const std::string_view text = vocabulary->bytes(token);
    quotes += static_cast<size_t>(std::count(text.begin(), text.end(), GetParam()));
  }
  for (size_t i = 0; i < made->tokens.size(); ++i) {
    EXPECT_EQ(before[i] + from[i], vocabulary->bytes(made->tokens[i]));
    EXPECT_EQ(from[i].substr(0, 1), std::string(1, GetParam()));
    EXPECT_EQ(before[i].empty(), i < made->at_start);
    places.emplace(made->tokens[i], before[i].size());
  }
  EXPECT_EQ(made->tokens.size(), quotes);
  EXPECT_EQ(places.size(), quotes);
}

INSTANTIATE_TEST_SUITE_P(Quotes, QuoteCrossingsOf, ::testing::Values('"', ':', 'a'));

}  // namespace
}  // namespace keyway
