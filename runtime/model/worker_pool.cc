// Rounds of tasks over waiting threads; see worker_pool.h.
#include "runtime/model/worker_pool.h"

#include <system_error>

namespace keyway {

Result<std::unique_ptr<WorkerPool>> WorkerPool::create(uint32_t threads) {
  auto pool = std::make_unique<WorkerPool>();
  try {
    for (uint32_t worker = 1; worker < threads; ++worker) {
      pool->workers_.emplace_back([self = pool.get(), worker] { self->work(worker); });
    }
  } catch (const std::system_error&) {
    return fail(ErrorCode::kLimit, "the system gives no more threads", {},
                std::to_string(threads) + " threads", std::to_string(pool->threads()));
  }
  return pool;
}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(state_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void WorkerPool::run(size_t tasks, const Task& task) {
  const std::unique_lock caller(caller_, std::try_to_lock);
  if (workers_.empty() || tasks < 2 || !caller.owns_lock()) {
    for (size_t index = 0; index < tasks; ++index) task(index, 0);
    return;
  }
  {
    const std::lock_guard lock(state_);
    task_ = &task;
    tasks_ = tasks;
    next_ = 0;
    busy_ = static_cast<uint32_t>(workers_.size());
    ++round_;
  }
  changed_.notify_all();
  take_tasks(0);
  std::unique_lock lock(state_);
  changed_.wait(lock, [this] { return busy_ == 0; });
}

void WorkerPool::take_tasks(uint32_t worker) {
  for (size_t index = next_++; index < tasks_; index = next_++) (*task_)(index, worker);
}

void WorkerPool::work(uint32_t worker) {
  uint64_t seen = 0;
  while (true) {
    {
      std::unique_lock lock(state_);
      changed_.wait(lock, [&] { return stopping_ || round_ != seen; });
      if (stopping_) return;
      seen = round_;
    }
    take_tasks(worker);
    const std::lock_guard lock(state_);
    if (--busy_ == 0) changed_.notify_all();
  }
}

}  // namespace keyway
