// Forced bytes against enumeration, and the rule that keeps longer tokens possible.
#include "grammar/forced.h"

#include <gtest/gtest.h>

#include "grammar/matcher.h"
#include "tests/support/random_term.h"

namespace keyway {
namespace {

using test::toy_vocabulary;

Matcher matcher_of(const std::shared_ptr<const Vocabulary>& vocabulary, std::unique_ptr<TermArena> arena, TermId root) {
  return Matcher(*Grammar::create(vocabulary, std::move(arena), root));
}

TEST(Forced, StopsWhereThereIsAChoiceOrAnEnd) {
  auto vocabulary = toy_vocabulary({});
  auto arena = std::make_unique<TermArena>();
  const TermId root = arena->choice(arena->literal("orderId\""), arena->literal("orderName\""));
  EXPECT_EQ(matcher_of(vocabulary, std::move(arena), root).forced()->bytes, "order");
  arena = std::make_unique<TermArena>();
  const TermId open = arena->sequence(arena->literal("ab"), arena->optional(arena->literal("c")));
  EXPECT_EQ(matcher_of(vocabulary, std::move(arena), open).forced()->bytes, "ab");
}

TEST(Forced, ATokenThatALongerOneCouldSpanIsNotSettled) {
  auto arena = std::make_unique<TermArena>();
  const TermId root = arena->choice(arena->literal("orderId\""), arena->literal("orderName\""));
  auto forced = matcher_of(toy_vocabulary({"order", "or", "derI", "erXX"}), std::move(arena), root).forced();
  EXPECT_EQ(forced->bytes, "order");
  EXPECT_EQ(forced->settled, 2u);  // "derI" begins in the third byte and is allowed; "erXX" never is
}

TEST(Forced, ASpecialTokenThatMustComeIsNamed) {
  auto arena = std::make_unique<TermArena>();
  const TermId root = arena->sequence(arena->tokens({test::kToyCall}), arena->literal("x"));
  Matcher matcher = matcher_of(toy_vocabulary({}), std::move(arena), root);
  EXPECT_EQ(matcher.forced()->token, (std::vector<TokenId>{test::kToyCall}));
  ASSERT_TRUE(*matcher.accept(test::kToyCall));
  EXPECT_EQ(matcher.forced()->bytes, "x");
}

TEST(Forced, EveryWalkStartsWithTheForcedBytes) {
  std::mt19937 random(1);
  size_t forced_bytes = 0;
  for (int round = 0; round < 200; ++round) {
    auto vocabulary = toy_vocabulary(test::random_words(random, "abc()\"", 60, 4));
    auto arena = std::make_unique<TermArena>();
    const TermId root = test::RandomTerms(*arena, random).make(5);
    Matcher matcher = matcher_of(vocabulary, std::move(arena), root);
    const std::string expected = matcher.forced()->bytes;
    forced_bytes += expected.size();
    std::vector<uint32_t> words(mask_words(vocabulary->size()));
    std::string text;
    while (text.size() < expected.size()) {
      ASSERT_FALSE(matcher.can_end());
      ASSERT_TRUE(matcher.mask(words).ok());
      std::vector<TokenId> tokens;
      for (TokenId t = 0; t < vocabulary->size(); ++t) {
        if (mask_test(words.data(), t)) tokens.push_back(t);
      }
      const TokenId token = tokens[random() % tokens.size()];
      ASSERT_EQ(vocabulary->kind(token), TokenKind::kText);
      text += vocabulary->bytes(token);
      ASSERT_TRUE(*matcher.accept(token));
    }
    EXPECT_EQ(text.substr(0, expected.size()), expected);
  }
  EXPECT_GT(forced_bytes, 50u);
}

}  // namespace
}  // namespace keyway
