// The sampling kernels on a device against the CPU twin, bit for bit.
#include <gtest/gtest.h>

#include "kernels/device.h"
#include "kernels/launch.h"
#include "tests/gpu/device_batch.h"

namespace keyway {
namespace {

void expect_twin(const std::vector<SampleOutcome>& got, SampleBatch& batch, const std::string& name) {
  ASSERT_EQ(sample_rows_cpu(batch.arguments()), KernelStatus::kOk);
  ASSERT_EQ(got.size(), batch.outcomes.size());
  for (size_t r = 0; r < got.size(); ++r) {
    SCOPED_TRACE(name + ", row " + std::to_string(r));
    EXPECT_EQ(got[r].fault, batch.outcomes[r].fault);
    EXPECT_EQ(got[r].token, batch.outcomes[r].token);
    EXPECT_EQ(got[r].logprob, batch.outcomes[r].logprob);
    EXPECT_EQ(got[r].logprob_drawn, batch.outcomes[r].logprob_drawn);
    EXPECT_EQ(got[r].log_allowed_mass, batch.outcomes[r].log_allowed_mass);
  }
}

const std::vector<BatchShape>& device_shapes() {
  static const std::vector<BatchShape> shapes = {
      {9, 1, 0, LogitType::kFloat32, {}},
      {9, 31, 3, LogitType::kBfloat16, {}},
      {9, 33, 0, LogitType::kFloat16, {32, 1}},
      {33, 1'000, 1, LogitType::kFloat32, {}, 3, 1},
      {33, 4'096, 0, LogitType::kFloat32, {1'024, 1'024, 1'024, 1'024}},
      {33, 4'097, 5, LogitType::kBfloat16, {}, 1},
      {33, 9'001, 0, LogitType::kFloat16, {32, 4'992, 3'977}},
      {33, 12'345, 3, LogitType::kFloat32, {4'096, 8'249}, 0.01},
      {33, 32'003, 0, LogitType::kBfloat16, {}, 3, 2},
  };
  return shapes;
}

const std::vector<BatchShape>& full_shapes() {
  static const std::vector<BatchShape> shapes = {
      {64, 128'256, 0, LogitType::kFloat32, {}},
      {16, 128'256, 0, LogitType::kBfloat16, {32'064, 32'064, 32'064, 32'064}, 1},
      {8, 262'144, 0, LogitType::kFloat16, {}},
  };
  return shapes;
}

std::string name_of(const BatchShape& shape) {
  return std::to_string(shape.vocab_size) + " tokens, type " + std::to_string(static_cast<int>(shape.type));
}

void expect_rows_are_the_twins(const std::vector<BatchShape>& shapes) {
  for (const BatchShape& shape : shapes) {
    SampleBatch batch = random_batch(shape, 11);
    DeviceBatch device(batch);
    ASSERT_EQ(device.error(), cudaSuccess) << cudaGetErrorString(device.error());
    ASSERT_EQ(sample_rows_cuda(device.arguments()), KernelStatus::kOk);
    expect_twin(device.outcomes(), batch, name_of(shape));
    EXPECT_TRUE(device.tickets_are_zero());
    EXPECT_TRUE(device.logits_are_unchanged());
    ASSERT_EQ(device.error(), cudaSuccess) << cudaGetErrorString(device.error());
  }
}

void expect_shards_are_the_twins(const std::vector<BatchShape>& shapes) {
  for (const BatchShape& shape : shapes) {
    SampleBatch batch = random_batch(shape, 12);
    DeviceBatch device(batch);
    for (size_t s = device.arguments().shard_count; s-- > 0;) {
      ASSERT_EQ(sample_shard_cuda(device.arguments(), s), KernelStatus::kOk);
    }
    ASSERT_EQ(sample_merge_cuda(device.arguments()), KernelStatus::kOk);
    expect_twin(device.outcomes(), batch, name_of(shape));
    ASSERT_EQ(device.error(), cudaSuccess) << cudaGetErrorString(device.error());
  }
}

TEST(SampleDevice, LeavesTheBitsOfTheTwin) { expect_rows_are_the_twins(device_shapes()); }

TEST(SampleDevice, LeavesTheBitsOfTheTwinAtFullSize) { expect_rows_are_the_twins(full_shapes()); }

TEST(SampleDevice, ShardsOnOneDeviceLeaveTheBitsOfTheTwin) { expect_shards_are_the_twins(device_shapes()); }

TEST(SampleDevice, ShardsOnOneDeviceLeaveTheBitsOfTheTwinAtFullSize) { expect_shards_are_the_twins(full_shapes()); }

TEST(SampleDevice, WildLogitsAndEmptyMasksAreFaultsOfTheirRow) {
  SampleBatch batch = random_batch({8, 5'000, 0, LogitType::kFloat32, {}}, 4);
  for (size_t r = 0; r < 8; ++r) {
    batch.requests[r].mask_row = static_cast<uint32_t>(r);
    mask_set(batch.masks.data() + r * batch.mask_stride, 4'999);
  }
  batch.set_logit(1, 4'999, std::numeric_limits<float>::quiet_NaN());
  batch.set_logit(2, 4'999, std::numeric_limits<float>::infinity());
  batch.set_logit(3, 4'999, -std::numeric_limits<float>::infinity());
  std::fill_n(batch.masks.begin() + static_cast<long>(5 * batch.mask_stride), batch.mask_stride, 0u);
  DeviceBatch device(batch);
  ASSERT_EQ(sample_rows_cuda(device.arguments()), KernelStatus::kOk);
  const std::vector<SampleOutcome> outcomes = device.outcomes();
  expect_twin(outcomes, batch, "faults");
  EXPECT_EQ(outcomes[1].fault, SampleFault::kNotFinite);
  EXPECT_EQ(outcomes[5].fault, SampleFault::kEmptyMask);
  EXPECT_EQ(outcomes[5].token, kNoSampledToken);
  EXPECT_EQ(outcomes[0].fault, SampleFault::kNone);
}

TEST(SampleDevice, AStepIsCapturedOnceAndReplayed) {
  SampleBatch batch = random_batch({16, 32'000, 0, LogitType::kFloat32, {}}, 13);
  DeviceBatch device(batch);
  ASSERT_EQ(load_sample_kernels(), cudaSuccess);
  cudaStream_t stream = nullptr;
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  ASSERT_EQ(cudaStreamCreate(&stream), cudaSuccess);
  ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), cudaSuccess);
  ASSERT_EQ(sample_rows_cuda(device.arguments(), stream), KernelStatus::kOk);
  ASSERT_EQ(cudaStreamEndCapture(stream, &graph), cudaSuccess);
  ASSERT_EQ(cudaGraphInstantiate(&executable, graph, 0), cudaSuccess);
  for (int replay = 0; replay < 10; ++replay) ASSERT_EQ(cudaGraphLaunch(executable, stream), cudaSuccess);
  expect_twin(device.outcomes(), batch, "replayed");
  EXPECT_TRUE(device.tickets_are_zero());
  cudaGraphExecDestroy(executable);
  cudaGraphDestroy(graph);
  cudaStreamDestroy(stream);
}

// What another call has left in the runtime is not the launch's.
TEST(SampleDevice, LaunchesTellTheirOwnErrorsAlone) {
  SampleBatch batch = random_batch({2, 1'000, 0, LogitType::kFloat32, {}}, 14);
  DeviceBatch device(batch);
  void* none = nullptr;
  ASSERT_NE(cudaMalloc(&none, size_t{1} << 60), cudaSuccess);
  EXPECT_EQ(sample_rows_cuda(device.arguments()), KernelStatus::kOk);
  EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
  (void)cudaGetLastError();
}

TEST(SampleDevice, IsNamedByTheProbe) {
  const DeviceProbe probe = probe_device();
  EXPECT_TRUE(probe.usable) << probe.reason;
  EXPECT_NE(std::string(probe.name), "");
}

}  // namespace
}  // namespace keyway
