// A step on a device, its sampler, and both as a graph; see step.h and step_sampler.h. The reference is step_cpu.cc, the order of
// both step_order.h.
//
// Tested by tests/gpu/automaton_test.cu, on the CPU too (tests/gpu/on_cpu/); no GPU has run it yet.
#include <cuda_runtime.h>

#include "kernels/launch.h"
#include "kernels/step_order.h"
#include "kernels/step_sampler.h"

namespace keyway {
namespace {

constexpr unsigned kRowThreads = 128;

__global__ void begin_sampling_kernel(const __grid_constant__ StepSampling step, const uint32_t* mask_rows) {
  const uint32_t row = blockIdx.x * kRowThreads + threadIdx.x;
  if (row < step.sample.rows) begin_sampling(step, mask_rows, row);
}

__global__ void take_tokens_kernel(const __grid_constant__ StepSampling step, uint32_t* tokens) {
  const uint32_t row = blockIdx.x * kRowThreads + threadIdx.x;
  if (row < step.sample.rows) tokens[row] = sampled_token(step, row);
}

}  // namespace

KernelStatus sample_step_cuda(void* sampling, const uint32_t* mask_rows, uint32_t* tokens, void* stream) {
  const auto* step = static_cast<const StepSampling*>(sampling);
  if (!valid_sampling(step, mask_rows, tokens)) return KernelStatus::kBadArgument;
  if (step->sample.rows == 0) return KernelStatus::kOk;
  const unsigned blocks = (static_cast<unsigned>(step->sample.rows) + kRowThreads - 1) / kRowThreads;
  KernelStatus status = launch_kernel(begin_sampling_kernel, blocks, kRowThreads, stream, *step, mask_rows);
  if (status == KernelStatus::kOk) status = sample_rows_cuda(step->sample, stream);
  if (status == KernelStatus::kOk) status = launch_kernel(take_tokens_kernel, blocks, kRowThreads, stream, *step, tokens);
  return status;
}

KernelStatus step_cuda(const StepArguments& arguments, void* stream) { return run_step(arguments, advance_cuda, masks_cuda, stream); }

KernelStatus capture_step_cuda(const StepArguments& arguments, void* stream, void** graph) {
  const cudaStream_t cuda_stream = static_cast<cudaStream_t>(stream);
  cudaGraph_t captured = nullptr;
  cudaGraphExec_t made = nullptr;
  if (graph == nullptr || stream == nullptr) return KernelStatus::kBadArgument;
  if (cudaStreamBeginCapture(cuda_stream, cudaStreamCaptureModeThreadLocal) != cudaSuccess) {
    cudaGetLastError();  // not for the next call to find
    return KernelStatus::kNoDevice;
  }
  const KernelStatus status = step_cuda(arguments, stream);
  const bool ended = cudaStreamEndCapture(cuda_stream, &captured) == cudaSuccess;
  const bool built = ended && status == KernelStatus::kOk && cudaGraphInstantiate(&made, captured, 0) == cudaSuccess;
  if (captured != nullptr) cudaGraphDestroy(captured);
  if (!built) {
    cudaGetLastError();
    return status == KernelStatus::kOk ? KernelStatus::kNoDevice : status;
  }
  *graph = made;
  return KernelStatus::kOk;
}

cudaError_t load_step_kernels() { return load_kernels(begin_sampling_kernel, take_tokens_kernel); }

KernelStatus replay_step_cuda(void* graph, void* stream) {
  if (graph == nullptr) return KernelStatus::kBadArgument;
  const cudaError_t launched = cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph), static_cast<cudaStream_t>(stream));
  if (launched != cudaSuccess) cudaGetLastError();
  return launched == cudaSuccess ? KernelStatus::kOk : KernelStatus::kNoDevice;
}

void free_step_cuda(void* graph) {
  if (graph != nullptr) cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph));
}

}  // namespace keyway
