// Masked sampling against a naive reference in double precision, written from the header's words alone.
#include "kernels/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>

#include "grammar/token_mask.h"
#include "kernels/philox.h"

namespace keyway {
namespace {

// Weights are fp32 exponentials with a relative error below 2e-7.
constexpr double kNear = 1e-6;

using Distribution = std::map<uint32_t, double>;  // id -> probability, survivors only

struct Case {
  std::vector<float> logits;
  std::set<uint32_t> allowed, repeated, present;
  SampleParameters parameters;
};

// Steps 1 to 6 by sorting a list of pairs, nothing shared with the code under test.
Distribution reference(const Case& c) {
  std::vector<std::pair<double, uint32_t>> order;
  for (uint32_t id : c.allowed) {
    float l = c.logits[id];
    if (c.repeated.count(id))
      l = l > 0 ? l / c.parameters.repetition_penalty : l * c.parameters.repetition_penalty;
    if (c.present.count(id)) l -= c.parameters.presence_penalty;
    order.emplace_back(-static_cast<double>(l), id);
  }
  std::sort(order.begin(), order.end());
  if (c.parameters.temperature == 0) return {{order.front().second, 1.0}};
  const double top = order.front().first;
  std::vector<double> weights;
  for (auto& [negative, id] : order) weights.push_back(std::exp((top - negative) / c.parameters.temperature));
  if (c.parameters.top_k > 0 && c.parameters.top_k < order.size()) weights.resize(c.parameters.top_k);
  if (c.parameters.top_p < 1) {
    double total = 0, sum = 0;
    for (double w : weights) total += w;
    size_t kept = 0;
    while (kept < weights.size() && (kept == 0 || sum < c.parameters.top_p * total)) sum += weights[kept++];
    weights.resize(kept);
  }
  while (weights.size() > 1 && weights.back() < c.parameters.min_p) weights.pop_back();
  double total = 0;
  for (double w : weights) total += w;
  Distribution result;
  for (size_t i = 0; i < weights.size(); ++i) result[order[i].second] = weights[i] / total;
  return result;
}

double log_sum_exp(const Case& c, bool allowed_only) {
  long double sum = 0;
  for (uint32_t id = 0; id < c.logits.size(); ++id) {
    if (!allowed_only || c.allowed.count(id)) sum += std::exp(static_cast<long double>(c.logits[id]));
  }
  return static_cast<double>(std::log(sum));
}

struct Sampler {
  explicit Sampler(const Case& c)
      : test(c),
        words(mask_words(c.logits.size())),
        repeated(c.repeated.begin(), c.repeated.end()),
        present(c.present.begin(), c.present.end()) {
    for (uint32_t id : c.allowed) mask_set(words.data(), id);
  }
  SampleRow row(uint64_t position) const {
    return {test.logits.data(),
            test.logits.size(),
            words.data(),
            repeated.data(),
            repeated.size(),
            present.data(),
            present.size(),
            0,
            position};
  }
  SampleOutcome draw(uint64_t position) { return sample_row(row(position), test.parameters, workspace); }

  Case test;
  std::vector<uint32_t> words, repeated, present;
  SampleWorkspace workspace;
};

Case random_case(std::mt19937& random) {
  const auto below = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  Case c;
  const uint32_t size = 1 + below(200);
  const int levels = 1 + static_cast<int>(below(40));  // few levels make ties
  for (uint32_t i = 0; i < size; ++i) {
    c.logits.push_back(
        static_cast<float>(static_cast<int>(below(static_cast<uint32_t>(levels))) - levels / 2) * 0.75f);
  }
  while (c.allowed.empty()) {
    for (uint32_t i = 0; i < size; ++i) {
      if (below(3) == 0) c.allowed.insert(i);
    }
  }
  for (uint32_t i = 0; i < size; ++i) {
    if (below(5) == 0) c.repeated.insert(i);
    if (below(7) == 0) c.present.insert(i);
  }
  const float temperatures[] = {0, 0.3f, 1, 1.7f};
  c.parameters.temperature = temperatures[below(4)];
  if (below(2)) c.parameters.top_k = below(size + 2);
  if (below(2)) c.parameters.top_p = 0.01f + 0.98f * static_cast<float>(below(1000)) / 1000;
  if (below(2)) c.parameters.min_p = static_cast<float>(below(1000)) / 1000;
  if (below(2)) c.parameters.repetition_penalty = 1.25f;
  if (below(2)) c.parameters.presence_penalty = 0.5f;
  c.parameters.seed = random();
  return c;
}

TEST(Sample, DrawsFromTheReferenceDistributionByItsInverse) {
  std::mt19937 random(20261121);
  for (int round = 0; round < 3'000; ++round) {
    const Case c = random_case(random);
    const Distribution expected = reference(c);
    Sampler sampler(c);
    for (uint64_t position = 0; position < 4; ++position) {
      const SampleOutcome outcome = sampler.draw(position);
      ASSERT_EQ(outcome.fault, SampleFault::kNone);
      ASSERT_TRUE(expected.count(outcome.token)) << "round " << round;
      EXPECT_NEAR(outcome.logprob_drawn, std::log(expected.at(outcome.token)), kNear);
      EXPECT_NEAR(outcome.logprob, c.logits[outcome.token] - log_sum_exp(c, false), kNear);
      EXPECT_NEAR(outcome.log_allowed_mass, log_sum_exp(c, true) - log_sum_exp(c, false), kNear);
      // The token is where the running sum over rising ids passes u; a hair's breadth is left to rounding.
      double below_token = 0;
      for (auto& [id, probability] : expected) {
        if (id < outcome.token) below_token += probability;
      }
      const double u = c.parameters.temperature == 0 ? 0 : uniform_at(c.parameters.seed, 0, position);
      if (c.parameters.temperature > 0) {
        EXPECT_GE(u, below_token - kNear);
        EXPECT_LE(u, below_token + expected.at(outcome.token) + kNear);
      }
    }
  }
}

TEST(Sample, FrequenciesFollowTheDistribution) {
  Case c;
  for (int i = 0; i < 24; ++i) c.logits.push_back(static_cast<float>(i % 7) * 0.4f);
  for (uint32_t i = 0; i < 24; i += 2) c.allowed.insert(i);
  c.parameters.temperature = 0.8f;
  c.parameters.top_k = 10;
  c.parameters.top_p = 0.95f;
  c.parameters.min_p = 0.05f;
  c.parameters.seed = 11;
  const Distribution expected = reference(c);
  Sampler sampler(c);
  std::map<uint32_t, int> counts;
  constexpr int kDraws = 50'000;
  for (int i = 0; i < kDraws; ++i) ++counts[sampler.draw(static_cast<uint64_t>(i)).token];
  double chi_square = 0;
  for (auto& [id, probability] : expected) {
    const double mean = probability * kDraws;
    chi_square += (counts[id] - mean) * (counts[id] - mean) / mean;
  }
  ASSERT_GE(expected.size(), 5u);
  ASSERT_LE(expected.size(), 10u);
  EXPECT_EQ(counts.size(), expected.size());
  EXPECT_LT(chi_square, 33.7);  // the 0.9999 quantile with 9 degrees of freedom
}

TEST(Sample, TruncationThatKeepsAllChangesNoDraw) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    Case c = random_case(random);
    c.parameters.temperature = 1;
    c.parameters.top_k = 0;
    c.parameters.top_p = 1;
    c.parameters.min_p = 0;
    Case all = c;
    all.parameters.top_k = static_cast<uint32_t>(c.logits.size());
    all.parameters.top_p = 2;
    Sampler plain(c), truncated(all);
    for (uint64_t position = 0; position < 8; ++position) {
      EXPECT_EQ(plain.draw(position).token, truncated.draw(position).token);
    }
  }
}

TEST(Sample, ForbiddenLogitsChangeNeitherDrawNorDistribution) {
  std::mt19937 random(6);
  for (int round = 0; round < 500; ++round) {
    Case c = random_case(random);
    Case other = c;
    for (uint32_t id = 0; id < other.logits.size(); ++id) {
      if (!other.allowed.count(id)) other.logits[id] = static_cast<float>(random() % 50);
    }
    Sampler first(c), second(other);
    const SampleOutcome a = first.draw(0), b = second.draw(0);
    EXPECT_EQ(a.token, b.token);
    EXPECT_DOUBLE_EQ(a.logprob_drawn, b.logprob_drawn);
  }
}

TEST(Sample, GreedyTakesTheLowestIdOfEquals) {
  Case c;
  c.logits = {1, 3, 2, 3, 3};
  c.allowed = {0, 2, 3, 4};
  EXPECT_EQ(Sampler(c).draw(0).token, 3u);
  c.allowed = {0, 1, 2, 3, 4};
  EXPECT_EQ(Sampler(c).draw(9).token, 1u);
}

TEST(Sample, NoMaskAllowsAll) {
  Case c;
  c.logits = {0.5f, -1, 2};
  Sampler sampler(c);
  SampleRow row = sampler.row(0);
  row.mask = nullptr;
  const SampleOutcome outcome = sample_row(row, c.parameters, sampler.workspace);
  EXPECT_EQ(outcome.token, 2u);
  EXPECT_EQ(outcome.log_allowed_mass, 0);
}

TEST(Sample, AnEmptyMaskIsAFaultAndNeverAToken) {
  Case c;
  c.logits = {0, 1, 2};
  for (float temperature : {0.0f, 1.0f}) {
    c.parameters.temperature = temperature;
    EXPECT_EQ(Sampler(c).draw(0).fault, SampleFault::kEmptyMask);
  }
}

TEST(Sample, BitsPastTheVocabularyAreNoTokens) {
  Case c;
  c.logits = {0, 1, 2};
  Sampler sampler(c);
  sampler.words[0] = 0xFFFFFFF8u;
  EXPECT_EQ(sampler.draw(0).fault, SampleFault::kEmptyMask);
}

TEST(Sample, ALogitThatIsNotFiniteIsAFaultWhereverItStands) {
  const float bad[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                       -std::numeric_limits<float>::infinity()};
  for (float value : bad) {
    for (size_t place = 0; place < 4; ++place) {
      for (float temperature : {0.0f, 1.0f}) {
        Case c;
        c.logits = {0, 1, 2, 3};
        c.logits[place] = value;
        c.allowed = {1, 2};
        c.parameters.temperature = temperature;
        EXPECT_EQ(Sampler(c).draw(0).fault, SampleFault::kNotFinite);
      }
    }
  }
}

TEST(Sample, PenaltiesThatOverflowAreAFault) {
  Case c;
  c.logits = {-3e38f, 1};
  c.allowed = {0, 1};
  c.repeated = {0};
  c.parameters.repetition_penalty = 10;
  EXPECT_EQ(Sampler(c).draw(0).fault, SampleFault::kNotFinite);
}

TEST(Sample, ATinyTemperatureIsGreedy) {
  Case c;
  c.logits = {1, 3, 2.5f};
  c.allowed = {0, 1, 2};
  c.parameters.temperature = 1e-38f;
  Sampler sampler(c);
  for (uint64_t position = 0; position < 50; ++position) EXPECT_EQ(sampler.draw(position).token, 1u);
}

TEST(Sample, MassFarBelowTheRestIsStillExact) {
  Case c;
  c.logits = {5'000, 3, 4};
  c.allowed = {1, 2};
  const SampleOutcome outcome = Sampler(c).draw(0);
  EXPECT_NEAR(outcome.log_allowed_mass, 4 + std::log1p(std::exp(-1.0)) - 5'000, kNear);
  EXPECT_EQ(outcome.token, 2u);
}

TEST(Sample, ScoreGivesTheFiguresOfTheSampledToken) {
  std::mt19937 random(8);
  for (int round = 0; round < 500; ++round) {
    Sampler sampler(random_case(random));
    const SampleOutcome drawn = sampler.draw(1);
    const SampleOutcome scored = score_row(sampler.row(1), drawn.token, sampler.workspace);
    EXPECT_EQ(scored.fault, SampleFault::kNone);
    EXPECT_EQ(scored.logprob, drawn.logprob);
    EXPECT_EQ(scored.log_allowed_mass, drawn.log_allowed_mass);
    for (uint32_t id = 0; id < sampler.test.logits.size(); ++id) {
      const bool allowed = sampler.test.allowed.count(id) > 0;
      EXPECT_EQ(score_row(sampler.row(1), id, sampler.workspace).fault,
                allowed ? SampleFault::kNone : SampleFault::kEmptyMask);
    }
  }
}

}  // namespace
}  // namespace keyway
