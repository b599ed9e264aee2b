// kernels/device_memory.cu, with two devices and captures that go on meanwhile.
#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "kernels/device_memory.h"

namespace keyway {
namespace {

TEST(DeviceMemoryCuda, StaysOnTheDeviceThatWasCurrentWhenItWasMade) {
  const char* why = "";
  ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
  std::unique_ptr<DeviceMemory> memory = cuda_memory(why);
  ASSERT_NE(memory, nullptr) << why;
  ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
  std::vector<uint32_t> values = {1, 2, 3}, got(3, 9);
  void* block = memory->allocate(3 * sizeof(uint32_t));
  ASSERT_NE(block, nullptr);
  ASSERT_TRUE(memory->read(got.data(), block, 3 * sizeof(uint32_t)));
  EXPECT_EQ(got, std::vector<uint32_t>(3)) << "memory begins as zeros";
  ASSERT_TRUE(memory->write(block, values.data(), 3 * sizeof(uint32_t)));
  ASSERT_TRUE(memory->read(got.data(), block, 3 * sizeof(uint32_t)));
  EXPECT_EQ(got, values);
  EXPECT_EQ(cudaMemset(block, 0, 4), cudaErrorInvalidValue) << "it is the other device's";
  (void)cudaGetLastError();
  int device = -1;
  EXPECT_EQ(cudaGetDevice(&device), cudaSuccess);
  EXPECT_EQ(device, 0) << "the caller's device is as it was";
  memory.reset();
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
}

TEST(DeviceMemoryCuda, LeavesAloneWhatAnotherThreadCaptures) {
  const char* why = "";
  std::unique_ptr<DeviceMemory> memory = cuda_memory(why);
  ASSERT_NE(memory, nullptr) << why;
  cudaStream_t stream = nullptr;
  cudaGraph_t graph = nullptr;
  ASSERT_EQ(cudaStreamCreate(&stream), cudaSuccess);
  ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), cudaSuccess);
  std::thread([&] {
    uint32_t value = 4, got = 0;
    void* block = memory->allocate(sizeof value);
    ASSERT_NE(block, nullptr);
    EXPECT_NE(memory->allocate_shared(8), nullptr);
    EXPECT_TRUE(memory->write(block, &value, sizeof value) && memory->read(&got, block, sizeof got));
    EXPECT_EQ(got, value);
  }).join();
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaSuccess);
  cudaGraphDestroy(graph);
  cudaStreamDestroy(stream);
}

TEST(DeviceMemoryCuda, AFailureLeavesNoErrorBehind) {
  const char* why = "";
  const std::unique_ptr<DeviceMemory> memory = cuda_memory(why);
  ASSERT_NE(memory, nullptr) << why;
  EXPECT_EQ(memory->allocate(size_t{1} << 60), nullptr);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
}

}  // namespace
}  // namespace keyway
