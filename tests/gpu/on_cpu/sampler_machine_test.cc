// The device side of keyway-bench sampler: what it times are calls that succeed, and what it reads is what the twin draws.
#include <gtest/gtest.h>

#include "tests/bench/sampler_machine.h"

namespace keyway::bench {
namespace {

TEST(SamplerMachineCuda, SamplesAsTheTwinAndTimesEveryKindOfWork) {
  auto made = cuda_sampler_machine();
  ASSERT_TRUE(made.ok());
  SamplerMachine& machine = **made;
  EXPECT_NE(std::string(machine.name()), "");
  for (const size_t rows : {1, 3}) {
    SampleBatch batch = random_batch({rows, 5'003, 0, LogitType::kFloat32, {}}, 8);
    ASSERT_TRUE(machine.load(batch).ok());
    const auto drawn = machine.sample();
    ASSERT_TRUE(drawn.ok()) << drawn.error().to_string();
    ASSERT_EQ(sample_rows_cpu(batch.arguments()), KernelStatus::kOk);
    for (size_t r = 0; r < rows; ++r) {
      EXPECT_EQ((*drawn)[r].token, batch.outcomes[r].token);
      EXPECT_EQ((*drawn)[r].logprob, batch.outcomes[r].logprob);
    }
    for (const SamplerWork work : {SamplerWork::kSample, SamplerWork::kRead, SamplerWork::kCopy}) EXPECT_GT(machine.time_us(work, 1), 0);
    EXPECT_EQ(machine.sample()->size(), rows) << "no call has failed meanwhile";
  }
}

}  // namespace
}  // namespace keyway::bench
