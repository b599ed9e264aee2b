// The CPU twins of a step and of its sampler; see step.h and step_sampler.h. Tested by tests/runtime/device_step_test.cc.
#include "kernels/step_order.h"
#include "kernels/step_sampler.h"

namespace keyway {

KernelStatus step_cpu(const StepArguments& arguments, void* stream) { return run_step(arguments, advance_cpu, masks_cpu, stream); }

KernelStatus sample_step_cpu(void* sampling, const uint32_t* mask_rows, uint32_t* tokens, void* stream) {
  const auto* step = static_cast<const StepSampling*>(sampling);
  if (!valid_sampling(step, mask_rows, tokens)) return KernelStatus::kBadArgument;
  for (uint32_t row = 0; row < step->sample.rows; ++row) begin_sampling(*step, mask_rows, row);
  const KernelStatus sampled = sample_rows_cpu(step->sample, stream);
  for (uint32_t row = 0; row < step->sample.rows && sampled == KernelStatus::kOk; ++row) tokens[row] = sampled_token(*step, row);
  return sampled;
}

}  // namespace keyway
