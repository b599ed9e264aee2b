// The GPU of keyway-bench sampler; see sampler_machine.h. Built where nvcc is. Times are those of the device: events around
// calls back to back on one stream. Tested by tests/gpu/run.sh.
#include <cuda_runtime.h>

#include "kernels/device.h"
#include "tests/bench/sampler_machine.h"
#include "tests/bench/timing.h"
#include "tests/gpu/device_batch.h"

namespace keyway::bench {
namespace {

constexpr size_t kCallsInARow = 20;

class CudaSamplerMachine : public SamplerMachine {
 public:
  explicit CudaSamplerMachine(const char* name) : name_(name) {
    cudaStreamCreate(&stream_);
    cudaEventCreate(&begin_);
    cudaEventCreate(&end_);
  }
  ~CudaSamplerMachine() override {
    cudaFree(copy_);
    cudaEventDestroy(begin_);
    cudaEventDestroy(end_);
    cudaStreamDestroy(stream_);
  }
  CudaSamplerMachine(const CudaSamplerMachine&) = delete;
  CudaSamplerMachine& operator=(const CudaSamplerMachine&) = delete;

  const char* name() const override { return name_.c_str(); }

  Status load(SampleBatch& batch) override {
    device_.reset();
    cudaFree(copy_);
    copy_ = nullptr;
    device_ = std::make_unique<DeviceBatch>(batch);
    bytes_ = batch.logits[0].size();
    if (device_->error() == cudaSuccess && cudaMalloc(&copy_, bytes_) == cudaSuccess) return {};
    cudaGetLastError();
    return fail(ErrorCode::kLimit, "the batch does not fit into the device's memory");
  }

  Result<std::vector<SampleOutcome>> sample() override {
    call(SamplerWork::kSample);
    std::vector<SampleOutcome> outcomes = device_->outcomes();
    if (device_->error() == cudaSuccess) return outcomes;
    return fail(ErrorCode::kMismatch, "the device failed", {}, cudaGetErrorString(device_->error()));
  }

  double time_us(SamplerWork work, size_t repeats) override {
    std::vector<double> times;
    for (size_t i = 0; i < 3; ++i) call(work);
    for (size_t i = 0; i < repeats; ++i) {
      cudaEventRecord(begin_, stream_);
      for (size_t j = 0; j < kCallsInARow; ++j) call(work);
      cudaEventRecord(end_, stream_);
      cudaEventSynchronize(end_);
      float milliseconds = 0;
      cudaEventElapsedTime(&milliseconds, begin_, end_);
      times.push_back(static_cast<double>(milliseconds) * 1'000 / kCallsInARow);
    }
    return median(times);
  }

 private:
  void call(SamplerWork work) {
    const SampleArguments& arguments = device_->arguments();
    switch (work) {
      case SamplerWork::kSample: sample_rows_cuda(arguments, stream_); break;
      case SamplerWork::kRead: read_logits_cuda(arguments, device_->sums(), stream_); break;
      case SamplerWork::kCopy:
        cudaMemcpyAsync(copy_, arguments.shards[0].logits, bytes_, cudaMemcpyDeviceToDevice, stream_);
        break;
    }
  }

  std::string name_;
  cudaStream_t stream_ = nullptr;
  cudaEvent_t begin_ = nullptr, end_ = nullptr;
  std::unique_ptr<DeviceBatch> device_;
  void* copy_ = nullptr;
  size_t bytes_ = 0;
};

}  // namespace

Result<std::unique_ptr<SamplerMachine>> cuda_sampler_machine() {
  const DeviceProbe probe = probe_device();
  if (!probe.usable) return fail(ErrorCode::kUnsupported, probe.reason, "--device", "cuda", "cpu");
  return std::unique_ptr<SamplerMachine>(std::make_unique<CudaSamplerMachine>(probe.name));
}

}  // namespace keyway::bench
