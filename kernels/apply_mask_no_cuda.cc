// apply_mask_cuda of a build without CUDA: says so, see apply_mask.h.
//
// Tested by tests/kernels/apply_mask_test.cc.
#include "kernels/apply_mask.h"

namespace keyway {

KernelStatus apply_mask_cuda(const ApplyMaskArguments& arguments, void*) {
  return valid_arguments(arguments) ? KernelStatus::kNoDevice : KernelStatus::kBadArgument;
}

}  // namespace keyway
