// Scores of given answers: what decode() reports for the same tokens, and a distribution over all answers of a grammar.
#include "runtime/decode/score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "tests/support/toy_vocabulary.h"

namespace keyway {
namespace {

using test::kToyEnd;

// Logits that depend on the tokens so far in an arbitrary but fixed way.
class ArbitrarySource : public LogitsSource {
 public:
  ArbitrarySource(size_t vocab_size, size_t context) : logits_(vocab_size), context_(context) {}
  size_t vocab_size() const override { return logits_.size(); }
  size_t context_left() const override { return context_ - taken_; }
  Result<std::span<const float>> forward(std::span<const TokenId> tokens) override {
    taken_ += tokens.size();
    for (TokenId token : tokens) hash_ = hash_ * 1'000'003 + token;
    for (size_t i = 0; i < logits_.size(); ++i) logits_[i] = static_cast<float>((hash_ * (2 * i + 1)) % 97) / 20;
    return std::span<const float>(logits_);
  }

 private:
  std::vector<float> logits_;
  size_t context_;
  size_t taken_ = 0;
  uint64_t hash_ = 17;
};

struct Fixture {
  std::shared_ptr<const Vocabulary> vocabulary = test::toy_vocabulary({"ab", "bb"});
  std::vector<TokenId> prompt = {'p', 'q'};

  std::shared_ptr<Grammar> grammar() const {  // a or b, one to three times
    auto arena = std::make_unique<TermArena>();
    const TermId root = arena->repeat(arena->bytes(ByteSet::of("ab")), 1, 3);
    return *Grammar::create(vocabulary, std::move(arena), root);
  }
  Result<AnswerScore> run(const std::vector<TokenId>& answer, Matcher* matcher, size_t context = 100) const {
    ArbitrarySource source(vocabulary->size(), context);
    return score(source, matcher, prompt, answer);
  }
};

TEST(Score, MaskedProbabilitiesOfAllAnswersSumToOne) {
  const Fixture f;
  const TokenId ab = 260, bb = 261;
  ASSERT_EQ(f.vocabulary->bytes(ab), "ab");
  double free_sum = 0, masked_sum = 0;
  int answers = 0;
  const TokenId tokens[] = {'a', 'b', ab, bb};
  // All token sequences of one to three bytes.
  std::vector<std::vector<TokenId>> open = {{}};
  while (!open.empty()) {
    const std::vector<TokenId> begun = open.back();
    open.pop_back();
    size_t bytes = 0;
    for (TokenId token : begun) bytes += f.vocabulary->bytes(token).size();
    if (bytes > 3) continue;
    for (TokenId token : tokens) {
      open.push_back(begun);
      open.back().push_back(token);
    }
    if (bytes == 0) continue;
    std::vector<TokenId> answer = begun;
    answer.push_back(kToyEnd);
    Matcher matcher(f.grammar());
    const auto scored = f.run(answer, &matcher);
    ASSERT_TRUE(scored.ok()) << scored.error().to_string();
    EXPECT_GE(scored->logprob_masked, scored->logprob);
    free_sum += std::exp(scored->logprob);
    masked_sum += std::exp(scored->logprob_masked);
    ++answers;
  }
  EXPECT_GT(answers, 20);
  EXPECT_NEAR(masked_sum, 1, 1e-6);
  EXPECT_LT(free_sum, 0.1);
}

TEST(Score, WithoutAMatcherBothFiguresAreTheSame) {
  const Fixture f;
  const auto scored = f.run({'x', 'y', kToyEnd}, nullptr);
  ASSERT_TRUE(scored.ok());
  EXPECT_EQ(scored->tokens.size(), 3u);
  EXPECT_EQ(scored->logprob, scored->logprob_masked);
}

TEST(Score, AnAnswerThatTheGrammarRefusesNamesItsToken) {
  const Fixture f;
  Matcher matcher(f.grammar());
  const auto scored = f.run({'a', 'x'}, &matcher);
  ASSERT_FALSE(scored.ok());
  EXPECT_EQ(scored.error().code, ErrorCode::kNotAllowed);
  EXPECT_EQ(scored.error().pointer, "token 1 of the answer");
  EXPECT_EQ(scored.error().given, "x");
}

TEST(Score, RefusesWhatDoesNotFitTheContext) {
  const Fixture f;
  EXPECT_TRUE(f.run({'a', 'b'}, nullptr, 3).ok());
  EXPECT_EQ(f.run({'a', 'b', 'c'}, nullptr, 3).error().code, ErrorCode::kLimit);
  EXPECT_EQ(f.run({'a'}, nullptr, 1).error().code, ErrorCode::kLimit);
  EXPECT_EQ(f.run({}, nullptr).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(f.run({5'000}, nullptr).error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace keyway
