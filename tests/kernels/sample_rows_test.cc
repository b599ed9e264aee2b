// Sampling of batches against a sorted reference in double precision, and the twins against one another.
#include "kernels/sample_rows.h"

#include <gtest/gtest.h>

#include "kernels/sample_math.h"
#include "tests/kernels/sample_cases.h"

namespace keyway {
namespace {

const std::vector<BatchShape>& shapes() {
  static const std::vector<BatchShape> all = {
      {9, 1, 0, LogitType::kFloat32, {}},
      {9, 31, 3, LogitType::kBfloat16, {}},
      {9, 33, 0, LogitType::kFloat16, {32, 1}},
      {17, 1'000, 1, LogitType::kFloat32, {}, 3, 1},
      {17, 4'096, 0, LogitType::kFloat32, {1'024, 1'024, 1'024, 1'024}},
      {17, 4'097, 5, LogitType::kBfloat16, {}, 1},
      {17, 9'001, 0, LogitType::kFloat16, {32, 4'992, 3'977}},
      {17, 10'007, 8, LogitType::kFloat32, {}, 1},
      {9, 20'000, 0, LogitType::kFloat32, {10'016, 9'984}, 3, 2},
  };
  return all;
}

TEST(SampleRows, DrawWhatTheReferenceDraws) {
  size_t compared = 0, sampled = 0, near = 0;
  for (uint32_t seed = 0; seed < 3; ++seed) {
    for (const BatchShape& shape : shapes()) {
      SampleBatch batch = random_batch(shape, seed);
      ASSERT_EQ(sample_rows_cpu(batch.arguments()), KernelStatus::kOk);
      for (size_t r = 0; r < shape.rows; ++r) {
        const ReferenceRow expected = reference_row(batch, r);
        const SampleOutcome& got = batch.outcomes[r];
        SCOPED_TRACE(testing::Message() << "seed " << seed << ", " << shape.vocab_size << " tokens, row " << r);
        if (expected.empty) {
          EXPECT_EQ(got.fault, SampleFault::kEmptyMask);
          EXPECT_EQ(got.token, kNoSampledToken);
          continue;
        }
        ASSERT_EQ(got.fault, SampleFault::kNone);
        EXPECT_TRUE(batch.allows(r, got.token));
        ++compared;
        sampled += batch.requests[r].parameters.temperature > 0 ? 1 : 0;
        const bool figures = batch.requests[r].wants_mass != 0;
        EXPECT_NEAR(got.log_allowed_mass, figures ? expected.log_allowed_mass : 0, 1e-5);
        if (expected.margin < 2e-6) {
          ++near;
          continue;
        }
        EXPECT_EQ(got.token, expected.token);
        EXPECT_NEAR(got.logprob_drawn, expected.logprob_drawn, 1e-5);
        EXPECT_NEAR(got.logprob, figures ? expected.logprob : 0, 1e-5);
      }
    }
  }
  EXPECT_GT(sampled, 200u);
  EXPECT_LT(near * 20, compared);  // few rows are left out for rounding
}

// The 0.9999 quantile of chi-square, by Wilson and Hilferty; within a percent from 3 degrees of freedom on.
double most_chi_square(size_t bins) {
  const double freedom = static_cast<double>(bins - 1), ninth = 2 / (9 * freedom);
  return freedom * std::pow(1 - ninth + 3.719 * std::sqrt(ninth), 3);
}

// Counts and expected counts; a bin grows until it expects `least`.
struct Bins {
  void add(double mean, double count) {
    if (expected.empty() || expected.back() >= least) {
      expected.push_back(0);
      counted.push_back(0);
    }
    expected.back() += mean;
    counted.back() += count;
  }
  double chi_square() const {
    double sum = 0;
    for (size_t i = 0; i < expected.size(); ++i) sum += std::pow(counted[i] - expected[i], 2) / expected[i];
    return sum;
  }
  double least;
  std::vector<double> expected = {}, counted = {};
};

// Without truncation a draw goes by sums of tiles, each in units of its own: first a tile, then a token of it.
TEST(SampleRows, FrequenciesOverTilesFollowTheDistributionWithoutTruncation) {
  const std::vector<uint32_t> sizes = {kTileTokens, 320, 640, 1'001};  // of tiles, the first two in one shard
  SampleBatch batch = random_batch({1, 6'057, 0, LogitType::kFloat32, {kTileTokens + 320, 640, 1'001}, 2}, 21);
  SampleRequest& request = batch.requests[0] = {};
  request.parameters.temperature = 1.3f;
  request.parameters.seed = 12;
  request.mask_row = 0;
  std::mt19937 random(22);
  std::vector<double> weights(batch.shape.vocab_size), counts(weights.size());
  double total = 0;
  for (uint32_t tile = 0, token = 0; tile < sizes.size(); ++tile) {
    for (const uint32_t end = token + sizes[tile]; token < end; ++token) {
      batch.set_logit(0, token, batch.logit(0, token) + static_cast<float>(tile * tile) * 0.4f - 70);  // anchors of their own
      (random() % 5 != 0 ? mask_set : mask_clear)(batch.masks.data(), token);
      weights[token] = batch.allows(0, token) ? std::exp(static_cast<double>(batch.logit(0, token)) / 1.3) : 0;
      total += weights[token];
    }
  }
  constexpr uint64_t kDraws = 20'000;
  const SampleArguments arguments = batch.arguments();
  for (; request.position < kDraws; ++request.position) {
    ASSERT_EQ(sample_rows_cpu(arguments), KernelStatus::kOk);
    ASSERT_EQ(batch.outcomes[0].fault, SampleFault::kNone);
    ASSERT_LT(batch.outcomes[0].token, counts.size());
    ++counts[batch.outcomes[0].token];
  }
  Bins narrow{20}, wide{400}, tiles{0};  // for what is wrong with a token, and with a part of the vocabulary
  for (uint32_t tile = 0, token = 0; tile < sizes.size(); ++tile) {
    double expected = 0, counted = 0;
    for (const uint32_t end = token + sizes[tile]; token < end; ++token) {
      const double mean = weights[token] / total * kDraws;
      ASSERT_TRUE(mean > 0 || counts[token] == 0) << "a forbidden token";
      narrow.add(mean, counts[token]);
      wide.add(mean, counts[token]);
      expected += mean;
      counted += counts[token];
    }
    EXPECT_GT(expected, 300);  // no tile is without draws
    tiles.add(expected, counted);
  }
  ASSERT_EQ(tiles.expected.size(), sizes.size());
  EXPECT_GE(narrow.expected.size(), 400u);
  for (const Bins* bins : {&narrow, &wide, &tiles}) {
    EXPECT_LT(bins->chi_square(), most_chi_square(bins->expected.size())) << bins->expected.size() << " bins; the seed is fixed";
  }
}

TEST(SampleRows, OutcomesDoNotDependOnTheBatch) {
  for (const BatchShape& shape : shapes()) {
    SampleBatch batch = random_batch(shape, 77);
    const SampleArguments all = batch.arguments();
    ASSERT_EQ(sample_rows_cpu(all), KernelStatus::kOk);
    const std::vector<SampleOutcome> together = batch.outcomes;
    for (size_t r = 0; r < shape.rows; ++r) {
      SampleArguments one = all;
      one.rows = 1;
      one.requests += r;
      for (size_t s = 0; s < one.shard_count; ++s) {
        SampleShard& shard = one.shards[s];
        shard.logits = static_cast<const unsigned char*>(shard.logits) + r * shard.logits_stride * batch.element_bytes();
      }
      ASSERT_EQ(sample_rows_cpu(one), KernelStatus::kOk);
      EXPECT_EQ(batch.outcomes[0].token, together[r].token);
      EXPECT_EQ(batch.outcomes[0].logprob_drawn, together[r].logprob_drawn);
    }
  }
}

TEST(SampleRows, ShardsDrawTheTokensOfTheWhole) {
  for (uint32_t seed = 0; seed < 3; ++seed) {
    BatchShape shape{33, 9'000, 0, LogitType::kFloat32, {}};
    SampleBatch whole = random_batch(shape, seed);
    shape.shard_sizes = {992, 4'128, 32, 3'848};
    SampleBatch split = random_batch(shape, seed);  // the same numbers
    ASSERT_EQ(sample_rows_cpu(whole.arguments()), KernelStatus::kOk);
    ASSERT_EQ(sample_rows_cpu(split.arguments()), KernelStatus::kOk);
    for (size_t r = 0; r < shape.rows; ++r) {
      EXPECT_EQ(split.outcomes[r].token, whole.outcomes[r].token);
      EXPECT_NEAR(split.outcomes[r].log_allowed_mass, whole.outcomes[r].log_allowed_mass, 1e-9);
    }
  }
}

TEST(SampleRows, ALogitThatCountsMustBeFinite) {
  for (const float wild : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                           -std::numeric_limits<float>::infinity()}) {
    for (const LogitType type : {LogitType::kFloat32, LogitType::kBfloat16, LogitType::kFloat16}) {
      SampleBatch batch = random_batch({3, 200, 0, type, {}}, 5);
      for (size_t r = 0; r < 3; ++r) {
        batch.requests[r].mask_row = static_cast<uint32_t>(r);
        batch.requests[r].wants_mass = r == 1;
        uint32_t* words = batch.masks.data() + r * batch.mask_stride;
        mask_set(words, 9);
        mask_set(words, 100);
        mask_clear(words, 101);
        batch.set_logit(r, r == 0 ? 100 : 101, wild);  // allowed; forbidden but wanted for the mass; forbidden
      }
      ASSERT_EQ(sample_rows_cpu(batch.arguments()), KernelStatus::kOk);
      EXPECT_EQ(batch.outcomes[0].fault, SampleFault::kNotFinite);
      EXPECT_EQ(batch.outcomes[1].fault, SampleFault::kNotFinite);
      EXPECT_EQ(batch.outcomes[2].fault, SampleFault::kNone);
      EXPECT_EQ(batch.outcomes[0].token, kNoSampledToken);
    }
  }
}

TEST(SampleRows, RefuseArgumentsThatDoNotFit) {
  SampleBatch batch = random_batch({2, 100, 0, LogitType::kFloat32, {64, 36}}, 1);
  const SampleArguments good = batch.arguments();
  EXPECT_TRUE(valid_arguments(good));
  std::vector<SampleArguments> bad(9, good);
  bad[0].shards[1].first_token = 60;
  bad[1].shards[1].token_count = 35;
  bad[2].shards[0].logits = nullptr;
  bad[3].shards[0].logits_stride = 63;
  bad[4].mask_stride = 3;
  bad[5].shard_count = 0;
  bad[6].requests = nullptr;
  bad[7].vocab_size = kMostSampledTokens + 1;
  bad[8].type = static_cast<LogitType>(3);
  for (const SampleArguments& arguments : bad) EXPECT_EQ(sample_rows_cpu(arguments), KernelStatus::kBadArgument);
  EXPECT_EQ(sample_rows_cpu({}), KernelStatus::kOk);
}

}  // namespace
}  // namespace keyway
