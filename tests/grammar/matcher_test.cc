// The matcher against the naive oracle, bit for bit, on random grammars and random walks.
#include "grammar/matcher.h"

#include <gtest/gtest.h>

#include <thread>

#include "grammar/naive_matcher.h"
#include "grammar/text_term.h"
#include "tests/support/random_term.h"

namespace keyway {
namespace {

using test::RandomTerms;
using test::kToyCall;
using test::kToyEnd;
using test::random_words;
using test::toy_vocabulary;

struct Case {
  std::shared_ptr<const Vocabulary> vocabulary;
  std::shared_ptr<Grammar> grammar;
  TermArena* arena = nullptr;
  TermId root;
};

Case random_case(std::mt19937& random) {
  Case c;
  c.vocabulary = toy_vocabulary(random_words(random, "abc()\"", 60, 5));
  auto arena = std::make_unique<TermArena>();
  c.arena = arena.get();
  c.root = RandomTerms(*arena, random).make(5);
  c.grammar = *Grammar::create(c.vocabulary, std::move(arena), c.root);
  return c;
}

std::vector<TokenId> allowed(const std::vector<uint32_t>& words, size_t vocabulary_size) {
  std::vector<TokenId> tokens;
  for (TokenId t = 0; t < vocabulary_size; ++t) {
    if (mask_test(words.data(), t)) tokens.push_back(t);
  }
  return tokens;
}

TEST(Matcher, MasksEqualTheNaiveMatchersOnRandomWalks) {
  std::mt19937 random(3);
  for (int round = 0; round < 300; ++round) {
    Case c = random_case(random);
    Matcher matcher(c.grammar);
    NaiveMatcher naive(*c.arena, *c.vocabulary, c.root);
    std::vector<uint32_t> words(mask_words(c.vocabulary->size()) + 1, 7), expected(words.size());
    for (int step = 0; step < 12; ++step) {
      ASSERT_TRUE(matcher.mask(words).ok());
      naive.mask(expected);
      ASSERT_EQ(words, expected) << c.arena->dump(naive.term());
      EXPECT_EQ(matcher.can_end(), naive.can_end());
      const auto tokens = allowed(words, c.vocabulary->size());
      ASSERT_FALSE(tokens.empty()) << "a dead end: " << c.arena->dump(naive.term());
      for (TokenId t : {TokenId{'a'}, TokenId{'('}, kToyCall, kToyEnd, TokenId{300}}) {
        if (!mask_test(words.data(), t)) {
          EXPECT_FALSE(*matcher.accept(t));
        }
      }
      const TokenId token = tokens[random() % tokens.size()];
      ASSERT_TRUE(*matcher.accept(token));
      ASSERT_TRUE(naive.accept(token));
      EXPECT_EQ(matcher.is_finished(), naive.is_finished());
      if (matcher.is_finished()) break;
    }
  }
}

// The states of a counted text share masks where no token can tell them apart: which do depends on the longest token.
TEST(Matcher, MasksOfCountedTextsEqualTheNaiveMatchersWithAndWithoutLongTokens) {
  for (size_t longest : {0, 3, 16, 17, 40}) {
    std::vector<std::string> words = {"ab", "a\"", "bb", "\\u00"};
    if (longest > 0) words.push_back(std::string(longest, 'a'));
    const auto vocabulary = toy_vocabulary(words);
    auto made = std::make_unique<TermArena>();
    TermArena& arena = *made;
    RegexArena& regexes = arena.regexes();
    const TermId text = text_term(arena, regexes.length(3, 45), TextSpelling::kJson);
    const TermId root = arena.sequence(arena.literal("\""), arena.sequence(text, arena.literal("\"")));
    const auto grammar = Grammar::create(vocabulary, std::move(made), root);
    ASSERT_TRUE(grammar.ok());
    Matcher matcher(*grammar);
    NaiveMatcher naive(arena, *vocabulary, root);
    std::vector<uint32_t> mask(mask_words(vocabulary->size())), expected(mask.size());
    ASSERT_TRUE(*matcher.accept('"') && naive.accept('"'));
    for (int length = 0; length <= 45; ++length) {
      ASSERT_TRUE(matcher.mask(mask).ok());
      naive.mask(expected);
      ASSERT_EQ(mask, expected) << "longest token " << longest << ", characters " << length;
      EXPECT_EQ(*matcher.accept('b'), length < 45);
      naive.accept('b');
    }
  }
}

// A quote, one of some names or any other text, a quote, and what depends on which it was: the keys of an object.
TermId random_keys(TermArena& arena, std::mt19937& random) {
  RegexArena& regexes = arena.regexes();
  std::vector<RegexId> names;
  std::vector<TermId> choices;
  for (const std::string& name : random_words(random, "abc", 4, 3)) {
    names.push_back(regexes.literal(name));
    const TermId parts[] = {text_term(arena, names.back(), TextSpelling::kJson), arena.literal("\"("), arena.literal("a")};
    if (random() % 4 != 0) choices.push_back(arena.sequence(parts));
  }
  const RegexId others = regexes.complement(regexes.alternative(names));
  const TermId ends[] = {arena.literal("\")"), arena.literal("\"(b"), arena.literal("\"")};
  choices.push_back(arena.sequence(text_term(arena, others, TextSpelling::kJson), ends[random() % 3]));
  return arena.sequence(arena.literal("\""), arena.choice(choices));
}

TEST(Matcher, MasksBesideAStringBodyEqualTheNaiveMatchers) {
  std::mt19937 random(8);
  for (int round = 0; round < 100; ++round) {
    auto words_of = random_words(random, "abc\")(", 60, 6);
    for (const char* word : {"\xC3\xA9", "a\xC3", "\xA9\"(", "b\xC3\xA9\")", "\\u0061", "b\xF0\x9F\x98\x80zzzz"}) words_of.push_back(word);
    auto vocabulary = toy_vocabulary(words_of);
    auto arena = std::make_unique<TermArena>();
    TermArena& terms = *arena;
    const TermId root = random_keys(terms, random);
    auto grammar = *Grammar::create(vocabulary, std::move(arena), root);
    Matcher matcher(grammar);
    NaiveMatcher naive(terms, *vocabulary, root);
    std::vector<uint32_t> words(mask_words(vocabulary->size())), expected(words.size());
    for (int step = 0; step < 12 && !matcher.is_finished(); ++step) {
      ASSERT_TRUE(matcher.mask(words).ok());
      naive.mask(expected);
      ASSERT_EQ(words, expected) << terms.dump(naive.term());
      auto tokens = allowed(words, vocabulary->size());
      // Letters of the names rather than any byte, so that the walk stays near them.
      std::erase_if(tokens, [&](TokenId t) { return t < 256 && std::string_view("abc\"()").find(char(t)) == std::string_view::npos; });
      if (tokens.empty()) break;
      const TokenId token = tokens[random() % tokens.size()];
      ASSERT_TRUE(*matcher.accept(token));
      ASSERT_TRUE(naive.accept(token));
    }
  }
}

TEST(Matcher, TheStateDoesNotDependOnHowTokensSplitTheBytes) {
  std::mt19937 random(4);
  for (int round = 0; round < 200; ++round) {
    Case c = random_case(random);
    Matcher by_tokens(c.grammar), by_bytes(c.grammar);
    std::vector<uint32_t> words(mask_words(c.vocabulary->size())), other(words.size());
    for (int step = 0; step < 8; ++step) {
      ASSERT_TRUE(by_tokens.mask(words).ok());
      const auto tokens = allowed(words, c.vocabulary->size());
      const TokenId token = tokens[random() % tokens.size()];
      if (c.vocabulary->is_end(token)) break;
      ASSERT_TRUE(*by_tokens.accept(token));
      if (c.vocabulary->kind(token) == TokenKind::kText) {
        for (char b : c.vocabulary->bytes(token)) ASSERT_TRUE(*by_bytes.accept(static_cast<uint8_t>(b)));
      } else {
        ASSERT_TRUE(*by_bytes.accept(token));
      }
      ASSERT_TRUE(by_tokens.mask(words).ok());
      ASSERT_TRUE(by_bytes.mask(other).ok());
      ASSERT_EQ(words, other);
    }
  }
}

TEST(Matcher, RollbackAndCopiesAreExact) {
  std::mt19937 random(5);
  for (int round = 0; round < 100; ++round) {
    Case c = random_case(random);
    Matcher matcher(c.grammar);
    std::vector<std::vector<uint32_t>> seen;
    std::vector<TokenId> taken;
    std::vector<uint32_t> words(mask_words(c.vocabulary->size()));
    while (taken.size() < 10 && !matcher.is_finished()) {
      ASSERT_TRUE(matcher.mask(words).ok());
      seen.push_back(words);
      const auto tokens = allowed(words, c.vocabulary->size());
      taken.push_back(tokens[random() % tokens.size()]);
      ASSERT_TRUE(*matcher.accept(taken.back()));
    }
    const size_t back = random() % (taken.size() + 1);
    Matcher copy = matcher;
    copy.rollback(back);
    if (back > 0) {
      ASSERT_TRUE(copy.mask(words).ok());
      EXPECT_EQ(words, seen[taken.size() - back]);
    }
    EXPECT_EQ(*copy.accept_many(std::span(taken).subspan(taken.size() - back)), back);
    EXPECT_EQ(copy.is_finished(), matcher.is_finished());
    EXPECT_EQ(copy.can_end(), matcher.can_end());
  }
}

TEST(Matcher, ReplayAndStateLeadToTheSamePlace) {
  std::mt19937 random(9);
  for (int round = 0; round < 100; ++round) {
    Case c = random_case(random);
    Matcher matcher(c.grammar);
    std::vector<TokenId> taken;
    std::vector<uint32_t> words(mask_words(c.vocabulary->size())), other(words.size());
    for (size_t step = random() % 8; step > 0; --step) {
      ASSERT_TRUE(matcher.mask(words).ok());
      auto tokens = allowed(words, c.vocabulary->size());
      std::erase_if(tokens, [&](TokenId t) { return c.vocabulary->is_end(t); });
      if (tokens.empty()) break;
      taken.push_back(tokens[random() % tokens.size()]);
      ASSERT_TRUE(*matcher.accept(taken.back()));
    }
    Matcher replayed(c.grammar), resumed(c.grammar, matcher.state());
    ASSERT_TRUE(*replayed.replay(taken));
    EXPECT_EQ(replayed.state(), matcher.state());
    EXPECT_EQ(replayed.accepted(), taken.size());
    ASSERT_TRUE(matcher.mask(words).ok());
    ASSERT_TRUE(resumed.mask(other).ok());
    EXPECT_EQ(words, other);
    taken.push_back(kToyEnd);
    taken.push_back(kToyEnd);  // nothing follows an end token
    EXPECT_FALSE(*replayed.replay(taken));
    EXPECT_EQ(replayed.accepted(), 0u);
  }
}

TEST(Matcher, TheShortestCompletionIsCountedInBytesAndTokens) {
  auto arena = std::make_unique<TermArena>();
  const TermId root = arena->choice(arena->literal("abcabc"), arena->literal("abxx"));
  Matcher matcher(*Grammar::create(toy_vocabulary({"abcabc", "abx"}), std::move(arena), root));
  auto shortest = matcher.shortest_completion();
  EXPECT_EQ(shortest->bytes, 4u);
  EXPECT_EQ(shortest->tokens, 2u);  // "abcabc" and the end
  ASSERT_TRUE(*matcher.accept('a'));
  shortest = matcher.shortest_completion();
  EXPECT_EQ(shortest->bytes, 3u);
  EXPECT_EQ(shortest->tokens, 4u);  // b, x, x and the end
}

TEST(Matcher, NothingFollowsAnEndToken) {
  auto arena = std::make_unique<TermArena>();
  const TermId root = arena->literal("a");
  auto grammar = *Grammar::create(toy_vocabulary({}), std::move(arena), root);
  Matcher matcher(grammar);
  EXPECT_FALSE(*matcher.accept(kToyEnd));
  EXPECT_TRUE(*matcher.accept('a'));
  EXPECT_TRUE(*matcher.accept(kToyEnd));
  std::vector<uint32_t> words(mask_words(grammar->vocabulary().size()));
  EXPECT_EQ(matcher.mask(words).error().code, ErrorCode::kFinished);
  EXPECT_FALSE(*matcher.accept('a'));
  matcher.rollback(1);
  EXPECT_TRUE(matcher.mask(words).ok());
}

TEST(Matcher, RefusesAnEmptyLanguageAndAVocabularyWithoutABytesToken) {
  EXPECT_EQ(Grammar::create(toy_vocabulary({}), std::make_unique<TermArena>(), TermArena::never()).error().code,
            ErrorCode::kUnsatisfiable);
  auto few = *Vocabulary::create({{"a", TokenKind::kText}, {"<end>", TokenKind::kSpecial}}, {1});
  auto arena = std::make_unique<TermArena>();
  const TermId root = arena->literal("a");
  EXPECT_EQ(Grammar::create(few, std::move(arena), root).error().code, ErrorCode::kMismatch);
}

TEST(Matcher, AMaskPastItsBudgetIsAnErrorAndLeavesTheStateUsable) {
  Limits limits;
  limits.mask_fuel = 50;
  auto arena = std::make_unique<TermArena>(limits);
  const TermId root = arena->repeat(arena->bytes(ByteSet::all()), 0, kUnbounded);
  auto grammar = *Grammar::create(toy_vocabulary({}), std::move(arena), root);
  Matcher matcher(grammar);
  std::vector<uint32_t> words(mask_words(grammar->vocabulary().size()));
  EXPECT_EQ(matcher.mask(words).error().allowed, "mask_fuel 50");
  EXPECT_TRUE(*matcher.accept('x'));
}

TEST(Matcher, ThreadsShareAGrammar) {
  std::mt19937 random(6);
  Case c = random_case(random);
  std::vector<std::vector<uint32_t>> rows(4, std::vector<uint32_t>(mask_words(c.vocabulary->size())));
  std::vector<std::thread> threads;
  for (auto& row : rows) {
    threads.emplace_back([&row, &c] {
      std::mt19937 own(7);
      Matcher matcher(c.grammar);
      for (int step = 0; step < 10 && !matcher.is_finished(); ++step) {
        if (!matcher.mask(row).ok()) return;
        const auto tokens = allowed(row, c.vocabulary->size());
        if (!*matcher.accept(tokens[own() % tokens.size()])) return;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& row : rows) EXPECT_EQ(row, rows[0]);
}

}  // namespace
}  // namespace keyway
