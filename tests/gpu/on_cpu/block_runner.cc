// See block_runner.h.
#include "tests/gpu/on_cpu/block_runner.h"

#include <sys/mman.h>

#include <numeric>

#include "tests/gpu/on_cpu/context_switch.h"
#include "tests/gpu/on_cpu/sanitizers.h"

namespace keyway::on_cpu {
namespace {

constexpr size_t kStackBytes = 256 << 10, kGuardBytes = 4096;
constexpr unsigned kWarp = 32;

thread_local std::atomic<BlockRunner*> runner_here = nullptr;

// The i-th of `count` in an order that a number chooses: forwards, backwards or in steps.
uint64_t in_order(uint64_t i, uint64_t count, uint64_t seed) {
  if (seed % 3 == 0) return i;
  if (seed % 3 == 1) return count - 1 - i;
  uint64_t step = 1 + seed / 3 % count;
  while (std::gcd(step, count) != 1) ++step;
  return (i * step + seed / 7) % count;
}

}  // namespace

BlockRunner::BlockRunner() : sanitizer_thread_(thread_here()) { runner_here.store(this, std::memory_order_relaxed); }

BlockRunner::~BlockRunner() {
  for (const auto& thread : threads_) {
    munmap(thread->stack - kGuardBytes, kStackBytes + kGuardBytes);
    thread_gone(thread->sanitizer_thread);
  }
}

BlockRunner& BlockRunner::current() { return *runner_here.load(std::memory_order_relaxed); }

void BlockRunner::enter() {
  BlockRunner& runner = current();
  Thread& self = runner.self();
  enter_stack(nullptr, &runner.stack_bottom_, &runner.stack_size_);
  for (;;) {
    ordered_after(&runner.order_);
    self.fenced = false;
    self.read_words.clear();
    runner.grid_->thread();
    ordered_before(&runner.order_);
    runner.leave(self, Waits::kEnded);
  }
}

// A thread that begins with its first switch.
void BlockRunner::prepare(Thread& thread) {
  if (thread.sanitizer_thread != nullptr) thread_gone(thread.sanitizer_thread);
  thread.sanitizer_thread = thread_made();
  thread.sanitizer_stack = nullptr;
  thread.context = fresh_context(thread.stack + kStackBytes, enter);
}

void BlockRunner::resume(unsigned thread) {
  Thread& next = *threads_[thread];
  running_.store(thread, std::memory_order_relaxed);
  next.waits.store(Waits::kNot, std::memory_order_relaxed);
  leave_stack(&sanitizer_stack_, next.stack, kStackBytes);
  switch_thread(next.sanitizer_thread);
  keyway_on_cpu_switch(&context_, next.context);
  enter_stack(sanitizer_stack_, nullptr, nullptr);
}

void BlockRunner::leave(Thread& thread, Waits waits) {
  thread.waits.store(waits, std::memory_order_relaxed);
  leave_stack(&thread.sanitizer_stack, stack_bottom_, stack_size_);
  switch_thread(sanitizer_thread_);
  keyway_on_cpu_switch(&thread.context, context_);
  enter_stack(thread.sanitizer_stack, nullptr, nullptr);
}

void BlockRunner::wait(Thread& thread, Waits what, unsigned long long value, std::source_location where) {
  thread.value.store(value, std::memory_order_relaxed);
  thread.file.store(where.file_name(), std::memory_order_relaxed);
  thread.line.store(where.line(), std::memory_order_relaxed);
  leave(thread, what);
}

int BlockRunner::barrier(int value, std::source_location where) {
  Thread& thread = self();
  ordered_before(&order_);
  wait(thread, Waits::kBarrier, static_cast<unsigned long long>(value), where);
  ordered_after(&order_);
  return static_cast<int>(thread.held());
}

unsigned long long BlockRunner::shuffle_xor(unsigned long long value, int lanes, std::source_location where) {
  Thread& thread = self();
  thread.lanes.store(lanes, std::memory_order_relaxed);
  wait(thread, Waits::kShuffle, value, where);
  return thread.held();
}

// Two threads are in order where one wrote, fenced and set a word, and the other read the word, fenced and read.
void BlockRunner::fence() {
  Thread& thread = self();
  thread.fenced = true;
  for (void* word : thread.read_words) ordered_after(word);
  thread.read_words.clear();
}

void BlockRunner::before_atomic(void* word) {
  if (self().fenced) ordered_before(word);
}

void BlockRunner::after_atomic(void* word) { self().read_words.push_back(word); }

bool BlockRunner::pass_barrier() {
  unsigned long long sum = 0;
  for (size_t i = 0; i < count_; ++i) {
    const Thread& thread = *threads_[i];
    if (thread.waiting() != Waits::kBarrier || !thread.is_where(*threads_[0])) return false;
    sum += thread.held();
  }
  for (size_t i = 0; i < count_; ++i) threads_[i]->go_on(sum);
  return true;
}

// Those warps whose threads all wait at one shuffle.
bool BlockRunner::pass_shuffles() {
  bool any = false;
  for (size_t begin = 0; begin + kWarp <= count_; begin += kWarp) {
    unsigned long long values[kWarp];
    const Thread& first = *threads_[begin];
    const int lanes = first.lanes.load(std::memory_order_relaxed);
    bool all = true;
    for (size_t i = 0; i < kWarp; ++i) {
      const Thread& thread = *threads_[begin + i];
      all = all && thread.waiting() == Waits::kShuffle && thread.is_where(first) && thread.lanes.load(std::memory_order_relaxed) == lanes;
      values[i] = thread.held();
    }
    for (size_t i = 0; all && i < kWarp; ++i) threads_[begin + i]->go_on(values[(i ^ static_cast<unsigned>(lanes)) % kWarp]);
    any = any || all;
  }
  return any;
}

std::string BlockRunner::fault() const {
  for (size_t i = 0; i < count_; ++i) {
    const Thread& thread = *threads_[i];
    if (thread.waiting() == Waits::kEnded) continue;
    return "thread " + std::to_string(i) + " of block " + std::to_string(block_.x) + " waits at " + thread.at_file() + ":" +
           std::to_string(thread.at_line()) + ", where not all others come";
  }
  return {};
}

std::string BlockRunner::run(const Grid& grid, uint64_t block) {
  grid_ = &grid;
  count_ = grid.threads;
  const uint64_t blocks = uint64_t{grid.blocks.x} * grid.blocks.y * grid.blocks.z, at = in_order(block, blocks, grid.seed);
  block_ = {static_cast<unsigned>(at % grid.blocks.x), static_cast<unsigned>(at / grid.blocks.x % grid.blocks.y),
            static_cast<unsigned>(at / grid.blocks.x / grid.blocks.y)};
  while (threads_.size() < count_) {
    threads_.push_back(std::make_unique<Thread>());
    void* mapped = mmap(nullptr, kStackBytes + kGuardBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) return "no memory for a thread's stack";
    mprotect(mapped, kGuardBytes, PROT_NONE);
    threads_.back()->stack = static_cast<char*>(mapped) + kGuardBytes;
    prepare(*threads_.back());
  }
  for (size_t i = 0; i < count_; ++i) threads_[i]->waits.store(Waits::kNot, std::memory_order_relaxed);
  ordered_before(&order_);
  for (uint64_t round = grid.seed + at;; round = round * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u) {
    size_t ended = 0;
    for (size_t i = 0; i < count_; ++i) {
      const unsigned thread = static_cast<unsigned>(in_order(i, count_, round >> 33));
      if (threads_[thread]->waiting() == Waits::kNot) resume(thread);
      ended += threads_[thread]->waiting() == Waits::kEnded;
    }
    if (ended == count_) break;
    if (pass_barrier() || pass_shuffles()) continue;
    std::string wrong = fault();
    for (size_t i = 0; i < count_; ++i) prepare(*threads_[i]);
    return wrong;
  }
  ordered_after(&order_);
  return {};
}

uint3 thread_index() { return BlockRunner::current().thread(); }
uint3 block_index() { return BlockRunner::current().block(); }
dim3 grid_size() { return BlockRunner::current().blocks(); }
int barrier(int value, std::source_location where) { return BlockRunner::current().barrier(value, where); }
void fence() { BlockRunner::current().fence(); }

unsigned long long shuffle_xor(unsigned long long value, int lanes, std::source_location where) {
  return BlockRunner::current().shuffle_xor(value, lanes, where);
}

namespace {

template <typename Word, typename Change>
Word changed(Word* word, Change change) {
  BlockRunner& runner = BlockRunner::current();
  runner.before_atomic(word);
  const Word before = change();
  runner.after_atomic(word);
  return before;
}

}  // namespace

uint32_t atomic_add(uint32_t* to, uint32_t value) {
  return changed(to, [&] { return __atomic_fetch_add(to, value, __ATOMIC_RELAXED); });
}
unsigned long long atomic_add(unsigned long long* to, unsigned long long value) {
  return changed(to, [&] { return __atomic_fetch_add(to, value, __ATOMIC_RELAXED); });
}
uint32_t atomic_and(uint32_t* to, uint32_t value) {
  return changed(to, [&] { return __atomic_fetch_and(to, value, __ATOMIC_RELAXED); });
}

}  // namespace keyway::on_cpu
