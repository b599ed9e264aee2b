// Memory for tables that kernels read and the host fills while they run: of a device, or of the host for the CPU twins.
//
// Entry points: host_memory, cuda_memory. All of it is freed together with the object.
// Invariant: writes reach the device in the order in which they were made, a 4-byte or 8-byte write whole. They go beside
// the work of other streams and wait for none of it.
// Thread safety: one thread at a time. Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include <cstddef>
#include <memory>

namespace keyway {

class DeviceMemory {
 public:
  virtual ~DeviceMemory() = default;
  // Zeroed. Null where there is none left.
  virtual void* allocate(size_t bytes) = 0;
  // Zeroed, in host memory at an address that is good for both sides. Null where there is none left.
  virtual void* allocate_shared(size_t bytes) = 0;
  // False where the device is lost. Requires: the device addresses lie in what allocate() gave.
  virtual bool write(void* device, const void* host, size_t bytes) = 0;
  virtual bool read(void* host, const void* device, size_t bytes) = 0;
  // Until all that was queued on the device, on whatever stream, is done: what kernels wrote is then there to be read. False
  // where the device is lost. Steps never call this.
  virtual bool wait() = 0;
};

std::unique_ptr<DeviceMemory> host_memory();

// Of the current device, whose kernels are all loaded. Null in a build without CUDA and where there is no device that can be used;
// `why` then says it in words.
std::unique_ptr<DeviceMemory> cuda_memory(const char*& why);

}  // namespace keyway
