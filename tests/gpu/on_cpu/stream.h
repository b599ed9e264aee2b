// Streams: what is queued runs later, in its order, on a thread of the stream.
//
// Entry points: CUstream_st (queue, wait), Work. Invariant: work of a stream begins when all work that it comes after has ended; work of
// different streams may run at once. The legacy stream and those that block wait for one another (CUDA Runtime API, "Stream
// synchronization behavior"). Thread safety: any thread may queue and wait.
#pragma once

#include <cuda_runtime.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/gpu/on_cpu/grid_runner.h"

namespace keyway::on_cpu {

// What a stream does in one go: a grid, a copy. Returns its fault, empty where there is none.
using Task = std::function<std::string(GridRunner& runner)>;

struct Work {
  Task task;
  std::vector<std::shared_ptr<Work>> after;
  bool ended = false;
};

}  // namespace keyway::on_cpu

struct CUgraph_st {
  std::vector<keyway::on_cpu::Task> tasks;
};
struct CUgraphExec_st {
  std::vector<keyway::on_cpu::Task> tasks;
};

struct CUevent_st {
  std::shared_ptr<keyway::on_cpu::Work> work;         // that came before it was recorded, itself the last
  std::chrono::steady_clock::time_point happened = {};  // written by it
};

struct CUstream_st {
 public:
  CUstream_st(int of_device, bool with_legacy);
  ~CUstream_st();  // waits for all that is queued
  CUstream_st(const CUstream_st&) = delete;
  CUstream_st& operator=(const CUstream_st&) = delete;

  std::shared_ptr<keyway::on_cpu::Work> queue(keyway::on_cpu::Task task, std::vector<std::shared_ptr<keyway::on_cpu::Work>> after);
  std::shared_ptr<keyway::on_cpu::Work> last() const;
  static void wait(const std::shared_ptr<keyway::on_cpu::Work>& work);
  // The first fault of any work of any stream; empty where there is none.
  static std::string fault();
  static void forget_faults();

  const int device;
  const bool blocks;  // together with the legacy stream
  // While it is captured: what would have been queued, by whom and how.
  std::unique_ptr<CUgraph_st> captured;
  std::thread::id captured_by;
  cudaStreamCaptureMode capture_mode = cudaStreamCaptureModeGlobal;
  bool invalidated = false;

 private:
  void work();

  std::deque<std::shared_ptr<keyway::on_cpu::Work>> queue_;
  std::shared_ptr<keyway::on_cpu::Work> last_;
  bool stop_ = false;
  std::thread thread_;
};
