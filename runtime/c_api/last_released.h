// The grammar that was released last, until it is taken apart.
//
// Entry points: LastReleased. A grammar of a schema of the middle is 150 blocks: to give them back takes 20 us, for which the next
// grammar's first mask would wait where one is released and the next compiled. They are given back when a matcher of the
// tokenizer is closed: an answer is over then, and no token waits. Receipt: schemas/json_schema/README.md, "Schema to first mask".
// Invariant: at most one grammar is kept, of at most kMostBytes made from at most kMostText, and none once the tokenizer is closed.
// Thread safety: any number of threads. Tested by tests/runtime/c_api_memory_test.cc and c_api_test.cc.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace keyway::c_api {

struct GrammarParts;

class LastReleased {
 public:
  static constexpr size_t kMostBytes = size_t{1} << 20;
  static constexpr size_t kMostText = size_t{1} << 16;

  // Keeps what nobody else is to ask for any more; what was kept before is given back. After close(), gives it back at once.
  void keep(std::shared_ptr<const GrammarParts> parts) { swap(std::move(parts), false); }
  void give_back() { swap({}, false); }
  // The tokenizer is closed: a grammar keeps its tokenizer alive, so that one kept here would keep it for ever.
  void close() { swap({}, true); }

 private:
  // What it takes out ends with `parts`, behind the lock.
  void swap(std::shared_ptr<const GrammarParts> parts, bool closes) {
    std::lock_guard lock(mutex_);
    if (!closed_) parts_.swap(parts);
    closed_ = closed_ || closes;
  }

  std::mutex mutex_;
  std::shared_ptr<const GrammarParts> parts_;
  bool closed_ = false;
};

}  // namespace keyway::c_api
