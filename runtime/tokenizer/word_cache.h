// Ids of words seen before: a direct-mapped cache that many threads share without a lock.
//
//   one entry, a cache line of 64 bytes:  head | word word word word | ids ids ids
//   head: version (48 bits, odd while an entry is written) | key bytes (8 bits) | number of ids (8 bits)
//
// Capacity: keys of at most 32 bytes, at most 6 ids; 8192 entries are 512 kB.
// Entry points: WordCache::find, WordCache::store.
// Invariant: find gives ids only for an entry whose head was the same, and even, before and after its words were read.
// Thread safety: any number of threads, no waiting; a writer that meets another one gives up.
// Tested by tests/runtime/tokenizer_bpe_test.cc.
#pragma once

#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "grammar/ids.h"

namespace keyway {

class WordCache {
 public:
  static constexpr size_t kEntries = 8192;
  static constexpr size_t kKeyBytes = 32;
  static constexpr size_t kIds = 6;

  WordCache() : entries_(std::make_unique<Entry[]>(kEntries)) {}

  // Appends the ids of `word` where it is known. `hash` is that of the word.
  bool find(std::string_view word, uint64_t hash, std::vector<TokenId>& ids) const {
    const Entry& entry = entries_[hash % kEntries];
    const uint64_t head = entry.head.load(std::memory_order_acquire);
    if ((head >> 8 & 0xFF) != word.size() || (head >> 16 & 1) != 0) return false;
    uint64_t key[4] = {};
    std::memcpy(key, word.data(), word.size());
    const size_t key_words = (word.size() + 7) / 8;
    for (size_t i = 0; i < key_words; ++i) {
      if (entry.words[i].load(std::memory_order_acquire) != key[i]) return false;
    }
    const size_t count = head & 0xFF;
    uint64_t packed[3];
    for (size_t i = 0; i < (count + 1) / 2; ++i) packed[i] = entry.words[4 + i].load(std::memory_order_acquire);
    if (entry.head.load(std::memory_order_relaxed) != head) return false;
    for (size_t i = 0; i < count; ++i) ids.push_back(static_cast<TokenId>(packed[i / 2] >> (i % 2 * 32)));
    return true;
  }

  // Requires: 0 < word.size() <= kKeyBytes. Does nothing for more than kIds ids.
  void store(std::string_view word, uint64_t hash, const TokenId* ids, size_t count) {
    if (count > kIds) return;
    Entry& entry = entries_[hash % kEntries];
    uint64_t head = entry.head.load(std::memory_order_relaxed);
    const uint64_t version = head >> 16;
    if (version & 1) return;
    const uint64_t writing = (version + 1) << 16;
    if (!entry.head.compare_exchange_strong(head, writing, std::memory_order_acq_rel)) return;
    uint64_t words[7] = {};
    std::memcpy(words, word.data(), word.size());
    for (size_t i = 0; i < count; ++i) words[4 + i / 2] |= static_cast<uint64_t>(ids[i]) << (i % 2 * 32);
    for (size_t i = 0; i < 7; ++i) entry.words[i].store(words[i], std::memory_order_release);
    entry.head.store((version + 2) << 16 | word.size() << 8 | count, std::memory_order_release);
  }

 private:
  struct alignas(64) Entry {
    std::atomic<uint64_t> head{0};
    std::atomic<uint64_t> words[7] = {};
  };
  static_assert(sizeof(Entry) == 64);

  std::unique_ptr<Entry[]> entries_;
};

}  // namespace keyway
