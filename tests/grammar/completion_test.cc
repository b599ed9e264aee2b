// The fewest tokens to the end against breadth-first search by the naive matcher; the guard keeps its promise.
#include "grammar/completion.h"

#include <gtest/gtest.h>

#include <set>

#include "grammar/matcher.h"
#include "grammar/shortest_spelling.h"
#include "tests/support/random_term.h"

namespace keyway {
namespace {

using test::RandomTerms;
using test::random_words;
using test::toy_vocabulary;

// Every token, level by level; nullopt past `most` tokens.
std::optional<uint32_t> fewest_by_search(TermArena& arena, const Vocabulary& vocabulary, TermId root, uint32_t most) {
  std::set<TermId> level{root};
  for (uint32_t tokens = 0; tokens <= most; ++tokens) {
    std::set<TermId> next;
    for (TermId term : level) {
      if (arena.nullable(term)) return tokens;
      for (TokenId t = 0; t < vocabulary.size(); ++t) {
        TermId after = term;
        if (vocabulary.kind(t) == TokenKind::kAbsent) continue;
        if (vocabulary.kind(t) == TokenKind::kText) {
          for (char b : vocabulary.bytes(t)) after = derivative(arena, after, static_cast<uint8_t>(b));
        } else {
          after = token_derivative(arena, term, t);
        }
        if (after != TermArena::never()) next.insert(after);
      }
    }
    level = std::move(next);
  }
  return std::nullopt;
}

// A random term over a random vocabulary, and what walks it.
struct RandomGrammar {
  RandomGrammar(std::mt19937& random, size_t most_bytes, int depth)
      : vocabulary(toy_vocabulary(random_words(random, "abc()\"", 40, most_bytes))), root(RandomTerms(arena, random).make(depth)) {}
  std::shared_ptr<const Vocabulary> vocabulary;
  TermArena arena;
  TermId root;
  Automaton automaton{arena};
  std::shared_ptr<const TokenSlices> slices = *vocabulary->slices();
  MaskBuilder builder{automaton, *vocabulary, *slices, vocabulary->end_tokens()};
};

TEST(Completion, FewestTokensAreExact) {
  std::mt19937 random(8);
  int decided = 0;
  for (int round = 0; round < 150; ++round) {
    RandomGrammar grammar(random, 4, 4);
    auto& [vocabulary, arena, root, automaton, slices, builder] = grammar;
    Completion completion(automaton, builder, *vocabulary);
    const auto expected = fewest_by_search(arena, *vocabulary, root, 3);
    const State start = automaton.split(root);
    if (expected) {
      ++decided;
      EXPECT_EQ(completion.fewest(start), *expected) << arena.dump(root);
      EXPECT_TRUE(completion.fits(start, *expected));
      if (*expected > 0) {
        EXPECT_FALSE(completion.fits(start, *expected - 1));
      }
    } else {
      EXPECT_GT(completion.fewest(start), 3u);
    }
  }
  EXPECT_GT(decided, 50);
}

TEST(Completion, SpellingsOfShortestTextsSufficeAndGoDownByEachToken) {
  std::mt19937 random(11);
  int walked = 0;
  int shorter = 0;
  for (int round = 0; round < 300; ++round) {
    RandomGrammar grammar(random, 6, 5);
    auto& [vocabulary, arena, root, automaton, slices, builder] = grammar;
    ShortestSpelling spelling(automaton, *vocabulary);
    State state = automaton.split(root);
    while (!automaton.accepting(state)) {
      const uint32_t tokens = spelling.tokens(state);
      ASSERT_GT(tokens, 0u);
      ASSERT_LE(tokens, automaton.shortest(state));
      shorter += tokens < automaton.shortest(state);
      std::vector<State> ways;
      builder.walk(state, [&](TokenId, State next) {
        if (spelling.tokens(next) < tokens) ways.push_back(next);
      });
      ASSERT_FALSE(ways.empty()) << arena.dump(root);
      state = ways[random() % ways.size()];
      ++walked;
    }
    EXPECT_EQ(spelling.tokens(state), 0u);
  }
  EXPECT_GT(walked, 300);
  EXPECT_GT(shorter, 30);
}

TEST(Completion, WhatWasProvenIsKeptByTheNextTokenWithoutWork) {
  std::mt19937 random(10);
  int walked = 0;
  for (int round = 0; round < 300; ++round) {
    RandomGrammar grammar(random, 6, 5);
    auto& [vocabulary, arena, root, automaton, slices, builder] = grammar;
    Completion completion(automaton, builder, *vocabulary);
    State state = automaton.split(root);
    completion.refill(1 + random() % 400);
    Budget budget(1'000'000'000);
    arena.set_budget(&budget);
    uint32_t left = completion.fewest(state);
    completion.refill(0);
    ASSERT_TRUE(completion.fits(state, left));
    for (; !automaton.accepting(state); --left) {
      ASSERT_GT(left, 0u);
      std::vector<State> ways;
      builder.walk(state, [&](TokenId, State next) {
        if (completion.fits(next, left - 1)) ways.push_back(next);
      });
      ASSERT_FALSE(ways.empty());
      state = ways[random() % ways.size()];
      ++walked;
    }
    arena.set_budget(nullptr);
  }
  EXPECT_GT(walked, 300);
}

TEST(Completion, WithTheGuardEveryWalkEndsInTime) {
  std::mt19937 random(9);
  int walked = 0;
  for (int round = 0; round < 200; ++round) {
    auto vocabulary = toy_vocabulary(random_words(random, "abc()\"", 40, 4));
    auto arena = std::make_unique<TermArena>();
    const TermId root = RandomTerms(*arena, random).make(5);
    auto grammar = *Grammar::create(vocabulary, std::move(arena), root);
    Matcher matcher(grammar);
    uint32_t left = 1 + random() % 12;
    std::vector<uint32_t> words(mask_words(vocabulary->size()));
    if (!*matcher.fits(left)) {
      EXPECT_EQ(matcher.mask_within(words, left).error().code, ErrorCode::kNoCompletion);
      continue;
    }
    ++walked;
    for (; !matcher.is_finished(); --left) {
      ASSERT_GT(left, 0u);
      ASSERT_TRUE(matcher.mask_within(words, left).ok());
      std::vector<TokenId> tokens;
      for (TokenId t = 0; t < vocabulary->size(); ++t) {
        if (mask_test(words.data(), t)) tokens.push_back(t);
      }
      ASSERT_FALSE(tokens.empty());
      ASSERT_TRUE(*matcher.accept(tokens[random() % tokens.size()]));
    }
  }
  EXPECT_GT(walked, 50);
}

}  // namespace
}  // namespace keyway
