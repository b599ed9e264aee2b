// Coverage against the definition: a covered slice is allowed whole, byte string by byte string; loops lead back.
#include "grammar/coverage.h"

#include <gtest/gtest.h>

#include "grammar/naive_matcher.h"
#include "grammar/matcher.h"
#include "grammar/text_term.h"
#include "tests/support/toy_vocabulary.h"

namespace keyway {
namespace {

// One code point of a JSON string body without escapes, as bytes.
TermId body_point(TermArena& arena) {
  auto range = [&](int first, int last) { return arena.bytes(ByteSet::range(static_cast<uint8_t>(first), static_cast<uint8_t>(last))); };
  const TermId more = range(0x80, 0xBF);
  auto then = [&](TermId lead, int count) {
    for (int i = 0; i < count; ++i) lead = arena.sequence(lead, more);
    return lead;
  };
  const TermId parts[] = {arena.bytes(ByteSet::range(0x20, 0x7F) & ~body_ends()), then(range(0xC2, 0xDF), 1),
                          then(arena.sequence(range(0xE0, 0xE0), range(0xA0, 0xBF)), 1), then(range(0xE1, 0xEC), 2),
                          then(arena.sequence(range(0xED, 0xED), range(0x80, 0x9F)), 1), then(range(0xEE, 0xEF), 2),
                          then(arena.sequence(range(0xF0, 0xF0), range(0x90, 0xBF)), 2), then(range(0xF1, 0xF3), 3),
                          then(arena.sequence(range(0xF4, 0xF4), range(0x80, 0x8F)), 2)};
  return arena.choice(parts);
}

struct Fixture {
  explicit Fixture(std::mt19937& random)
      : vocabulary(test::toy_vocabulary(test::random_words(random, std::string("abZ09_ \xC3\xA9\"\\,}", 13), 1500, 20))) {}
  std::shared_ptr<const Vocabulary> vocabulary;
};

TEST(Coverage, AnUnboundedBodyCoversEverySliceAndLoops) {
  std::mt19937 random(1);
  Fixture fixture(random);
  const auto slices = *fixture.vocabulary->slices();
  TermArena arena;
  Automaton automaton(arena);
  Coverage coverage(automaton, slices->short_tokens());
  const TermId body = arena.repeat(body_point(arena), 0, kUnbounded);
  const CoverageOf all = coverage.of(body);
  for (size_t i = 0; i < slices->short_tokens().slices.size(); ++i) {
    if (slices->short_tokens().slices[i].trie.size() > 0) {
      EXPECT_TRUE(all.slices >> i & 1) << i;
    }
  }
  EXPECT_TRUE(all.loops);
  const CoverageOf lower = coverage.of(arena.repeat(arena.bytes(ByteSet::range('a', 'z')), 0, kUnbounded));
  EXPECT_FALSE(lower.loops);
  EXPECT_TRUE(lower.slices >> 1 & 1);
  EXPECT_FALSE(lower.slices >> 4 & 1);
}

// Masks of bodies of every kind, bounded and not, in front of a quote or not, equal the naive matcher's.
TEST(Coverage, MasksWithSlicesEqualTheNaiveMatchers) {
  std::mt19937 random(2);
  for (int round = 0; round < 60; ++round) {
    Fixture fixture(random);
    auto arena = std::make_unique<TermArena>();
    TermArena* terms = arena.get();
    const TermId points[] = {body_point(*terms), terms->bytes(ByteSet::range('a', 'z')), terms->bytes(ByteSet::of("ab09_")),
                             terms->choice(body_point(*terms), terms->literal("\\\""))};
    const uint32_t min = random() % 3 == 0 ? random() % 30 : 0;
    const uint32_t max = random() % 2 == 0 ? kUnbounded : min + random() % 40;
    const TermId body = terms->repeat(points[random() % 4], min, max);
    const TermId ends[] = {terms->literal("\""), terms->literal("\",\"ab"), terms->literal("ab\""), TermArena::epsilon()};
    const TermId root = terms->sequence(body, ends[random() % 4]);
    auto grammar = *Grammar::create(fixture.vocabulary, std::move(arena), root);
    Matcher matcher(grammar);
    NaiveMatcher naive(*terms, *fixture.vocabulary, root);
    std::vector<uint32_t> words(mask_words(fixture.vocabulary->size())), expected(words.size());
    for (int step = 0; step < 6 && !matcher.is_finished(); ++step) {
      ASSERT_TRUE(matcher.mask(words).ok());
      naive.mask(expected);
      ASSERT_EQ(words, expected) << terms->dump(naive.term());
      std::vector<TokenId> tokens;
      for (TokenId t = 0; t < fixture.vocabulary->size(); ++t) {
        if (mask_test(words.data(), t)) tokens.push_back(t);
      }
      const TokenId token = tokens[random() % tokens.size()];
      ASSERT_TRUE(*matcher.accept(token));
      ASSERT_TRUE(naive.accept(token));
    }
  }
}

// Counted, bounded and patterned texts in both JSON spellings: masks equal the naive matcher's along random walks.
TEST(Coverage, MasksOfCountedTextsEqualTheNaiveMatchers) {
  std::mt19937 random(3);
  for (int round = 0; round < 60; ++round) {
    Fixture fixture(random);
    auto arena = std::make_unique<TermArena>();
    RegexArena& regexes = arena->regexes();
    const RegexId points[] = {regexes.any(), regexes.one_of(CodePointSet{{'a', 'z'}}), regexes.one_of(CodePointSet{{'0', 0x7FF}}),
                              regexes.literal("ab")};
    const uint32_t min = random() % 3 == 0 ? random() % 40 : 0;
    const uint32_t max = random() % 4 == 0 ? kUnbounded : min + random() % 60;
    RegexId text = regexes.repeat(points[random() % 4], min, max);
    if (random() % 4 == 0) text = regexes.sequence(text, regexes.literal("z"));
    if (random() % 4 == 0) {
      const RegexId parts[] = {text, regexes.complement(regexes.literals({"a", "ab", "Z"}))};
      text = regexes.intersection(parts);
    }
    const TermId body = text_term(*arena, text, random() % 2 == 0 ? TextSpelling::kJson : TextSpelling::kJsonCanonical);
    if (body == TermArena::never()) continue;
    const TermId root = arena->sequence(body, arena->literal("\",\"ab"));
    TermArena* terms = arena.get();
    auto grammar = *Grammar::create(fixture.vocabulary, std::move(arena), root);
    Matcher matcher(grammar);
    NaiveMatcher naive(*terms, *fixture.vocabulary, root);
    std::vector<uint32_t> words(mask_words(fixture.vocabulary->size())), expected(words.size());
    for (int step = 0; step < 12 && !matcher.is_finished(); ++step) {
      ASSERT_TRUE(matcher.mask(words).ok());
      naive.mask(expected);
      ASSERT_EQ(words, expected) << regexes.dump(text) << " after " << step << " tokens";
      std::vector<TokenId> tokens;
      for (TokenId t = 0; t < fixture.vocabulary->size(); ++t) {
        if (mask_test(words.data(), t)) tokens.push_back(t);
      }
      const TokenId token = tokens[random() % tokens.size()];
      ASSERT_TRUE(*matcher.accept(token));
      ASSERT_TRUE(naive.accept(token));
    }
  }
}

}  // namespace
}  // namespace keyway
