// Where keyway-bench sampler runs: one batch on one device, sampled, read and copied.
//
// Entry points: cpu_sampler_machine, cuda_sampler_machine. Invariant: what is timed is what sample() did, on the same
// memory. Tested by the ctest bench.sampler.
#pragma once

#include <memory>
#include <vector>

#include "grammar/error.h"
#include "tests/kernels/sample_cases.h"

namespace keyway::bench {

enum class SamplerWork {
  kSample,  // the whole step
  kRead,    // the logits, once
  kCopy,    // the logits to another place
};

class SamplerMachine {
 public:
  virtual ~SamplerMachine() = default;
  virtual const char* name() const = 0;
  // `batch` stays alive and unchanged while it is loaded. Errors: kLimit where the device has no memory for it.
  virtual Status load(SampleBatch& batch) = 0;
  virtual Result<std::vector<SampleOutcome>> sample() = 0;
  // Median microseconds of one call.
  virtual double time_us(SamplerWork work, size_t repeats) = 0;
};

std::unique_ptr<SamplerMachine> cpu_sampler_machine();
// Errors: kUnsupported with the reason of probe_device.
Result<std::unique_ptr<SamplerMachine>> cuda_sampler_machine();

}  // namespace keyway::bench
