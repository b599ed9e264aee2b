// The CPU of keyway-bench sampler; see sampler_machine.h. Tested by the ctest bench.sampler.
#include <cstring>

#include "tests/bench/sampler_machine.h"
#include "tests/bench/timing.h"

namespace keyway::bench {
namespace {

class CpuSamplerMachine : public SamplerMachine {
 public:
  const char* name() const override { return "cpu"; }

  Status load(SampleBatch& batch) override {
    batch_ = &batch;
    sums_.assign(batch.shape.rows, 0);
    copy_.resize(batch.logits[0].size());
    return {};
  }

  Result<std::vector<SampleOutcome>> sample() override {
    if (sample_rows_cpu(batch_->arguments()) != KernelStatus::kOk) return fail(ErrorCode::kInvalid, "the batch is not valid");
    return batch_->outcomes;
  }

  double time_us(SamplerWork work, size_t repeats) override {
    std::vector<double> times;
    const SampleArguments arguments = batch_->arguments();
    for (size_t i = 0; i < repeats; ++i) {
      const Clock::time_point start = Clock::now();
      switch (work) {
        case SamplerWork::kSample: sample_rows_cpu(arguments); break;
        case SamplerWork::kRead: read_logits_cpu(arguments, sums_.data()); break;
        case SamplerWork::kCopy: std::memcpy(copy_.data(), batch_->logits[0].data(), copy_.size()); break;
      }
      times.push_back(us_since(start));
    }
    return median(times);
  }

 private:
  SampleBatch* batch_ = nullptr;
  std::vector<uint64_t> sums_;
  std::vector<unsigned char> copy_;
};

}  // namespace

std::unique_ptr<SamplerMachine> cpu_sampler_machine() { return std::make_unique<CpuSamplerMachine>(); }

}  // namespace keyway::bench
