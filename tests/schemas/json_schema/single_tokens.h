// Holds the masks of a schema along a random text against the naive matcher, token by token.
//
// Entry points: expect_masks_of_single_tokens.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "grammar/matcher.h"
#include "grammar/naive_matcher.h"
#include "tests/schemas/json_schema/stepping.h"
#include "tests/support/toy_vocabulary.h"

namespace keyway::test {

// Longer tokens are drawn more often, so that items and members come to an end.
inline void expect_masks_of_single_tokens(const std::string& schema, const std::shared_ptr<const Vocabulary>& vocabulary,
                                          std::mt19937& random) {
  Grammar oracle(schema);
  ASSERT_TRUE(oracle.ok()) << schema << oracle.error().to_string();
  NaiveMatcher naive(oracle.arena(), *vocabulary, oracle.start());
  Grammar made(schema);
  const auto grammar = keyway::Grammar::create(vocabulary, made.take_arena(), made.start());
  ASSERT_TRUE(grammar.ok());
  Matcher matcher(*grammar);
  std::vector<uint32_t> mask(mask_words(vocabulary->size())), expected(mask.size());
  std::string text;
  for (int step = 0; step < 14 && !matcher.is_finished(); ++step) {
    ASSERT_TRUE(matcher.mask(mask).ok()) << schema << text;
    naive.mask(expected);
    ASSERT_EQ(mask, expected) << schema << " after " << text;
    std::vector<TokenId> allowed;
    for (TokenId token = 0; token < vocabulary->size(); ++token) {
      if (!mask_test(mask.data(), token) || vocabulary->is_end(token)) continue;
      allowed.insert(allowed.end(), vocabulary->bytes(token).size() > 1 ? 40 : 1, token);
    }
    if (allowed.empty()) break;
    const TokenId token = allowed[random() % allowed.size()];
    text += vocabulary->bytes(token);
    ASSERT_TRUE(*matcher.accept(token));
    ASSERT_TRUE(naive.accept(token));
  }
}

}  // namespace keyway::test
