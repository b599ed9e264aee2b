// Memory of a CUDA device; see device_memory.h. Every write is waited for on a stream of its own, so that writes keep their
// order and no step waits for them.
//
// Whichever thread calls: the device is the one that was current when the memory was made, and a graph that another thread
// captures meanwhile, in whatever mode, is left alone. A failure leaves no error for the next call to find.
// Tested by tests/gpu/on_cpu/device_memory_test.cc; no GPU has run it yet.
#include <cuda_runtime.h>

#include <cstring>
#include <utility>
#include <vector>

#include "kernels/device_error.h"
#include "kernels/device_memory.h"
#include "kernels/launch.h"

namespace keyway {
namespace {

// The device is current as long as this is, and calls of this thread are not taken for part of a capture.
class OnDevice {
 public:
  explicit OnDevice(int device) : device_(device) {
    cudaThreadExchangeStreamCaptureMode(&mode_);
    if (cudaGetDevice(&before_) == cudaSuccess && before_ != device_) cudaSetDevice(device_);
  }
  ~OnDevice() {
    if (before_ != device_) cudaSetDevice(before_);
    cudaThreadExchangeStreamCaptureMode(&mode_);
  }
  OnDevice(const OnDevice&) = delete;
  OnDevice& operator=(const OnDevice&) = delete;

 private:
  int device_, before_ = 0;
  cudaStreamCaptureMode mode_ = cudaStreamCaptureModeRelaxed;  // then what it was before
};

bool succeeded(cudaError_t error) {
  if (error != cudaSuccess) cudaGetLastError();
  return error == cudaSuccess;
}

class CudaMemory final : public DeviceMemory {
 public:
  CudaMemory(int device, cudaStream_t stream) : device_(device), stream_(stream) {}
  CudaMemory(const CudaMemory&) = delete;
  CudaMemory& operator=(const CudaMemory&) = delete;
  ~CudaMemory() override {
    const OnDevice on(device_);
    for (void* block : blocks_) cudaFree(block);
    for (void* block : shared_) cudaFreeHost(block);
    cudaStreamDestroy(stream_);
    cudaGetLastError();
  }
  void* allocate(size_t bytes) override {
    const OnDevice on(device_);
    void* block = nullptr;
    if (!succeeded(cudaMalloc(&block, bytes))) return nullptr;
    blocks_.push_back(block);
    return succeeded(cudaMemsetAsync(block, 0, bytes, stream_)) && finish_copies() ? block : nullptr;
  }
  void* allocate_shared(size_t bytes) override {
    const OnDevice on(device_);
    void* block = nullptr;
    if (!succeeded(cudaHostAlloc(&block, bytes, cudaHostAllocMapped | cudaHostAllocPortable))) return nullptr;
    shared_.push_back(block);
    std::memset(block, 0, bytes);
    return block;  // with unified addressing the device has it at the same address
  }
  bool write(void* device, const void* host, size_t bytes) override { return copy(device, host, bytes); }
  bool read(void* host, const void* device, size_t bytes) override { return copy(host, device, bytes); }
  bool wait() override {
    const OnDevice on(device_);
    return succeeded(cudaDeviceSynchronize());
  }

 private:
  bool copy(void* to, const void* from, size_t bytes) {
    const OnDevice on(device_);
    return succeeded(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, stream_)) && finish_copies();
  }
  bool finish_copies() { return succeeded(cudaStreamSynchronize(stream_)); }

  int device_;
  cudaStream_t stream_;
  std::vector<void*> blocks_, shared_;
};

// So that no step loads one, which waits for the device, and a step can be captured before any has run.
cudaError_t load_all_kernels() {
  for (cudaError_t (*load)() : {load_apply_mask_kernels, load_automaton_kernels, load_sample_kernels, load_step_kernels}) {
    if (const cudaError_t error = load(); error != cudaSuccess) return error;
  }
  return cudaSuccess;
}

std::unique_ptr<DeviceMemory> make_memory(int device, cudaError_t& error) {
  const OnDevice on(device);
  cudaStream_t stream = nullptr;
  error = cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  if (error != cudaSuccess) return nullptr;
  auto made = std::make_unique<CudaMemory>(device, stream);
  error = load_all_kernels();
  return error == cudaSuccess ? std::move(made) : nullptr;
}

}  // namespace

std::unique_ptr<DeviceMemory> cuda_memory(const char*& why) {
  int count = 0, device = 0;
  std::unique_ptr<DeviceMemory> made;
  cudaError_t error = cudaGetDeviceCount(&count);
  if (error == cudaSuccess && count == 0) error = cudaErrorNoDevice;
  if (error == cudaSuccess) error = cudaGetDevice(&device);
  if (error == cudaSuccess) made = make_memory(device, error);
  if (error == cudaSuccess) return made;
  cudaGetLastError();  // not for the next call to find
  why = device_advice(error);
  return nullptr;
}

}  // namespace keyway
