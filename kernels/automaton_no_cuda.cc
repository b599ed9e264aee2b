// The device side of automaton.h and device_memory.h in a build without CUDA: says so.
//
// Tested by tests/runtime/automaton_mirror_test.cc.
#include "kernels/automaton.h"
#include "kernels/device_memory.h"

namespace keyway {

KernelStatus advance_cuda(const AdvanceArguments& arguments, void*) {
  return valid_arguments(arguments) ? KernelStatus::kNoDevice : KernelStatus::kBadArgument;
}
KernelStatus masks_cuda(const AdvanceArguments& arguments, void*) { return advance_cuda(arguments); }
KernelStatus rollback_cuda(const AdvanceArguments& arguments, void*) { return advance_cuda(arguments); }
KernelStatus fork_cuda(const AdvanceArguments& arguments, void*) { return advance_cuda(arguments); }

std::unique_ptr<DeviceMemory> cuda_memory(const char*& why) {
  why = "this build has no CUDA: configure with the preset cuda on a machine with nvcc";
  return nullptr;
}

}  // namespace keyway
