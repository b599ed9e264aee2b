// A block of threads as one object, so that a block program is written once and runs on the device and on the CPU.
//
// Entry points: HostBlock, and under nvcc DeviceBlock, with the same operations. A program calls `each` for a phase (all
// threads, then a barrier) and the reductions, and branches between them on values that all threads hold alike.
// Invariant that every program keeps: what a thread reads from shared memory between two phases is not written in the
// phase that follows, only in later ones; within a phase threads meet only through the atomic operations.
// HostBlock runs threads one after the other, forwards or backwards, so that a dependence on their order shows.
// Tested by tests/kernels/sample_program_test.cc.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "grammar/token_mask.h"

#ifdef __CUDA_ARCH__
#define KEYWAY_UNROLL _Pragma("unroll")
#else
#define KEYWAY_UNROLL
#endif

namespace keyway {

inline constexpr uint32_t kBlockThreads = 256;

// Local: what a thread keeps from phase to phase.
template <typename Local>
class HostBlock {
 public:
  explicit HostBlock(bool backwards) : backwards_(backwards) {}

  Local& local(uint32_t thread) { return locals_[thread]; }

  template <typename Phase>
  void each(Phase phase) {
    for (uint32_t i = 0; i < kBlockThreads; ++i) phase(backwards_ ? kBlockThreads - 1 - i : i);
  }
  template <typename Value>
  uint64_t max_of(Value value) {
    uint64_t most = 0;
    each([&](uint32_t thread) {
      const uint64_t one = value(thread);
      most = one > most ? one : most;
    });
    return most;
  }
  template <typename Value>
  uint64_t sum_of(Value value) {
    uint64_t sum = 0;
    each([&](uint32_t thread) { sum += value(thread); });
    return sum;
  }
  template <typename Predicate>
  uint32_t count_of(Predicate predicate) {
    return static_cast<uint32_t>(sum_of([&](uint32_t thread) { return predicate(thread) ? 1u : 0u; }));
  }

  static uint32_t atomic_add(uint32_t* to, uint32_t value) {
    const uint32_t before = *to;
    *to += value;
    return before;
  }
  static void atomic_add(uint64_t* to, uint64_t value) { *to += value; }
  static void atomic_and(uint32_t* to, uint32_t value) { *to &= value; }

  // A value that another block wrote.
  template <typename Value>
  static Value read_published(const Value* from) {
    return *from;
  }

 private:
  Local locals_[kBlockThreads];
  bool backwards_;
};

#ifdef __CUDACC__
template <typename Local>
class DeviceBlock {
 public:
  // reduction: (kBlockThreads / 32) words of shared memory.
  __device__ DeviceBlock(Local& local, uint64_t* reduction) : local_(local), reduction_(reduction) {}

  __device__ Local& local(uint32_t) { return local_; }

  template <typename Phase>
  __device__ void each(Phase phase) {
    phase(threadIdx.x);
    __syncthreads();
  }
  template <typename Value>
  __device__ uint64_t max_of(Value value) {
    return reduce(value(threadIdx.x), [](uint64_t a, uint64_t b) { return a > b ? a : b; });
  }
  template <typename Value>
  __device__ uint64_t sum_of(Value value) {
    return reduce(value(threadIdx.x), [](uint64_t a, uint64_t b) { return a + b; });
  }
  template <typename Predicate>
  __device__ uint32_t count_of(Predicate predicate) {
    return static_cast<uint32_t>(__syncthreads_count(predicate(threadIdx.x) ? 1 : 0));
  }

  __device__ static uint32_t atomic_add(uint32_t* to, uint32_t value) { return atomicAdd(to, value); }
  __device__ static void atomic_add(uint64_t* to, uint64_t value) {
    atomicAdd(reinterpret_cast<unsigned long long*>(to), static_cast<unsigned long long>(value));
  }
  __device__ static void atomic_and(uint32_t* to, uint32_t value) { atomicAnd(to, value); }

  // Past the cache of this multiprocessor. Requires: Value is plain data, of whole 8-byte words and aligned to them.
  template <typename Value>
  __device__ static Value read_published(const Value* from) {
    static_assert(sizeof(Value) % 8 == 0 && alignof(Value) == 8);
    unsigned long long words[sizeof(Value) / 8];
    KEYWAY_UNROLL
    for (size_t i = 0; i < sizeof(Value) / 8; ++i) words[i] = __ldcg(reinterpret_cast<const unsigned long long*>(from) + i);
    Value value;
    memcpy(&value, words, sizeof value);
    return value;
  }

 private:
  template <typename Combine>
  __device__ uint64_t reduce(uint64_t value, Combine combine) {
    for (int lanes = 16; lanes > 0; lanes /= 2) {
      value = combine(value, __shfl_xor_sync(0xFFFFFFFFu, static_cast<unsigned long long>(value), lanes));
    }
    if (threadIdx.x % 32 == 0) reduction_[threadIdx.x / 32] = value;
    __syncthreads();
    value = reduction_[0];
    for (uint32_t warp = 1; warp < kBlockThreads / 32; ++warp) value = combine(value, reduction_[warp]);
    __syncthreads();
    return value;
  }

  Local& local_;
  uint64_t* reduction_;
};
#endif

}  // namespace keyway
