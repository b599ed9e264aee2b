// The CPU twin of a step; see step.h. Tested by tests/runtime/device_step_test.cc.
#include "kernels/step_order.h"

namespace keyway {

KernelStatus step_cpu(const StepArguments& arguments, void* stream) { return run_step(arguments, advance_cpu, masks_cpu, stream); }

}  // namespace keyway
