// Launches whose outcome is their own; for the .cu files alone.
//
// Entry points: launch_kernel, load_kernels, and by file load_apply_mask_kernels, load_automaton_kernels, load_sample_kernels,
// load_step_kernels, which cuda_memory() calls. Invariant: a launch allocates nothing and waits for nothing once its kernel is
// loaded; a kernel that is not is loaded by its first launch, which may wait for the device and may not be captured.
// Tested by tests/gpu/step_symbols.py and tests/gpu/sample_device_test.cu.
#pragma once

#include <cuda_runtime.h>

#include "kernels/apply_mask.h"

namespace keyway {

// Queues one grid. The status is that of this launch: the last error of the runtime may be one that another call has left there, a
// failed allocation or an event that was not ready, and a launch that succeeds would be taken for one that failed.
template <typename... Parameters, typename... Arguments>
KernelStatus launch_kernel(void (*kernel)(Parameters...), dim3 grid, unsigned threads, void* stream, const Arguments&... arguments) {
  cudaLaunchConfig_t config{};
  config.gridDim = grid;
  config.blockDim = dim3(threads);
  config.stream = static_cast<cudaStream_t>(stream);
  if (cudaLaunchKernelEx(&config, kernel, arguments...) == cudaSuccess) return KernelStatus::kOk;
  cudaGetLastError();  // told; not for the next call to find
  return KernelStatus::kNoDevice;
}

// Loads kernels on the current device; the first error, where this build has no code for the device too.
template <typename... Kernels>
cudaError_t load_kernels(Kernels*... kernels) {
  cudaError_t error = cudaSuccess;
  const auto load = [&](auto* kernel) {
    cudaFuncAttributes attributes;
    if (error == cudaSuccess) error = cudaFuncGetAttributes(&attributes, kernel);
  };
  (load(kernels), ...);
  return error;
}

cudaError_t load_apply_mask_kernels();
cudaError_t load_automaton_kernels();
cudaError_t load_sample_kernels();
cudaError_t load_step_kernels();

}  // namespace keyway
