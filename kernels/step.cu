// A step on a device, and as a graph; see step.h. The reference is step_cpu.cc, the order of both step_order.h.
//
// Nobody has run this on a device yet: kernels/automaton_README.md.
#include <cuda_runtime.h>

#include "kernels/step_order.h"

namespace keyway {

KernelStatus step_cuda(const StepArguments& arguments, void* stream) { return run_step(arguments, advance_cuda, masks_cuda, stream); }

KernelStatus capture_step_cuda(const StepArguments& arguments, void* stream, void** graph) {
  const cudaStream_t cuda_stream = static_cast<cudaStream_t>(stream);
  cudaGraph_t captured = nullptr;
  cudaGraphExec_t made = nullptr;
  if (graph == nullptr) return KernelStatus::kBadArgument;
  if (cudaStreamBeginCapture(cuda_stream, cudaStreamCaptureModeThreadLocal) != cudaSuccess) return KernelStatus::kNoDevice;
  const KernelStatus status = step_cuda(arguments, stream);
  const bool ended = cudaStreamEndCapture(cuda_stream, &captured) == cudaSuccess;
  const bool built = ended && status == KernelStatus::kOk && cudaGraphInstantiate(&made, captured, 0) == cudaSuccess;
  if (captured != nullptr) cudaGraphDestroy(captured);
  if (!built) return status == KernelStatus::kOk ? KernelStatus::kNoDevice : status;
  *graph = made;
  return KernelStatus::kOk;
}

KernelStatus replay_step_cuda(void* graph, void* stream) {
  if (graph == nullptr) return KernelStatus::kBadArgument;
  const cudaError_t launched = cudaGraphLaunch(static_cast<cudaGraphExec_t>(graph), static_cast<cudaStream_t>(stream));
  return launched == cudaSuccess ? KernelStatus::kOk : KernelStatus::kNoDevice;
}

void free_step_cuda(void* graph) {
  if (graph != nullptr) cudaGraphExecDestroy(static_cast<cudaGraphExec_t>(graph));
}

}  // namespace keyway
