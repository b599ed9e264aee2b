// The threads of one block after another, as contexts of the calling thread; see grid_runner.h.
//
// Entry point: BlockRunner::run; what threads ask for meanwhile (indices, barriers, shuffles, fences) comes to current().
// Invariant: a thread runs until it waits or ends; a barrier is passed when all threads of the block wait at it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <vector>

#include "tests/gpu/on_cpu/grid_runner.h"

namespace keyway::on_cpu {

class BlockRunner {
 public:
  BlockRunner();
  ~BlockRunner();
  BlockRunner(const BlockRunner&) = delete;
  BlockRunner& operator=(const BlockRunner&) = delete;

  // Requires: the thread that made this calls. The fault of the block; empty where there is none.
  std::string run(const Grid& grid, uint64_t block);

  // Of the calling thread, which runs a block.
  static BlockRunner& current();

  uint3 block() const { return block_; }
  uint3 thread() const { return {running_.load(std::memory_order_relaxed), 0, 0}; }
  dim3 blocks() const { return grid_->blocks; }
  int barrier(int value, std::source_location where);
  unsigned long long shuffle_xor(unsigned long long value, int lanes, std::source_location where);
  void fence();
  void before_atomic(void* word);
  void after_atomic(void* word);

 private:
  enum class Waits { kNot, kBarrier, kShuffle, kEnded };
  struct Thread {
    void* context = nullptr;
    char* stack = nullptr;  // mapped, with a page before it that cannot be touched
    std::atomic<Waits> waits = Waits::kEnded;
    std::atomic<const char*> file = nullptr;
    std::atomic<unsigned> line = 0;
    std::atomic<unsigned long long> value = 0;  // given where it waits, then what it gets
    std::atomic<int> lanes = 0;
    void* sanitizer_stack = nullptr;
    void* sanitizer_thread = nullptr;
    bool fenced = false;
    std::vector<void*> read_words;  // by atomic operations since the last fence

    Waits waiting() const { return waits.load(std::memory_order_relaxed); }
    const char* at_file() const { return file.load(std::memory_order_relaxed); }
    unsigned at_line() const { return line.load(std::memory_order_relaxed); }
    unsigned long long held() const { return value.load(std::memory_order_relaxed); }
    bool is_where(const Thread& other) const { return at_line() == other.at_line() && at_file() == other.at_file(); }
    void go_on(unsigned long long with) {
      value.store(with, std::memory_order_relaxed);
      waits.store(Waits::kNot, std::memory_order_relaxed);
    }
  };

  static void enter();
  void prepare(Thread& thread);
  void resume(unsigned thread);
  void wait(Thread& thread, Waits what, unsigned long long value, std::source_location where);
  void leave(Thread& thread, Waits waits);
  bool pass_barrier();
  bool pass_shuffles();
  std::string fault() const;
  Thread& self() { return *threads_[running_.load(std::memory_order_relaxed)]; }

  const Grid* grid_ = nullptr;
  uint3 block_;
  std::atomic<unsigned> running_ = 0;
  std::vector<std::unique_ptr<Thread>> threads_;
  size_t count_ = 0;  // of the block's threads
  void* context_ = nullptr;
  void* sanitizer_stack_ = nullptr;
  void* sanitizer_thread_ = nullptr;
  const void* stack_bottom_ = nullptr;
  size_t stack_size_ = 0;
  char order_ = 0;  // its address stands for what barriers order
};

}  // namespace keyway::on_cpu
