// What stands in the place of a device does what a device does, and tells what a device would not forgive.
#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "kernels/block.h"

namespace keyway {
namespace {

struct Nothing {};

__global__ void sums_kernel(const uint64_t* values, uint64_t* sums) {
  __shared__ uint64_t reduction[kBlockThreads / 32];
  Nothing local;
  DeviceBlock<Nothing> block(local, reduction);
  const uint64_t* mine = values + blockIdx.x * size_t{kBlockThreads};
  uint64_t* to = sums + blockIdx.x * size_t{3};
  const uint64_t sum = block.sum_of([&](uint32_t thread) { return mine[thread]; });
  const uint64_t most = block.max_of([&](uint32_t thread) { return mine[thread]; });
  const uint64_t odd = block.count_of([&](uint32_t thread) { return mine[thread] % 2 == 1; });
  if (threadIdx.x == 0) to[0] = sum, to[1] = most, to[2] = odd;
}

__global__ void leave_before_a_barrier(uint32_t* word) {
  if (threadIdx.x == 5) return;
  __syncthreads();
  if (threadIdx.x == 0) *word = 1;
}

__global__ void wait_at_two_barriers(uint32_t* word) {
  if (threadIdx.x % 2 == 0) {
    __syncthreads();
  } else {
    __syncthreads();
  }
  if (threadIdx.x == 0) *word = 1;
}

__global__ void wait_for_the_host(const uint32_t* word) {
  while (__atomic_load_n(word, __ATOMIC_ACQUIRE) == 0) std::this_thread::yield();
}

__global__ void write_word(uint32_t* word, uint32_t value) { *word = value; }

template <typename... Parameters, typename... Arguments>
cudaError_t launch(unsigned blocks, unsigned threads, cudaStream_t stream, void (*kernel)(Parameters...), Arguments... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim = dim3(blocks);
  config.blockDim = dim3(threads);
  config.stream = stream;
  return cudaLaunchKernelEx(&config, kernel, arguments...);
}

template <typename T>
T* memory_of(size_t count) {
  void* memory = nullptr;
  EXPECT_EQ(cudaMalloc(&memory, count * sizeof(T)), cudaSuccess);
  return static_cast<T*>(memory);
}

TEST(CudaOnCpu, BlocksReduceWhatTheirThreadsHold) {
  constexpr size_t kBlocks = 37;
  std::vector<uint64_t> values(kBlocks * kBlockThreads), sums(kBlocks * 3);
  for (size_t i = 0; i < values.size(); ++i) values[i] = i * 2'654'435'761u % 1'000'003;
  auto* on_device = memory_of<uint64_t>(values.size());
  auto* results = memory_of<uint64_t>(sums.size());
  ASSERT_EQ(cudaMemcpy(on_device, values.data(), values.size() * 8, cudaMemcpyHostToDevice), cudaSuccess);
  for (int order = 0; order < 9; ++order) {
    ASSERT_EQ(launch(kBlocks, kBlockThreads, nullptr, sums_kernel, on_device, results), cudaSuccess);
    ASSERT_EQ(cudaMemcpy(sums.data(), results, sums.size() * 8, cudaMemcpyDeviceToHost), cudaSuccess);
    for (size_t b = 0; b < kBlocks; ++b) {
      uint64_t sum = 0, most = 0, odd = 0;
      for (size_t i = 0; i < kBlockThreads; ++i) {
        const uint64_t value = values[b * kBlockThreads + i];
        sum += value, most = std::max(most, value), odd += value % 2;
      }
      ASSERT_EQ(sums[3 * b], sum);
      ASSERT_EQ(sums[3 * b + 1], most);
      ASSERT_EQ(sums[3 * b + 2], odd);
    }
  }
  cudaFree(on_device);
  cudaFree(results);
}

TEST(CudaOnCpu, ABarrierThatNotAllThreadsReachIsAFaultThatStays) {
  for (void (*kernel)(uint32_t*) : {leave_before_a_barrier, wait_at_two_barriers}) {
    auto* word = memory_of<uint32_t>(1);
    ASSERT_EQ(launch(3, 64, nullptr, kernel, word), cudaSuccess) << "a launch tells nothing of what runs later";
    EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorLaunchFailure);
    EXPECT_NE(std::string(cudaGetErrorString(cudaErrorLaunchFailure)).find("on_cpu_test.cc"), std::string::npos);
    EXPECT_EQ(launch(1, 1, nullptr, write_word, word, 1u), cudaErrorLaunchFailure);
    EXPECT_EQ(cudaDeviceReset(), cudaSuccess);
    ASSERT_EQ(launch(1, 1, nullptr, write_word, word, 1u), cudaSuccess);
    EXPECT_EQ(cudaDeviceSynchronize(), cudaSuccess);
    cudaFree(word);
  }
}

TEST(CudaOnCpu, LaunchesRunLaterAndStreamsBesideOneAnother) {
  void* shared = nullptr;
  ASSERT_EQ(cudaHostAlloc(&shared, sizeof(uint32_t), cudaHostAllocMapped), cudaSuccess);
  auto* word = static_cast<uint32_t*>(shared);
  *word = 0;
  auto* other = memory_of<uint32_t>(1);
  cudaStream_t stream = nullptr;
  ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
  ASSERT_EQ(launch(1, 1, nullptr, wait_for_the_host, word), cudaSuccess);
  ASSERT_EQ(launch(1, 1, stream, write_word, other, 7u), cudaSuccess);
  ASSERT_EQ(cudaStreamSynchronize(stream), cudaSuccess);  // while the other still waits
  __atomic_store_n(word, 1u, __ATOMIC_RELEASE);
  uint32_t got = 0;
  EXPECT_EQ(cudaMemcpy(&got, other, sizeof got, cudaMemcpyDeviceToHost), cudaSuccess);
  EXPECT_EQ(got, 7u);
  cudaStreamDestroy(stream);
  cudaFreeHost(shared);
  cudaFree(other);
}

TEST(CudaOnCpu, MemoryOfAnotherDeviceAndOfTheHostIsRefused) {
  ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
  auto* theirs = memory_of<uint32_t>(1);
  cudaStream_t stream = nullptr;
  ASSERT_EQ(cudaStreamCreate(&stream), cudaSuccess);
  ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
  auto* ours = memory_of<uint32_t>(1);
  EXPECT_EQ(launch(1, 1, stream, write_word, ours, 1u), cudaErrorInvalidResourceHandle);
  EXPECT_EQ(cudaMemset(theirs, 0, sizeof *theirs), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemset(ours, 0, 2 * sizeof *ours), cudaErrorInvalidValue) << "past its end";
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  // Under a sanitizer its own memory looks like the host's.
  uint32_t on_host = 0;
  EXPECT_EQ(launch(1, 1, nullptr, write_word, theirs, 1u), cudaErrorIllegalAddress);
  EXPECT_EQ(launch(1, 1, nullptr, write_word, &on_host, 1u), cudaErrorIllegalAddress);
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(*const_cast<volatile uint32_t*>(ours) = 1, testing::KilledBySignal(SIGSEGV), "") << "the host may not touch it";
#endif
  EXPECT_EQ(launch(1, 1, nullptr, write_word, ours, 1u), cudaSuccess);
  EXPECT_EQ(cudaFree(ours), cudaSuccess);
  EXPECT_EQ(cudaFree(theirs), cudaSuccess);
  EXPECT_EQ(cudaStreamDestroy(stream), cudaSuccess);
  (void)cudaGetLastError();
}

__global__ void never_loaded(uint32_t* word) { *word = 2; }

TEST(CudaOnCpu, ACaptureForbidsWhatWaitsAndKernelsThatAreNotLoaded) {
  auto* word = memory_of<uint32_t>(1);
  cudaStream_t stream = nullptr;
  cudaGraph_t graph = nullptr;
  ASSERT_EQ(cudaStreamCreate(&stream), cudaSuccess);
  cudaFuncAttributes attributes;
  ASSERT_EQ(cudaFuncGetAttributes(&attributes, write_word), cudaSuccess);
  ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), cudaSuccess);
  EXPECT_EQ(launch(1, 1, stream, write_word, word, 9u), cudaSuccess);
  EXPECT_EQ(launch(1, 1, stream, never_loaded, word), cudaErrorStreamCaptureUnsupported);
  const auto allocates = [](cudaStreamCaptureMode mode) {
    cudaThreadExchangeStreamCaptureMode(&mode);
    void* more = nullptr;
    const cudaError_t error = cudaMalloc(&more, 4);
    if (error == cudaSuccess) cudaFree(more);
    return error;
  };
  cudaError_t relaxed = cudaErrorInvalidValue, strict = cudaSuccess;
  std::thread([&] { relaxed = allocates(cudaStreamCaptureModeRelaxed); }).join();
  EXPECT_EQ(relaxed, cudaSuccess);
  ASSERT_EQ(cudaStreamEndCapture(stream, &graph), cudaSuccess);
  EXPECT_NE(graph, nullptr);
  cudaGraphDestroy(graph);

  ASSERT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), cudaSuccess);
  std::thread([&] { strict = allocates(cudaStreamCaptureModeGlobal); }).join();
  EXPECT_EQ(strict, cudaErrorStreamCaptureUnsupported);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
  cudaStreamDestroy(stream);
  cudaFree(word);
  (void)cudaGetLastError();
}

}  // namespace
}  // namespace keyway
