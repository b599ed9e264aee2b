// Many rows at once; see keyway_masks in keyway.h. Tested by tests/runtime/c_api_masks_test.cc.
//
// Threads are made for the call and joined before it returns: a pool that outlives calls would be gone in the child of
// fork(), which serving engines use. A helper costs about 20 us, so one is made for no less than kRowsPerThread rows.
#include <sched.h>

#include <atomic>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "runtime/c_api/handles.h"

using keyway::c_api::kFailed;
using keyway::c_api::missing;

namespace {

constexpr size_t kRowsPerThread = 16;

// Cores that this process may run on.
size_t cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<size_t>(CPU_COUNT(&set));
}

class Batch {
 public:
  Batch(keyway_matcher* const* matchers, size_t count, uint32_t* words, size_t row_words, bool wants_error)
      : matchers_(matchers), count_(count), words_(words), row_words_(row_words), wants_error_(wants_error) {}
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() { keyway_free(error_); }

  void work() noexcept {
    for (size_t row = next_++; row < count_; row = next_++) {
      char* error = nullptr;
      if (keyway_mask(matchers_[row], words_ + row * row_words_, row_words_, wants_error_ ? &error : nullptr) < 0) {
        keep(row, error);
      }
    }
  }

  int finish(char** error) {
    if (!failed_) return 0;
    if (error != nullptr) *error = std::exchange(error_, nullptr);
    return kFailed;
  }

 private:
  // Of several errors the one of the first row is told.
  void keep(size_t row, char* error) noexcept {
    const std::lock_guard lock(mutex_);
    if (failed_ && row > failed_row_) {
      keyway_free(error);
      return;
    }
    keyway_free(std::exchange(error_, error));
    failed_ = true;
    failed_row_ = row;
  }

  keyway_matcher* const* matchers_;
  size_t count_;
  uint32_t* words_;  // (count_, row_words_), row-major
  size_t row_words_;
  bool wants_error_;
  std::atomic<size_t> next_{0};
  std::mutex mutex_;
  bool failed_ = false;
  size_t failed_row_ = 0;
  char* error_ = nullptr;
};

}  // namespace

int keyway_masks(keyway_matcher* const* matchers, size_t count, uint32_t* words, size_t row_words, unsigned threads,
                 char** error) {
  if (matchers == nullptr && count > 0) return missing("matchers", error);
  if (words == nullptr && count > 0) return missing("words", error);
  return keyway::c_api::guarded(error, [&] {
    Batch batch(matchers, count, words, row_words, error != nullptr);
    const size_t useful = threads < 2 ? 1 : std::min<size_t>({threads, cores(), count / kRowsPerThread});
    std::vector<std::jthread> helpers;
    try {
      for (size_t i = 1; i < useful; ++i) helpers.emplace_back([&batch] { batch.work(); });
    } catch (...) {
      // No thread or no memory: those that there are do the work.
    }
    batch.work();
    helpers.clear();  // joins
    return batch.finish(error);
  });
}
