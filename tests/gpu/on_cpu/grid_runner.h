// Runs the blocks of a grid on the CPU: the threads of a block are contexts that take turns at barriers, blocks run on two threads of
// the machine in any order.
//
// Entry point: GridRunner::run. Invariant: within a block nothing orders two threads but barriers, and between blocks nothing but
// atomic operations with fences on both sides; the thread sanitizer is told so, and finds as a race what would be one on a device
// (racecheck). What a block may not do is its fault: threads that wait at different barriers, or end where others wait (synccheck).
// Thread safety: one call of run at a time; runners of several streams run beside one another. Tested by on_cpu_test.cc.
#pragma once

#include <cuda_runtime.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace keyway::on_cpu {

struct Grid {
  dim3 blocks;
  unsigned threads = 0;  // of a block
  std::function<void()> thread;
  uint64_t seed = 0;  // of the order of blocks and threads
};

class GridRunner {
 public:
  GridRunner();
  ~GridRunner();
  GridRunner(const GridRunner&) = delete;
  GridRunner& operator=(const GridRunner&) = delete;

  // Returns when all blocks have ended. The first fault of a block; empty where there is none.
  std::string run(const Grid& grid);

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  const Grid* grid_ = nullptr;
  uint64_t grids_ = 0;  // that were begun
  size_t working_ = 0;
  bool stop_ = false;
  std::string fault_;
  std::atomic<uint64_t> next_block_ = 0;
  std::vector<std::thread> workers_;
};

}  // namespace keyway::on_cpu
