// cuda_sampler_machine of a build without CUDA; see sampler_machine.h. Tested by the ctest bench.sampler_without_device.
#include "kernels/device.h"
#include "tests/bench/sampler_machine.h"

namespace keyway::bench {

Result<std::unique_ptr<SamplerMachine>> cuda_sampler_machine() {
  return fail(ErrorCode::kUnsupported, probe_device().reason, "--device", "cuda", "cpu");
}

}  // namespace keyway::bench
