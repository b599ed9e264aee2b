// A SampleBatch in device memory, for the device tests and keyway-bench sampler.
//
// Entry point: DeviceBatch. Every array is an allocation of its own and of exactly its size, so that compute-sanitizer sees
// a read or write past any of them. Invariant: error() is the first failure of the CUDA runtime; what follows one does
// nothing. Tested by tests/gpu/sample_device_test.cu.
#pragma once

#include <cuda_runtime.h>

#include <cstring>
#include <vector>

#include "tests/kernels/sample_cases.h"

namespace keyway {

class DeviceBatch {
 public:
  explicit DeviceBatch(SampleBatch& batch) : batch_(&batch), arguments_(batch.arguments()) {
    for (size_t s = 0; s < arguments_.shard_count; ++s) {
      SampleShard& shard = arguments_.shards[s];
      const std::vector<unsigned char>& logits = batch.logits[s];
      shard.logits = copy_of(logits.data(), logits.size()) + batch.shape.offset * batch.element_bytes();
      const size_t tiles = batch.shape.rows * tile_count(shard.token_count);
      shard.tiles = reinterpret_cast<SampleTile*>(filled(tiles * sizeof(SampleTile), 0xA5));
      shard.lists = reinterpret_cast<uint64_t*>(filled(tiles * kTileList * sizeof(uint64_t), 0xA5));
    }
    arguments_.masks = typed_copy(batch.masks);
    arguments_.requests = typed_copy(batch.requests);
    arguments_.adjustments = typed_copy(batch.adjustments);
    arguments_.outcomes = reinterpret_cast<SampleOutcome*>(filled(batch.shape.rows * sizeof(SampleOutcome), 0xA5));
    arguments_.tickets = reinterpret_cast<uint32_t*>(filled(batch.shape.rows * sizeof(uint32_t), 0));
    sums_ = reinterpret_cast<uint64_t*>(filled(batch.shape.rows * sizeof(uint64_t), 0));
  }
  ~DeviceBatch() {
    for (void* memory : allocations_) cudaFree(memory);
  }
  DeviceBatch(const DeviceBatch&) = delete;
  DeviceBatch& operator=(const DeviceBatch&) = delete;

  // Device pointers.
  const SampleArguments& arguments() const { return arguments_; }
  uint64_t* sums() const { return sums_; }  // (rows)
  cudaError_t error() const { return error_; }

  // Waits for the device.
  std::vector<SampleOutcome> outcomes() {
    check(cudaDeviceSynchronize());
    std::vector<SampleOutcome> outcomes(batch_->shape.rows);
    fetch(outcomes.data(), arguments_.outcomes, outcomes.size() * sizeof(SampleOutcome));
    return outcomes;
  }
  bool tickets_are_zero() {
    std::vector<uint32_t> tickets(batch_->shape.rows);
    fetch(tickets.data(), arguments_.tickets, tickets.size() * sizeof(uint32_t));
    for (const uint32_t ticket : tickets) {
      if (ticket != 0) return false;
    }
    return error_ == cudaSuccess;
  }
  bool logits_are_unchanged() {
    for (size_t s = 0; s < arguments_.shard_count; ++s) {
      std::vector<unsigned char> bytes(batch_->logits[s].size());
      const auto* from = static_cast<const unsigned char*>(arguments_.shards[s].logits);
      fetch(bytes.data(), from - batch_->shape.offset * batch_->element_bytes(), bytes.size());
      if (bytes != batch_->logits[s]) return false;
    }
    return error_ == cudaSuccess;
  }

 private:
  void check(cudaError_t error) {
    if (error_ == cudaSuccess) error_ = error;
  }
  void fetch(void* to, const void* from, size_t bytes) {
    if (error_ == cudaSuccess) check(cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost));
  }
  unsigned char* allocate(size_t bytes) {
    void* memory = nullptr;
    if (error_ == cudaSuccess) check(cudaMalloc(&memory, bytes));
    if (memory != nullptr) allocations_.push_back(memory);
    return static_cast<unsigned char*>(memory);
  }
  unsigned char* copy_of(const void* from, size_t bytes) {
    unsigned char* memory = allocate(bytes);
    if (error_ == cudaSuccess) check(cudaMemcpy(memory, from, bytes, cudaMemcpyHostToDevice));
    return memory;
  }
  unsigned char* filled(size_t bytes, int value) {
    unsigned char* memory = allocate(bytes);
    if (error_ == cudaSuccess) check(cudaMemset(memory, value, bytes));
    return memory;
  }
  template <typename T>
  const T* typed_copy(const std::vector<T>& values) {
    return reinterpret_cast<const T*>(copy_of(values.data(), values.size() * sizeof(T)));
  }

  SampleBatch* batch_;
  SampleArguments arguments_;
  uint64_t* sums_ = nullptr;
  std::vector<void*> allocations_;
  cudaError_t error_ = cudaSuccess;
};

}  // namespace keyway
