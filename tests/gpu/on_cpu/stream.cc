// See stream.h. One lock for all streams: they hold it between two pieces of work only.
#include "tests/gpu/on_cpu/stream.h"

#include <algorithm>

#include "tests/gpu/on_cpu/device_memory_map.h"

using keyway::on_cpu::DeviceMap;
using keyway::on_cpu::GridRunner;
using keyway::on_cpu::Task;
using keyway::on_cpu::Work;

namespace {

// Never destroyed: legacy streams wait as long as the process is.
std::mutex& mutex = *new std::mutex;
std::condition_variable& changed = *new std::condition_variable;
std::string& first_fault = *new std::string;

bool all_ended(const std::vector<std::shared_ptr<Work>>& works) {
  return std::all_of(works.begin(), works.end(), [](const auto& work) { return work == nullptr || work->ended; });
}

}  // namespace

CUstream_st::CUstream_st(int of_device, bool with_legacy) : device(of_device), blocks(with_legacy), thread_([this] { work(); }) {}

CUstream_st::~CUstream_st() {
  {
    const std::lock_guard lock(mutex);
    stop_ = true;
  }
  changed.notify_all();
  thread_.join();
}

std::shared_ptr<Work> CUstream_st::queue(Task task, std::vector<std::shared_ptr<Work>> after) {
  auto work = std::make_shared<Work>(Work{std::move(task), std::move(after)});
  {
    const std::lock_guard lock(mutex);
    queue_.push_back(work);
    last_ = work;
  }
  changed.notify_all();
  return work;
}

std::shared_ptr<Work> CUstream_st::last() const {
  const std::lock_guard lock(mutex);
  return last_;
}

void CUstream_st::wait(const std::shared_ptr<Work>& work) {
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return work == nullptr || work->ended; });
}

std::string CUstream_st::fault() {
  const std::lock_guard lock(mutex);
  return first_fault;
}

void CUstream_st::forget_faults() {
  const std::lock_guard lock(mutex);
  first_fault.clear();
}

void CUstream_st::work() {
  GridRunner runner;
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [&] { return queue_.empty() ? stop_ : all_ended(queue_.front()->after); });
    if (queue_.empty()) return;
    const std::shared_ptr<Work> work = queue_.front();
    queue_.pop_front();
    std::string fault;
    if (first_fault.empty()) {  // after a fault a device does nothing more
      lock.unlock();
      DeviceMap::instance().begin_work();
      fault = work->task(runner);
      DeviceMap::instance().end_work();
      lock.lock();
    }
    if (first_fault.empty()) first_fault = std::move(fault);
    work->ended = true;
    work->task = nullptr;
    work->after.clear();
    changed.notify_all();
  }
}
