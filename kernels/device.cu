// probe_device of a build with CUDA; see device.h. A kernel is launched, because a device that answers questions may still
// be one for which nothing was compiled.
//
// Tested by tests/gpu/sample_device_test.cu.
#include "kernels/device.h"

#include <cuda_runtime.h>
#include <stdio.h>

#include "kernels/device_error.h"

namespace keyway {
namespace {

__global__ void write_word(unsigned* word) { *word = 1; }

cudaError_t try_device() {
  unsigned* word = nullptr;
  cudaError_t error = cudaMalloc(reinterpret_cast<void**>(&word), sizeof *word);
  if (error != cudaSuccess) return error;
  cudaLaunchConfig_t one{};
  one.gridDim = one.blockDim = dim3(1);
  error = cudaLaunchKernelEx(&one, write_word, word);
  if (error == cudaSuccess) error = cudaDeviceSynchronize();
  cudaFree(word);
  return error;
}

}  // namespace

DeviceProbe probe_device() {
  DeviceProbe probe;
  int count = 0, device = 0;
  cudaError_t error = cudaGetDeviceCount(&count);
  if (error == cudaSuccess && count == 0) error = cudaErrorNoDevice;
  if (error == cudaSuccess) error = cudaGetDevice(&device);
  cudaDeviceProp properties;
  if (error == cudaSuccess && cudaGetDeviceProperties(&properties, device) == cudaSuccess) {
    snprintf(probe.name, sizeof probe.name, "%.120s", properties.name);
  }
  if (error == cudaSuccess) error = try_device();
  probe.usable = error == cudaSuccess;
  if (!probe.usable) {
    snprintf(probe.reason, sizeof probe.reason, "%s (%s)", device_advice(error), cudaGetErrorName(error));
    cudaGetLastError();  // the error is told; later calls start clean
  }
  return probe;
}

}  // namespace keyway
