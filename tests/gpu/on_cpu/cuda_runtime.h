// CUDA's names for C++, so that the .cu files are compiled as they stand and run without a device.
//
// Entry points: the part of CUDA that kernels/ and tests/gpu/ use, under its own names and with its documented meaning: qualifiers,
// indices, barriers, shuffles and atomic operations of kernels; devices, memory, streams, capture and launches of the runtime API.
// Stands before the toolkit's header in the include path of the targets of this folder and of no other.
// Invariant: what CUDA leaves open is taken at its worst: memory begins as garbage, launches and copies run later on threads of
// their own, threads and blocks run in any order. What CUDA forbids is an error, as CUDA documents it.
// Sources: CUDA C++ Programming Guide 13, CUDA Runtime API. Tested by on_cpu_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <source_location>
#include <tuple>
#include <type_traits>
#include <utility>

#define __host__
#define __device__
#define __global__
#define __grid_constant__
#define __launch_bounds__(...)
#define __noinline__ __attribute__((noinline))
// The threads of a block run on one thread of the machine, and that runs one block at a time.
#define __shared__ static thread_local

struct uint3 {
  unsigned x = 0, y = 0, z = 0;
};
struct uint4 {
  unsigned x, y, z, w;
};
struct dim3 {
  constexpr dim3(unsigned x_ = 1, unsigned y_ = 1, unsigned z_ = 1) : x(x_), y(y_), z(z_) {}
  unsigned x, y, z;
};

namespace keyway::on_cpu {

uint3 thread_index();
uint3 block_index();
dim3 grid_size();

uint32_t atomic_add(uint32_t* to, uint32_t value);
unsigned long long atomic_add(unsigned long long* to, unsigned long long value);
uint32_t atomic_and(uint32_t* to, uint32_t value);
unsigned long long shuffle_xor(unsigned long long value, int lanes, std::source_location where);
int barrier(int value, std::source_location where);  // returns the sum of the block's values
void fence();

// threadIdx and the others: what is read is asked of the thread that runs.
template <auto ask>
struct Asked {
  struct {
    operator unsigned() const { return ask().x; }
  } x;
  struct {
    operator unsigned() const { return ask().y; }
  } y;
};

}  // namespace keyway::on_cpu

inline constexpr keyway::on_cpu::Asked<keyway::on_cpu::thread_index> threadIdx;
inline constexpr keyway::on_cpu::Asked<keyway::on_cpu::block_index> blockIdx;
inline constexpr keyway::on_cpu::Asked<keyway::on_cpu::grid_size> gridDim;

inline void __syncthreads(std::source_location where = std::source_location::current()) { keyway::on_cpu::barrier(0, where); }
inline int __syncthreads_count(int holds, std::source_location where = std::source_location::current()) {
  return keyway::on_cpu::barrier(holds != 0 ? 1 : 0, where);
}
inline unsigned long long __shfl_xor_sync(unsigned, unsigned long long value, int lanes,
                                          std::source_location where = std::source_location::current()) {
  return keyway::on_cpu::shuffle_xor(value, lanes, where);
}
inline void __threadfence() { keyway::on_cpu::fence(); }
inline uint32_t atomicAdd(uint32_t* to, uint32_t value) { return keyway::on_cpu::atomic_add(to, value); }
inline unsigned long long atomicAdd(unsigned long long* to, unsigned long long value) { return keyway::on_cpu::atomic_add(to, value); }
inline uint32_t atomicAnd(uint32_t* to, uint32_t value) { return keyway::on_cpu::atomic_and(to, value); }
template <typename Value>
Value __ldcg(const Value* from) {
  return *from;
}
template <typename Value>
Value __ldcs(const Value* from) {
  return *from;
}

enum cudaError_t {
  cudaSuccess = 0,
  cudaErrorInvalidValue = 1,
  cudaErrorMemoryAllocation = 2,
  cudaErrorInvalidConfiguration = 9,
  cudaErrorInsufficientDriver = 35,
  cudaErrorDevicesUnavailable = 46,
  cudaErrorInvalidDeviceFunction = 98,
  cudaErrorNoDevice = 100,
  cudaErrorInvalidDevice = 101,
  cudaErrorNoKernelImageForDevice = 209,
  cudaErrorUnsupportedPtxVersion = 222,
  cudaErrorInvalidResourceHandle = 400,
  cudaErrorIllegalAddress = 700,
  cudaErrorLaunchFailure = 719,
  cudaErrorSystemNotReady = 802,
  cudaErrorSystemDriverMismatch = 803,
  cudaErrorStreamCaptureUnsupported = 900,
  cudaErrorStreamCaptureInvalidated = 901,
};
enum cudaMemcpyKind { cudaMemcpyHostToDevice = 1, cudaMemcpyDeviceToHost = 2, cudaMemcpyDeviceToDevice = 3, cudaMemcpyDefault = 4 };
enum cudaStreamCaptureMode { cudaStreamCaptureModeGlobal, cudaStreamCaptureModeThreadLocal, cudaStreamCaptureModeRelaxed };
inline constexpr unsigned cudaStreamNonBlocking = 1, cudaHostAllocPortable = 1, cudaHostAllocMapped = 2;

using cudaStream_t = struct CUstream_st*;
using cudaEvent_t = struct CUevent_st*;
using cudaGraph_t = struct CUgraph_st*;
using cudaGraphExec_t = struct CUgraphExec_st*;
struct cudaDeviceProp {
  char name[256];
};
struct cudaFuncAttributes {
  int binaryVersion;
};
struct cudaLaunchConfig_t {
  dim3 gridDim, blockDim;
  size_t dynamicSmemBytes = 0;
  cudaStream_t stream = nullptr;
};

cudaError_t cudaGetLastError();
const char* cudaGetErrorString(cudaError_t error);
const char* cudaGetErrorName(cudaError_t error);
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaGetDevice(int* device);
cudaError_t cudaSetDevice(int device);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaDeviceSynchronize();
cudaError_t cudaDeviceReset();
cudaError_t cudaMalloc(void** memory, size_t bytes);
cudaError_t cudaFree(void* memory);
cudaError_t cudaHostAlloc(void** memory, size_t bytes, unsigned flags);
cudaError_t cudaFreeHost(void* memory);
cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind);
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream);
cudaError_t cudaMemset(void* memory, int value, size_t bytes);
cudaError_t cudaMemsetAsync(void* memory, int value, size_t bytes, cudaStream_t stream);
cudaError_t cudaStreamCreate(cudaStream_t* stream);
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaEventCreate(cudaEvent_t* event);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end);
cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* mode);
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode);
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph);
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* made, cudaGraph_t graph, unsigned long long flags);
cudaError_t cudaGraphDestroy(cudaGraph_t graph);
cudaError_t cudaGraphLaunch(cudaGraphExec_t made, cudaStream_t stream);
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t made);

namespace keyway::on_cpu {

// The bytes of a kernel's arguments, which may hold no address of the host's.
struct ArgumentBytes {
  const void* at;
  size_t size;
};

cudaError_t load(const void* kernel);
cudaError_t launch(const cudaLaunchConfig_t& config, const void* kernel, std::function<void()> thread,
                   std::initializer_list<ArgumentBytes> arguments);

}  // namespace keyway::on_cpu

template <typename Kernel>
cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, Kernel* kernel) {
  *attributes = {};
  return keyway::on_cpu::load(reinterpret_cast<const void*>(kernel));
}

template <typename... Parameters, typename... Arguments>
cudaError_t cudaLaunchKernelEx(const cudaLaunchConfig_t* config, void (*kernel)(Parameters...), const Arguments&... arguments) {
  const std::tuple<std::remove_cv_t<Parameters>...> held(arguments...);
  return std::apply(
      [&](const auto&... each) {
        return keyway::on_cpu::launch(*config, reinterpret_cast<const void*>(kernel), [kernel, held] { std::apply(kernel, held); },
                                      {{&each, sizeof each}...});
      },
      held);
}
