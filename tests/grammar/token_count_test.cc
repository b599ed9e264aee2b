// Parts that are bounded in tokens: against a count of the tokens themselves, and masks against the naive oracle.
#include "grammar/token_count.h"

#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "grammar/matcher.h"
#include "grammar/naive_matcher.h"
#include "tests/support/random_term.h"

namespace keyway {
namespace {

using test::RandomTerms;
using test::kToyCall;
using test::kToyEnd;
using test::random_words;
using test::toy_vocabulary;

// The fewest tokens that end a text of a term without counts, by search over all tokens.
class FewestTokens {
 public:
  FewestTokens(TermArena& arena, const Vocabulary& vocabulary) : arena_(arena), vocabulary_(vocabulary) {}

  bool fits(TermId term, uint32_t tokens) {
    if (arena_.nullable(term)) return true;
    if (tokens == 0) return false;
    const auto known = fits_.find({term, tokens});
    if (known != fits_.end()) return known->second;
    bool found = false;
    for (TokenId token = 0; token < vocabulary_.size() && !found; ++token) {
      const TermId next = after(term, token);
      found = next != TermArena::never() && fits(next, tokens - 1);
    }
    return fits_[{term, tokens}] = found;
  }

 private:
  TermId after(TermId term, TokenId token) {
    const TokenKind kind = vocabulary_.kind(token);
    if (kind == TokenKind::kSpecial || kind == TokenKind::kAdded) return token_derivative(arena_, term, token);
    if (kind != TokenKind::kText || vocabulary_.bytes(token).empty()) return TermArena::never();
    for (char c : vocabulary_.bytes(token)) term = derivative(arena_, term, static_cast<uint8_t>(c));
    return term;
  }
  TermArena& arena_;
  const Vocabulary& vocabulary_;
  std::map<std::pair<TermId, uint32_t>, bool> fits_;
};

// Every list of up to five tokens of "<" [ab]* ">" with at most three tokens inside: a token counts where one of its bytes is
// inside.
TEST(TokenCount, TakesExactlyTheListsWithFewEnoughTokensInside) {
  const std::vector<std::string> words = {"a", "ab", "<", ">", "<a", "b>", "<ab>"};
  const auto vocabulary = toy_vocabulary(words);
  auto arena = std::make_unique<TermArena>();
  const TermId inside = arena->repeat(arena->bytes(ByteSet::of("ab")), 0, kUnbounded);
  const TermId parts[] = {arena->literal("<"), counted_term(*arena, inside, 3), arena->literal(">")};
  const TermId root = arena->sequence(parts);
  const auto grammar = *Grammar::create(vocabulary, std::move(arena), root);
  std::map<std::string, TokenId> ids;
  for (TokenId id = 0; id < vocabulary->size(); ++id) ids.emplace(vocabulary->bytes(id), id);
  size_t lists = 1, taken_lists = 0;
  for (int length = 1; length <= 5; ++length) {
    lists *= words.size();
    for (size_t list = 0; list < lists; ++list) {
      std::string text;
      size_t within = 0;
      Matcher matcher(grammar);
      bool taken = true;
      for (size_t i = 0, rest = list; i < static_cast<size_t>(length); ++i, rest /= words.size()) {
        const std::string& word = words[rest % words.size()];
        text += word;
        within += word.find_first_of("ab") != std::string::npos ? 1 : 0;
        taken = taken && *matcher.accept(ids.at(word));
      }
      const bool expected = std::regex_match(text, std::regex("<[ab]*>")) && within <= 3;
      EXPECT_EQ(taken && matcher.can_end(), expected) << text << ' ' << within;
      taken_lists += expected ? 1 : 0;
    }
  }
  EXPECT_GT(taken_lists, 20u);
}

TEST(TokenCount, MasksEqualTheNaiveMatchersAndNeverComeToADeadEnd) {
  std::mt19937 random(11);
  size_t counted_states = 0;
  for (int round = 0; round < 150; ++round) {
    const auto vocabulary = toy_vocabulary(random_words(random, "abc()\"", 40, 4));
    auto owned = std::make_unique<TermArena>();
    TermArena& arena = *owned;
    RandomTerms terms(arena, random);
    FewestTokens fewest(arena, *vocabulary);
    const auto fits = [&](TermId term, uint32_t tokens) { return fewest.fits(term, tokens); };
    const TermId inner = terms.make(3);
    const uint32_t most = 1 + random() % 4;
    const TermId part = counted_term(arena, inner, most);
    // Whatever begins a part has to be able to end it, so that the root has no dead end.
    if (!fits(inner, most)) continue;
    const TermId both[] = {terms.make(1), part, terms.make(2), random() % 2 == 0 ? part : TermArena::epsilon()};
    const TermId root = random() % 2 == 0 ? arena.sequence(both) : arena.choice(arena.sequence(both), terms.make(3));
    const auto grammar = *Grammar::create(vocabulary, std::move(owned), root);
    Matcher matcher(grammar);
    NaiveMatcher naive(arena, *vocabulary, root, fits);
    std::vector<uint32_t> words(mask_words(vocabulary->size())), expected(words.size());
    for (int step = 0; step < 10 && !matcher.is_finished(); ++step) {
      ASSERT_TRUE(matcher.mask(words).ok());
      naive.mask(expected);
      ASSERT_EQ(words, expected) << arena.dump(naive.term()) << " at most " << most;
      counted_states += arena.counts(naive.term()) ? 1 : 0;
      std::vector<TokenId> tokens;
      for (TokenId t = 0; t < vocabulary->size(); ++t) {
        if (mask_test(words.data(), t)) tokens.push_back(t);
      }
      ASSERT_FALSE(tokens.empty()) << "a dead end: " << arena.dump(naive.term());
      const TokenId token = tokens[random() % tokens.size()];
      ASSERT_TRUE(*matcher.accept(token));
      ASSERT_TRUE(naive.accept(token));
    }
    matcher.reset();
    ASSERT_TRUE(matcher.mask(words).ok());
  }
  EXPECT_GT(counted_states, 50u);
}

TEST(TokenCount, BoundOfNothingIsTheEmptyTextAlone) {
  TermArena arena;
  const TermId some = arena.literal("a"), any = arena.repeat(some, 0, kUnbounded);
  EXPECT_EQ(counted_term(arena, some, 0), TermArena::never());
  EXPECT_EQ(counted_term(arena, any, 0), TermArena::epsilon());
  EXPECT_EQ(after_token(arena, any), any) << "a state without counts is left alone";
}

// "abc" takes at least two tokens here, so that a bound of one leaves nothing to say: an error, not an empty mask.
TEST(TokenCount, ABoundThatNoTextOfThePartMeetsIsAnErrorInPlaceOfTheMask) {
  for (const uint32_t most : {1u, 2u}) {
    auto arena = std::make_unique<TermArena>();
    const TermId parts[] = {arena->literal("<"), counted_term(*arena, arena->literal("abc"), most), arena->literal(">")};
    const TermId root = arena->sequence(parts);
    const auto grammar = *Grammar::create(toy_vocabulary({"ab"}), std::move(arena), root);
    Matcher matcher(grammar);
    std::vector<uint32_t> words(mask_words(grammar->vocabulary().size()));
    ASSERT_TRUE(matcher.mask(words).ok());
    ASSERT_TRUE(*matcher.accept('<'));
    const Status status = matcher.mask(words);
    EXPECT_EQ(status.ok(), most == 2);
    if (!status.ok()) {
      EXPECT_EQ(status.error().code, ErrorCode::kNoCompletion);
    }
  }
}

TEST(TokenCount, NestedCountsGoDownTogether) {
  const auto vocabulary = toy_vocabulary({"a", "b", "aa"});
  auto arena = std::make_unique<TermArena>();
  const TermId inner = counted_term(*arena, arena->repeat(arena->literal("a"), 0, kUnbounded), 2);
  const TermId outer = counted_term(*arena, arena->repeat(arena->sequence(inner, arena->literal("b")), 0, kUnbounded), 5);
  const auto grammar = *Grammar::create(vocabulary, std::move(arena), outer);
  const auto taken = [&](std::string_view bytes) {
    Matcher matcher(grammar);
    for (const char c : bytes) {
      if (!*matcher.accept(static_cast<TokenId>(static_cast<unsigned char>(c)))) return false;
    }
    return matcher.can_end();
  };
  EXPECT_TRUE(taken("aabab"));
  EXPECT_FALSE(taken("aaab")) << "three tokens in the inner part";
  EXPECT_FALSE(taken("ababab")) << "six tokens in the outer part";
  EXPECT_FALSE(taken("ababa")) << "what is begun could not be ended in time";
}

}  // namespace
}  // namespace keyway
