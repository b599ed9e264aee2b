// Derivatives against the definition of a language: exhaustive over small terms and all short texts.
#include "grammar/derivative.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace keyway {
namespace {

// The texts over {a, b} of at most this many bytes, kept beside each random term as its language.
constexpr size_t kMost = 5;
using Language = std::set<std::string>;

struct Pair {
  TermId term;
  Language language;
};

Language product(const Language& x, const Language& y) {
  Language out;
  for (const auto& a : x) {
    for (const auto& b : y) {
      if (a.size() + b.size() <= kMost) out.insert(a + b);
    }
  }
  return out;
}

// A random term and, computed apart from it, its language cut at kMost bytes.
Pair random_pair(TermArena& arena, std::mt19937& random, int depth) {
  const unsigned pick = random() % (depth == 0 ? 4 : 8);
  if (pick == 0) return {arena.literal("a"), {"a"}};
  if (pick == 1) return {arena.literal("b"), {"b"}};
  if (pick == 2) return {arena.bytes(ByteSet::of("ab")), {"a", "b"}};
  if (pick == 3) return {arena.literal("ab"), {"ab"}};
  Pair x = random_pair(arena, random, depth - 1);
  if (pick == 7) {
    const uint32_t min = random() % 3;
    const uint32_t max = random() % 4 == 0 ? kUnbounded : min + random() % 3;
    Language all, power{""};
    for (uint32_t n = 0; n <= std::min<uint32_t>(max, 8); ++n) {
      if (n >= min) all.insert(power.begin(), power.end());
      power = product(power, x.language);
    }
    return {arena.repeat(x.term, min, max), all};
  }
  Pair y = random_pair(arena, random, depth - 1);
  if (pick <= 5) return {arena.sequence(x.term, y.term), product(x.language, y.language)};
  Language both = x.language;
  both.insert(y.language.begin(), y.language.end());
  if (random() % 4 == 0) {
    both.insert("");
    return {arena.optional(arena.choice(x.term, y.term)), both};
  }
  return {arena.choice(x.term, y.term), both};
}

bool accepts(TermArena& arena, TermId term, std::string_view text) {
  for (char c : text) term = derivative(arena, term, static_cast<uint8_t>(c));
  return term != TermArena::never() && arena.nullable(term);
}

TEST(Derivative, AcceptsExactlyTheLanguage) {
  std::mt19937 random(1);
  std::vector<std::string> texts{""};
  for (size_t i = 0; texts[i].size() < kMost; ++i) {
    texts.push_back(texts[i] + "a");
    texts.push_back(texts[i] + "b");
  }
  for (int round = 0; round < 2000; ++round) {
    TermArena arena;
    const Pair pair = random_pair(arena, random, 4);
    for (const auto& text : texts) {
      ASSERT_EQ(accepts(arena, pair.term, text), pair.language.count(text) == 1) << arena.dump(pair.term) << " on " << text;
    }
    if (!pair.language.empty()) {
      size_t shortest = kMost;
      for (const auto& text : pair.language) shortest = std::min(shortest, text.size());
      EXPECT_EQ(arena.shortest(pair.term), shortest) << arena.dump(pair.term);
    }
  }
}

TEST(Derivative, BytesOfOneClassHaveOneDerivative) {
  std::mt19937 random(2);
  for (int round = 0; round < 500; ++round) {
    TermArena arena;
    const TermId term = random_pair(arena, random, 4).term;
    for (unsigned b = 0; b < 256; ++b) {
      ByteSet same;
      const TermId next = derivative(arena, term, static_cast<uint8_t>(b), same);
      EXPECT_TRUE(same.contains(static_cast<uint8_t>(b)));
      same.for_each([&](uint8_t other) { ASSERT_EQ(derivative(arena, term, other), next); });
      EXPECT_EQ(first_bytes(arena, term).contains(static_cast<uint8_t>(b)), next != TermArena::never());
    }
  }
}

// reference(x, y) = "(" reference(x + 1, y) ")" | "" up to depth y: balanced brackets of bounded depth.
class Brackets : public Definition {
 public:
  TermId unfold(TermArena& arena, uint32_t x, uint32_t y) override {
    if (x == y) return TermArena::epsilon();
    const TermId inside = arena.reference(self, x + 1, y, {true, 0});
    const TermId parts[] = {arena.literal("("), inside, arena.literal(")")};
    return arena.optional(arena.sequence(parts));
  }
  DefinitionId self;
};

TEST(Derivative, UnfoldsReferencesOnDemand) {
  TermArena arena;
  auto brackets = std::make_shared<Brackets>();
  brackets->self = arena.define(brackets);
  const TermId start = arena.reference(brackets->self, 0, 1'000'000, {true, 0});
  const size_t before = arena.size();
  EXPECT_TRUE(accepts(arena, start, "((()))"));
  EXPECT_FALSE(accepts(arena, start, "(()"));
  EXPECT_FALSE(accepts(arena, start, "())"));
  EXPECT_LE(arena.size() - before, 100u);
  const TermId two = arena.reference(brackets->self, 0, 2, {true, 0});
  EXPECT_TRUE(accepts(arena, two, "(())"));
  EXPECT_FALSE(accepts(arena, two, "((()))"));
}

// reference(x, _) is reference(x + 1, _): a chain without a byte.
class Chain : public Definition {
 public:
  TermId unfold(TermArena& arena, uint32_t x, uint32_t) override { return arena.reference(self, x + 1, 0, {false, 1}); }
  DefinitionId self;
};

TEST(Derivative, AnUnguardedChainOfReferencesIsALimitNotACrash) {
  TermArena arena;
  auto chain = std::make_shared<Chain>();
  chain->self = arena.define(chain);
  const TermId start = arena.reference(chain->self, 0, 0, {false, 1});
  EXPECT_EQ(derivative(arena, start, 'a'), TermArena::never());
  EXPECT_TRUE(arena.exhausted());
  EXPECT_EQ(arena.limit_error("mask_fuel").allowed, "nesting " + std::to_string(Limits{}.nesting));
  Budget other(10);  // who pays in the middle of work does not undo what stopped it
  EXPECT_EQ(arena.pay_from(&other), nullptr);
  EXPECT_EQ(arena.pay_from(nullptr), &other);
  EXPECT_TRUE(arena.exhausted());
  arena.set_budget(nullptr);
  EXPECT_FALSE(arena.exhausted());
}

// Keeps whether its work was done, as if it had been.
class Keeping : public Definition {
 public:
  TermId unfold(TermArena& arena, uint32_t, uint32_t) override {
    if (!kept_) {
      kept_ = true;
      for (int i = 0; i < 100; ++i) work_done_ = arena.pay();
    }
    return arena.literal(work_done_ ? "ab" : "a");
  }

 private:
  bool kept_ = false, work_done_ = false;
};

TEST(Derivative, WhatALimitLeftHalfMadeIsNotAskedAgain) {
  TermArena arena;
  const auto keeping = std::make_shared<Keeping>();
  const TermId apart = arena.reference(arena.define(std::make_shared<Keeping>()), 0, 0, {false, 1});
  const DefinitionId first = arena.next_definition();
  const TermId one = arena.reference(arena.define(keeping), 0, 0, {false, 1});
  const TermId other = arena.reference(arena.define(keeping), 1, 0, {false, 1});
  arena.keep_together(first);
  Budget small(20);
  arena.set_budget(&small);
  EXPECT_EQ(derivative(arena, one, 'a'), TermArena::never());
  EXPECT_TRUE(arena.exhausted());
  Budget large(10'000);
  arena.set_budget(&large);
  EXPECT_TRUE(arena.has_half_made());
  EXPECT_FALSE(arena.exhausted());
  EXPECT_EQ(derivative(arena, other, 'a'), TermArena::never());
  ASSERT_TRUE(arena.exhausted());
  EXPECT_EQ(arena.limit_error("mask_fuel").allowed, "a grammar compiled anew");
  arena.set_budget(&large);
  EXPECT_EQ(derivative(arena, apart, 'a'), arena.literal("b"));
  EXPECT_FALSE(arena.exhausted());
}

TEST(Derivative, SpecialTokensAreAnAlphabetOfTheirOwn) {
  TermArena arena;
  const TermId call = arena.sequence(arena.tokens({7, 3}), arena.literal("x"));
  const TermId term = arena.choice(call, arena.literal("\x07"));
  EXPECT_EQ(token_derivative(arena, term, 3), arena.literal("x"));
  EXPECT_EQ(token_derivative(arena, term, 7), arena.literal("x"));
  EXPECT_EQ(token_derivative(arena, term, 4), TermArena::never());
  EXPECT_EQ(derivative(arena, term, 7), TermArena::epsilon());
  EXPECT_EQ(next_tokens(arena, term), (std::vector<TokenId>{3, 7}));
}

}  // namespace
}  // namespace keyway
