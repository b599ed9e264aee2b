// Memory of a CUDA device; see device_memory.h. Every write is waited for on a stream of its own, so that writes keep their
// order and no step waits for them.
//
// Nobody has run this on a device yet: kernels/README.md.
#include <cuda_runtime.h>

#include <cstring>
#include <vector>

#include "kernels/device_memory.h"

namespace keyway {
namespace {

class CudaMemory final : public DeviceMemory {
 public:
  explicit CudaMemory(cudaStream_t stream) : stream_(stream) {}
  CudaMemory(const CudaMemory&) = delete;
  CudaMemory& operator=(const CudaMemory&) = delete;
  ~CudaMemory() override {
    for (void* block : blocks_) cudaFree(block);
    for (void* block : shared_) cudaFreeHost(block);
    cudaStreamDestroy(stream_);
  }
  void* allocate(size_t bytes) override {
    void* block = nullptr;
    if (cudaMalloc(&block, bytes) != cudaSuccess) return nullptr;
    blocks_.push_back(block);
    return cudaMemsetAsync(block, 0, bytes, stream_) == cudaSuccess && finish_copies() ? block : nullptr;
  }
  void* allocate_shared(size_t bytes) override {
    void* block = nullptr;
    if (cudaHostAlloc(&block, bytes, cudaHostAllocMapped | cudaHostAllocPortable) != cudaSuccess) return nullptr;
    shared_.push_back(block);
    std::memset(block, 0, bytes);
    return block;  // with unified addressing the device has it at the same address
  }
  bool write(void* device, const void* host, size_t bytes) override { return copy(device, host, bytes, cudaMemcpyDefault); }
  bool read(void* host, const void* device, size_t bytes) override { return copy(host, device, bytes, cudaMemcpyDefault); }
  bool wait() override { return cudaDeviceSynchronize() == cudaSuccess; }

 private:
  bool copy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
    return cudaMemcpyAsync(to, from, bytes, kind, stream_) == cudaSuccess && finish_copies();
  }
  bool finish_copies() { return cudaStreamSynchronize(stream_) == cudaSuccess; }

  cudaStream_t stream_;
  std::vector<void*> blocks_, shared_;
};

}  // namespace

std::unique_ptr<DeviceMemory> cuda_memory(const char*& why) {
  int count = 0;
  cudaStream_t stream = nullptr;
  cudaError_t found = cudaGetDeviceCount(&count);
  if (found == cudaSuccess && count == 0) found = cudaErrorNoDevice;
  if (found == cudaSuccess) found = cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  if (found == cudaSuccess) return std::make_unique<CudaMemory>(stream);
  cudaGetLastError();  // not for the next call to find
  why = cudaGetErrorString(found);
  return nullptr;
}

}  // namespace keyway
