// The device side of automaton.h, step.h, step_sampler.h and device_memory.h in a build without CUDA: says so.
//
// Tested by tests/runtime/automaton_mirror_test.cc.
#include "kernels/automaton.h"
#include "kernels/device_memory.h"
#include "kernels/step_sampler.h"

namespace keyway {

KernelStatus advance_cuda(const AdvanceArguments& arguments, void*) {
  return valid_arguments(arguments) ? KernelStatus::kNoDevice : KernelStatus::kBadArgument;
}
KernelStatus masks_cuda(const AdvanceArguments& arguments, void*) { return advance_cuda(arguments); }
KernelStatus rollback_cuda(const AdvanceArguments& arguments, void*) { return advance_cuda(arguments); }
KernelStatus fork_cuda(const AdvanceArguments& arguments, void*) { return advance_cuda(arguments); }

KernelStatus step_cuda(const StepArguments& arguments, void*) { return advance_cuda(arguments.advance); }
KernelStatus sample_step_cuda(void* sampling, const uint32_t* mask_rows, uint32_t* tokens, void*) {
  return valid_sampling(static_cast<const StepSampling*>(sampling), mask_rows, tokens) ? KernelStatus::kNoDevice : KernelStatus::kBadArgument;
}
KernelStatus capture_step_cuda(const StepArguments& arguments, void*, void**) { return advance_cuda(arguments.advance); }
KernelStatus replay_step_cuda(void* graph, void*) { return graph == nullptr ? KernelStatus::kBadArgument : KernelStatus::kNoDevice; }
void free_step_cuda(void*) {}

std::unique_ptr<DeviceMemory> cuda_memory(const char*& why) {
  why = "this build has no CUDA: configure it with -DKEYWAY_CUDA=ON where nvcc is installed";
  return nullptr;
}

}  // namespace keyway
