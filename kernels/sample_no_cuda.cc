// The _cuda functions of sample_rows.h in a build without CUDA: they say so.
//
// Tested by tests/kernels/sample_rows_test.cc.
#include "kernels/sample_rows.h"

namespace keyway {

KernelStatus sample_rows_cuda(const SampleArguments& arguments, void*) {
  return valid_arguments(arguments) ? KernelStatus::kNoDevice : KernelStatus::kBadArgument;
}

KernelStatus sample_shard_cuda(const SampleArguments& arguments, size_t, void*) {
  return valid_arguments(arguments) ? KernelStatus::kNoDevice : KernelStatus::kBadArgument;
}

KernelStatus sample_merge_cuda(const SampleArguments& arguments, void*) {
  return valid_arguments(arguments) ? KernelStatus::kNoDevice : KernelStatus::kBadArgument;
}

KernelStatus read_logits_cuda(const SampleArguments& arguments, uint64_t*, void*) {
  return valid_arguments(arguments) ? KernelStatus::kNoDevice : KernelStatus::kBadArgument;
}

}  // namespace keyway
