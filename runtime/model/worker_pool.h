// A fixed set of threads that share the tasks of one loop.
//
// Entry points: WorkerPool::create, run.
// Invariant: run returns after every task has run exactly once; with one thread, or while another caller has
// the pool, the tasks run on the calling thread. Thread safety: run may be called from many threads. Tested
// by tests/runtime/model_test.cc.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "grammar/error.h"

namespace keyway {

class WorkerPool {
 public:
  // task(index, worker): worker is below threads(), and no two tasks of one run have the same worker at once.
  using Task = std::function<void(size_t index, uint32_t worker)>;

  // Errors: kLimit when the system gives no threads.
  static Result<std::unique_ptr<WorkerPool>> create(uint32_t threads);
  ~WorkerPool();

  uint32_t threads() const { return static_cast<uint32_t>(workers_.size()) + 1; }
  // Requires: task does not throw and does not call run.
  void run(size_t tasks, const Task& task);

 private:
  void work(uint32_t worker);
  void take_tasks(uint32_t worker);

  std::mutex caller_;  // held by the run that has the workers
  std::mutex state_;
  std::condition_variable changed_;
  uint64_t round_ = 0;     // guarded by state_; counts runs
  uint32_t busy_ = 0;      // guarded by state_; workers that have not finished this round
  bool stopping_ = false;  // guarded by state_
  const Task* task_ = nullptr;
  size_t tasks_ = 0;
  std::atomic<size_t> next_ = 0;
  std::vector<std::thread> workers_;
};

}  // namespace keyway
