// Walks of a matcher beside the naive one.
//
// Entry points: walk_beside_naive. Used by the tests of masks in tests/grammar.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string_view>
#include <vector>

#include "grammar/matcher.h"
#include "grammar/naive_matcher.h"

namespace keyway::test {

// Compares the masks of both and accepts tokens at random: words of the vocabulary, and bytes of `near`, which the grammar is
// made of. Returns how many masks were compared, `most` or fewer. Requires: naive is of terms, the arena of the grammar.
inline int walk_beside_naive(const std::shared_ptr<Grammar>& grammar, const TermArena& terms, NaiveMatcher& naive,
                             std::string_view near, int most, std::mt19937& random) {
  const Vocabulary& vocabulary = grammar->vocabulary();
  Matcher matcher(grammar);
  std::vector<uint32_t> words(mask_words(vocabulary.size())), expected(words.size());
  int compared = 0;
  for (; compared < most && !matcher.is_finished(); ++compared) {
    EXPECT_TRUE(matcher.mask(words).ok());
    naive.mask(expected);
    EXPECT_EQ(words, expected) << terms.dump(naive.term());
    std::vector<TokenId> allowed;
    for (TokenId t = 0; t < vocabulary.size(); ++t) {
      const bool likely = t >= 256 || near.find(static_cast<char>(t)) != std::string_view::npos;
      if (likely && mask_test(expected.data(), t)) allowed.push_back(t);
    }
    if (allowed.empty()) break;
    const TokenId token = allowed[random() % allowed.size()];
    EXPECT_TRUE(*matcher.accept(token) && naive.accept(token));
  }
  return compared;
}

}  // namespace keyway::test
