// The order of a step, which the twin and the device share; see step.h.
//
// Entry points: run_step.
#pragma once

#include "kernels/step.h"

namespace keyway {

using AdvanceLauncher = KernelStatus (*)(const AdvanceArguments& arguments, void* stream);

inline KernelStatus run_step(const StepArguments& step, AdvanceLauncher advance, AdvanceLauncher masks, void* stream) {
  if (step.sample == nullptr || (step.tokens == nullptr && step.advance.rows > 0)) return KernelStatus::kBadArgument;
  AdvanceArguments going_on = step.advance, taking = step.advance;
  going_on.tokens = nullptr;
  taking.tokens = step.tokens;
  KernelStatus status = advance(going_on, stream);
  if (status == KernelStatus::kOk) status = masks(going_on, stream);
  if (status == KernelStatus::kOk) status = step.sample(step.sampler, step.advance.mask_rows, step.tokens, stream);
  if (status == KernelStatus::kOk) status = advance(taking, stream);
  if (status == KernelStatus::kOk) status = masks(taking, stream);
  return status;
}

}  // namespace keyway
