// keyway_device.h with KEYWAY_DEVICE_CUDA, as a serving engine calls it: a step captured once and replayed, a thread that serves.
#include <cuda_runtime.h>

#include <atomic>
#include <random>
#include <thread>

#include "runtime/keyway_device.h"
#include "tests/runtime/c_api_support.h"

namespace keyway::test {
namespace {

using DeviceHandle = std::unique_ptr<keyway_device, Closer<keyway_device_close>>;
constexpr uint32_t kRows = 4, kSteps = 40;

template <typename T>
T* on_device(size_t count) {
  void* memory = nullptr;
  EXPECT_EQ(cudaMalloc(&memory, count * sizeof(T)), cudaSuccess);
  EXPECT_EQ(cudaMemset(memory, 0, count * sizeof(T)), cudaSuccess);
  return static_cast<T*>(memory);
}

template <typename T>
T* on_device(const std::vector<T>& values) {
  T* memory = on_device<T>(values.size());
  EXPECT_EQ(cudaMemcpy(memory, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice), cudaSuccess);
  return memory;
}

DeviceHandle open_cuda() {
  keyway_device* made = nullptr;
  char* error = nullptr;
  EXPECT_EQ(keyway_device_open(tiny(), KEYWAY_DEVICE_CUDA, kRows, 256, &made, &error), 0) << (error ? error : "");
  keyway_free(error);
  return DeviceHandle(made);
}

// Rows of three grammars and one without. The device is the second one, and the thread that serves has the first.
TEST(CApiCuda, ACapturedStepIsReplayedWhileAThreadServes) {
  ASSERT_EQ(cudaSetDevice(1), cudaSuccess);
  const DeviceHandle device = open_cuda();
  std::vector<GrammarHandle> grammars;
  grammars.push_back(compile("json_schema", R"({"type": "object", "properties": {"a": {"type": "integer"}, "b": {"maxLength": 9}}})"));
  grammars.push_back(compile("json_schema", R"({"type": "array", "items": {"enum": ["x", 7, null]}, "uniqueItems": true})"));
  grammars.push_back(compile("regex", "[a-z ]*[.!]"));
  for (uint32_t s = 0; s + 1 < kRows; ++s) ASSERT_EQ(keyway_device_begin(device.get(), s, grammars[s].get(), nullptr), 0);

  const size_t vocabulary = keyway_vocab_size(tiny());
  std::mt19937 random(3);
  std::vector<float> logits(kRows * vocabulary);
  for (float& logit : logits) logit = static_cast<float>(random() % 1000) / 200;
  std::vector<keyway_sample_request> requests(kRows);
  for (uint32_t r = 0; r < kRows; ++r) {
    requests[r].temperature = 1;
    requests[r].top_p = r % 2 == 0 ? 0.9f : 1.0f;
    requests[r].top_k = r == 1 ? 40 : 0;
    requests[r].repetition_penalty = 1;
    requests[r].seed = 5;
    requests[r].stream = r;
    requests[r].wants_mass = 1;
  }
  const std::vector<float> before = logits;
  keyway_device_step_batch step = {};
  step.batch = {nullptr, nullptr, on_device<uint32_t>(kRows), on_device<uint32_t>(kRows), kRows};
  step.tokens = on_device<uint32_t>(kRows);
  step.logits = on_device(logits);
  step.stride = vocabulary;
  step.requests = on_device(requests);
  step.outcomes = on_device<keyway_sample_outcome>(kRows);
  step.scratch = on_device<char>(keyway_device_scratch_bytes(device.get(), kRows, 1));

  cudaStream_t stream = nullptr;
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t made = nullptr;
  ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
  std::atomic<bool> done = false;
  std::thread server([&] {
    while (!done) {
      EXPECT_GE(keyway_device_serve(device.get()), 0);
      std::this_thread::yield();
    }
  });
  EXPECT_EQ(cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal), cudaSuccess);
  EXPECT_EQ(keyway_device_step(device.get(), &step, stream), 0);
  EXPECT_EQ(cudaStreamEndCapture(stream, &graph), cudaSuccess);
  ASSERT_NE(graph, nullptr);
  EXPECT_EQ(cudaGraphInstantiate(&made, graph, 0), cudaSuccess);
  for (uint32_t i = 0; i < kSteps; ++i) {
    EXPECT_EQ(cudaGraphLaunch(made, stream), cudaSuccess);
    EXPECT_EQ(i % 8 == 7 ? cudaStreamSynchronize(stream) : cudaSuccess, cudaSuccess);
  }
  EXPECT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
  done = true;
  server.join();

  ASSERT_EQ(cudaMemcpy(logits.data(), step.logits, logits.size() * sizeof(float), cudaMemcpyDeviceToHost), cudaSuccess);
  EXPECT_EQ(logits, before) << "logits are never written";
  uint32_t taken[kSteps];
  EXPECT_EQ(keyway_device_tokens(device.get(), kRows - 1, 0, taken, kSteps), static_cast<int>(kSteps)) << "what has no grammar never waits";
  for (uint32_t s = 0; s + 1 < kRows; ++s) {
    const int count = keyway_device_tokens(device.get(), s, 0, taken, kSteps);
    EXPECT_GT(count, 0) << s;
    const MatcherHandle matcher = open(grammars[s]);
    for (int i = 0; i < count; ++i) ASSERT_EQ(keyway_accept(matcher.get(), taken[i]), 1) << s << " " << i;
  }
  cudaGraphExecDestroy(made);
  cudaGraphDestroy(graph);
  cudaStreamDestroy(stream);
  const auto release = [](const auto*... memory) {
    for (const void* each : {static_cast<const void*>(memory)...}) EXPECT_EQ(cudaFree(const_cast<void*>(each)), cudaSuccess);
  };
  release(step.batch.outcomes, step.batch.mask_rows, step.tokens, static_cast<const char*>(step.logits), step.requests, step.outcomes,
          static_cast<const char*>(step.scratch));
  ASSERT_EQ(cudaSetDevice(0), cudaSuccess);
}

}  // namespace
}  // namespace keyway::test
