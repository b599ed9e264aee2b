// The block programs of the kernels, run on the CPU, against the twin bit for bit.
#include "kernels/sample_finish.h"

#include <gtest/gtest.h>

#include <memory>

#include "tests/kernels/sample_cases.h"

namespace keyway {
namespace {

bool same_bits(const SampleOutcome& a, const SampleOutcome& b) {
  return a.fault == b.fault && a.token == b.token && a.logprob == b.logprob && a.logprob_drawn == b.logprob_drawn &&
         a.log_allowed_mass == b.log_allowed_mass;
}

// Shard by shard, then the merge; and the twin at once.
void expect_twins_agree(SampleBatch& batch, const std::string& name) {
  const SampleArguments arguments = batch.arguments();
  ASSERT_EQ(sample_rows_cpu(arguments), KernelStatus::kOk);
  const std::vector<SampleOutcome> expected = batch.outcomes;
  batch.outcomes.assign(expected.size(), {});
  for (size_t s = arguments.shard_count; s-- > 0;) ASSERT_EQ(sample_shard_cpu(arguments, s), KernelStatus::kOk);
  ASSERT_EQ(sample_merge_cpu(arguments), KernelStatus::kOk);
  for (size_t r = 0; r < expected.size(); ++r) {
    const SampleParameters& p = batch.requests[r].parameters;
    EXPECT_TRUE(same_bits(batch.outcomes[r], expected[r]))
        << name << ", row " << r << ": token " << batch.outcomes[r].token << " of " << expected[r].token << ", fault "
        << static_cast<int>(batch.outcomes[r].fault) << ", temperature " << p.temperature << ", k " << p.top_k << ", p "
        << p.top_p << ", min-p " << p.min_p;
  }
}

TEST(SampleProgram, LeavesTheBitsOfTheTwin) {
  const std::vector<BatchShape> shapes = {
      {9, 1, 0, LogitType::kFloat32, {}},
      {9, 33, 3, LogitType::kFloat16, {32, 1}},
      {17, 1'000, 1, LogitType::kFloat32, {}, 3, 1},
      {17, 4'097, 5, LogitType::kBfloat16, {}, 1},
      {17, 9'001, 0, LogitType::kFloat16, {32, 4'992, 3'977}},
      {9, 12'345, 3, LogitType::kFloat32, {4'096, 8'249}, 0.01},
      {17, 13'000, 8, LogitType::kBfloat16, {}, 3},
  };
  for (uint32_t seed = 0; seed < 3; ++seed) {
    for (const BatchShape& shape : shapes) {
      SampleBatch batch = random_batch(shape, seed);
      expect_twins_agree(batch, "seed " + std::to_string(seed) + ", " + std::to_string(shape.vocab_size) + " tokens");
    }
  }
}

TEST(SampleProgram, EqualLogitsOverflowListsAndChangeNothing) {
  for (const uint32_t k : {0u, 1u, 100u, 700u}) {
    SampleBatch batch = random_batch({6, 9'000, 0, LogitType::kFloat32, {}}, 3);
    for (size_t r = 0; r < 6; ++r) {
      for (uint32_t t = 0; t < 9'000; ++t) batch.set_logit(r, t, r % 2 == 0 ? 1.5f : static_cast<float>(t % 3));
      SampleParameters& p = batch.requests[r].parameters;
      p.temperature = 0.8f;
      p.top_k = k;
      p.top_p = r < 3 ? 0.6f : 1;
      p.min_p = r == 4 ? 0.5f : 0;
    }
    expect_twins_agree(batch, "k " + std::to_string(k));
  }
}

TEST(SampleProgram, WildLogitsAndEmptyMasksAreFaultsOfTheirRow) {
  SampleBatch batch = random_batch({8, 5'000, 0, LogitType::kFloat32, {}}, 4);
  for (size_t r = 0; r < 8; ++r) batch.requests[r].mask_row = static_cast<uint32_t>(r);
  for (size_t r = 0; r < 8; ++r) mask_set(batch.masks.data() + r * batch.mask_stride, 4'999);
  batch.set_logit(1, 4'999, std::numeric_limits<float>::quiet_NaN());
  batch.set_logit(2, 4'999, std::numeric_limits<float>::infinity());
  batch.set_logit(3, 4'999, -std::numeric_limits<float>::infinity());
  std::fill_n(batch.masks.begin() + static_cast<long>(5 * batch.mask_stride), batch.mask_stride, 0u);
  expect_twins_agree(batch, "faults");
  const SampleFault expected[] = {SampleFault::kNone, SampleFault::kNotFinite, SampleFault::kNotFinite, SampleFault::kNotFinite,
                                  SampleFault::kNone, SampleFault::kEmptyMask, SampleFault::kNone, SampleFault::kNone};
  for (size_t r = 0; r < 8; ++r) EXPECT_EQ(batch.outcomes[r].fault, expected[r]) << r;
}

// A list is a help and never an answer: with every list thrown away the outcome is the same.
TEST(SampleProgram, OutcomesDoNotDependOnTheLists) {
  SampleBatch batch = random_batch({33, 10'000, 0, LogitType::kFloat32, {}}, 8);
  const SampleArguments arguments = batch.arguments();
  ASSERT_EQ(sample_shard_cpu(arguments, 0), KernelStatus::kOk);
  ASSERT_EQ(sample_merge_cpu(arguments), KernelStatus::kOk);
  const std::vector<SampleOutcome> expected = batch.outcomes;
  size_t listed = 0;
  for (SampleTile& tile : batch.tiles) {
    listed += tile.listed;
    tile.listed = 0;
    tile.floor = ~uint64_t{0};
  }
  EXPECT_GT(listed, 1'000u);
  ASSERT_EQ(sample_merge_cpu(arguments), KernelStatus::kOk);
  for (size_t r = 0; r < expected.size(); ++r) EXPECT_TRUE(same_bits(batch.outcomes[r], expected[r])) << r;
}

// The lists must do for ordinary rows, or every such row would be read again.
TEST(SampleProgram, ListsHoldTheFirstFiftyOfEveryTile) {
  SampleBatch batch = random_batch({4, 8'192, 0, LogitType::kFloat32, {}}, 9);
  for (SampleRequest& request : batch.requests) {
    request.parameters.temperature = 1;
    request.parameters.top_k = 50;
    request.mask_row = kNoMaskRow;
  }
  ASSERT_EQ(sample_shard_cpu(batch.arguments(), 0), KernelStatus::kOk);
  for (const SampleTile& tile : batch.tiles) {
    EXPECT_GE(tile.listed, 50u);
    EXPECT_LE(tile.listed, 100u);
    EXPECT_NE(tile.floor, ~uint64_t{0});
  }
}

TEST(SampleProgram, SearchFindsWhereASumReachesItsTarget) {
  std::mt19937_64 random(6);
  const auto shared = std::make_unique<SearchShared>();
  for (int round = 0; round < 300; ++round) {
    HostBlock<TileLocal> block(round % 2 == 0);
    std::vector<std::pair<uint64_t, uint64_t>> entries;
    const uint64_t range = uint64_t{1} << (1 + random() % 60);
    for (uint64_t i = 1 + random() % 400; i > 0; --i) entries.emplace_back(random() % range, random() % 5);
    std::sort(entries.rbegin(), entries.rend());
    uint64_t total = 0;
    for (const auto& entry : entries) total += entry.second;
    const uint64_t target = 1 + random() % (total + 2);
    const uint32_t enough = 1 + round % 3 * 20;
    const SearchResult got = search_keys(block, *shared, 0, range, target, 0, enough, [&](uint64_t, uint64_t, auto add) {
      block.each([&](uint32_t thread) {
        for (size_t i = thread; i < entries.size(); i += kBlockThreads) add(entries[i].first, entries[i].second);
      });
    });
    ASSERT_EQ(got.found, total >= target);
    if (!got.found) continue;
    uint64_t from_key = 0, above = 0, running = 0, crossing = 0;
    for (const auto& [key, mass] : entries) {
      running += mass;
      if (running >= target && crossing == 0) crossing = key + 1;
    }
    for (const auto& [key, mass] : entries) from_key += key >= got.key ? mass : 0;
    for (const auto& [key, mass] : entries) above += key > crossing - 1 ? mass : 0;
    EXPECT_GE(from_key, target);
    EXPECT_LT(above, target);
    EXPECT_LE(got.key, crossing - 1);
    EXPECT_GT(got.high, crossing - 1);
    size_t within = 0;
    uint64_t from_high = 0;
    for (const auto& [key, mass] : entries) {
      within += key >= got.key && key < got.high;
      from_high += key >= got.high ? mass : 0;
      EXPECT_TRUE(enough > 1 || key < got.key || key >= got.high || key == crossing - 1);
    }
    EXPECT_TRUE(within <= enough || got.high - got.key == 1);
    EXPECT_EQ(got.above, from_high);
    EXPECT_EQ(got.reached, from_key);
  }
}

}  // namespace
}  // namespace keyway
