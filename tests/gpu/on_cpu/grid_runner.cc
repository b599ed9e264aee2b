// See grid_runner.h.
#include "tests/gpu/on_cpu/grid_runner.h"

#include "tests/gpu/on_cpu/block_runner.h"

namespace keyway::on_cpu {

constexpr size_t kWorkers = 2;

GridRunner::GridRunner() {
  for (size_t i = 0; i < kWorkers; ++i) workers_.emplace_back([this] { work(); });
}

GridRunner::~GridRunner() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

std::string GridRunner::run(const Grid& grid) {
  std::unique_lock lock(mutex_);
  grid_ = &grid;
  fault_.clear();
  next_block_.store(0, std::memory_order_relaxed);
  working_ = workers_.size();
  ++grids_;
  changed_.notify_all();
  changed_.wait(lock, [&] { return working_ == 0; });
  return fault_;
}

void GridRunner::work() {
  BlockRunner runner;
  uint64_t done = 0;
  for (;;) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stop_ || grids_ > done; });
    if (stop_) return;
    done = grids_;
    const Grid& grid = *grid_;
    lock.unlock();
    const uint64_t blocks = uint64_t{grid.blocks.x} * grid.blocks.y * grid.blocks.z;
    std::string fault;
    for (uint64_t block; fault.empty() && (block = next_block_.fetch_add(1, std::memory_order_relaxed)) < blocks;) {
      fault = runner.run(grid, block);
    }
    lock.lock();
    if (fault_.empty()) fault_ = fault;
    if (--working_ == 0) changed_.notify_all();
  }
}

}  // namespace keyway::on_cpu
