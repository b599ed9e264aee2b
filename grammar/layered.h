// Lists, tables and maps that begin with what a frozen base holds and grow by themselves: a copy shares what it was copied from
// and takes a few pointers, not its bytes.
//
// Entry points: LayeredList (added to at its end), LayeredTable (values by number), LayeredMap, LayeredIndex, HashFilter.
// Every grammar starts as a copy of the frozen base (term.h); the base is read where it lies and never written. To copy it took
// 112 kB of cold memory for each grammar. Receipt: grammar/README.md, "one grammar".
// Invariant: a copy holds what the original held when it was copied, whatever either is given later.
// Thread safety: one thread at a time for each copy; what copies share is never written.
// Tested by tests/grammar/layered_test.cc.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "grammar/flat_map.h"
#include "grammar/hash_index.h"

namespace keyway {

// A few bits for each of many hashes, which lie in a few lines of memory: most of what is looked up in a frozen map is not there,
// and each look would fetch a line of the map.
class HashFilter {
 public:
  explicit HashFilter(size_t hashes = 0) : words_(std::bit_ceil(hashes / 8 + 1)) {}
  void add(uint32_t hash) { words_[word_of(hash)] |= bit_of(hash); }
  // False: it was not added.
  bool may_hold(uint32_t hash) const { return (words_[word_of(hash)] & bit_of(hash)) != 0; }

 private:
  size_t word_of(uint32_t hash) const { return (hash >> 6) & (words_.size() - 1); }
  static uint64_t bit_of(uint32_t hash) { return uint64_t{1} << (hash & 63); }
  std::vector<uint64_t> words_;
};

inline constexpr size_t kFirstOwn = 64;  // elements that a copy has room for when it is first added to

template <typename T>
class LayeredList {
 public:
  LayeredList() = default;
  LayeredList(const LayeredList& other)
      : shared_(other.own_.empty() ? other.shared_ : other.together()),
        frozen_(shared_ ? shared_->data() : nullptr),
        frozen_size_(shared_ ? shared_->size() : 0) {}
  LayeredList& operator=(const LayeredList&) = delete;

  size_t size() const { return frozen_size_ + own_.size(); }
  // How many are shared. Those are never changed.
  size_t frozen_size() const { return frozen_size_; }
  // Elements for which there is memory.
  size_t capacity() const { return frozen_size_ + own_.capacity(); }
  const T& operator[](size_t i) const { return *from(i); }
  // Those from i on that were added in one call lie side by side behind it. Good until the next one is added.
  const T* from(size_t i) const { return i < frozen_size_ ? frozen_ + i : own_.data() + (i - frozen_size_); }
  // Requires: i >= frozen_size().
  T& own(size_t i) { return own_[i - frozen_size_]; }
  void push_back(const T& value) {
    if (own_.capacity() == 0) own_.reserve(kFirstOwn);
    own_.push_back(value);
  }
  template <typename Iterator>
  void append(Iterator begin, Iterator end) {
    if (own_.capacity() == 0) own_.reserve(kFirstOwn);
    own_.insert(own_.end(), begin, end);
  }
  // Requires: frozen_size() <= size <= size().
  void shrink(size_t size) { own_.resize(size - frozen_size_); }

 private:
  std::shared_ptr<const std::vector<T>> together() const {
    auto all = std::make_shared<std::vector<T>>(frozen_, frozen_ + frozen_size_);
    all->insert(all->end(), own_.begin(), own_.end());
    return all;
  }
  std::shared_ptr<const std::vector<T>> shared_;
  const T* frozen_ = nullptr;
  size_t frozen_size_ = 0;
  std::vector<T> own_;
};

template <typename Value>
class LayeredMap {
 public:
  LayeredMap() = default;
  LayeredMap(const LayeredMap& other)
      : shared_(other.own_.size() == 0 ? other.shared_ : other.together()), own_() {}
  LayeredMap& operator=(const LayeredMap&) = delete;

  // Null where the key is not held. Good until the next insert.
  const Value* find(uint64_t key) const {
    if (const Value* own = own_.find(key)) return own;
    return shared_ && shared_->filter.may_hold(folded(key)) ? shared_->map.find(key) : nullptr;
  }
  // From now on the key has this value, whatever it had.
  void set(uint64_t key, Value value) {
    if (Value* own = own_.find(key)) {
      *own = value;
    } else {
      own_.insert(key, value);
    }
  }
  // How many are its own, and how many are shared.
  size_t own_size() const { return own_.size(); }
  size_t frozen_size() const { return shared_ ? shared_->map.size() : 0; }
  size_t bytes() const { return own_.bytes(); }

 private:
  struct Frozen {
    FlatMap<Value> map;
    HashFilter filter;
  };
  static uint32_t folded(uint64_t key) { return static_cast<uint32_t>(key * 0x9E3779B97F4A7C15ull >> 40); }
  std::shared_ptr<const Frozen> together() const {
    auto all = std::make_shared<Frozen>();
    if (shared_) all->map = shared_->map;
    own_.for_each([&](uint64_t key, const Value& value) {
      if (Value* known = all->map.find(key)) {
        *known = value;
      } else {
        all->map.insert(key, value);
      }
    });
    all->filter = HashFilter(all->map.size());
    all->map.for_each([&](uint64_t key, const Value&) { all->filter.add(folded(key)); });
    return all;
  }
  std::shared_ptr<const Frozen> shared_;
  FlatMap<Value> own_;
};

// Every number has a value, `unknown` before it was set.
template <typename Value>
class LayeredTable {
 public:
  explicit LayeredTable(Value unknown = {}) : unknown_(unknown) {}
  LayeredTable(const LayeredTable& other)
      : unknown_(other.unknown_),
        shared_(other.own_.empty() && other.changed_.size() == 0 ? other.shared_ : other.together()),
        frozen_size_(shared_ ? shared_->size() : 0) {}
  LayeredTable(LayeredTable&&) = default;
  LayeredTable& operator=(const LayeredTable&) = delete;

  Value operator[](size_t i) const {
    if (i >= frozen_size_) return i - frozen_size_ < own_.size() ? own_[i - frozen_size_] : unknown_;
    if (changed_.size() != 0) {
      if (const Value* changed = changed_.find(i)) return *changed;
    }
    return (*shared_)[i];
  }
  void set(size_t i, Value value) {
    if (i >= frozen_size_) {
      const size_t at = i - frozen_size_;
      if (at >= own_.size()) own_.resize(std::max({at + 1, own_.size() * 2, kFirstOwn}), unknown_);
      own_[at] = value;
    } else if (Value* changed = changed_.find(i)) {
      *changed = value;
    } else {
      changed_.insert(i, value);
    }
  }
  size_t bytes() const { return (frozen_size_ + own_.size()) * sizeof(Value) + changed_.bytes(); }

 private:
  std::shared_ptr<const std::vector<Value>> together() const {
    auto all = shared_ ? std::make_shared<std::vector<Value>>(*shared_) : std::make_shared<std::vector<Value>>();
    all->insert(all->end(), own_.begin(), own_.end());
    changed_.for_each([&](uint64_t i, const Value& value) { (*all)[i] = value; });
    return all;
  }
  Value unknown_;
  std::shared_ptr<const std::vector<Value>> shared_;
  size_t frozen_size_ = 0;
  std::vector<Value> own_;
  FlatMap<Value> changed_;  // of those that are shared
};

class LayeredIndex {
 public:
  LayeredIndex() : own_(kFirstSlots) {}
  LayeredIndex(const LayeredIndex& other)
      : shared_(other.own_.size() == 0 ? other.shared_ : other.together()), own_(kFirstSlots) {}
  LayeredIndex& operator=(const LayeredIndex&) = delete;

  static constexpr uint32_t kNone = HashIndex::kNone;
  // As HashIndex.
  template <typename Same>
  uint32_t find(uint64_t hash, Same same) const {
    if (shared_ && shared_->filter.may_hold(HashIndex::tag_of(hash) >> kFilterShift)) {
      if (const uint32_t found = shared_->index.find(hash, same); found != kNone) return found;
    }
    return own_.find(hash, same);
  }
  void insert(uint64_t hash, uint32_t number) { own_.insert(hash, number); }
  size_t bytes() const { return (shared_ ? shared_->index.bytes() : 0) + own_.bytes(); }

 private:
  static constexpr size_t kFirstSlots = 128;
  static constexpr unsigned kFilterShift = 10;  // other bits of the hash than the place in the index
  struct Frozen {
    HashIndex index;
    HashFilter filter;
  };
  std::shared_ptr<const Frozen> together() const {
    auto all = std::make_shared<Frozen>();
    if (shared_) all->index = shared_->index;
    all->index.insert_all(own_);
    all->filter = HashFilter(all->index.size());
    all->index.for_each_tag([&](uint32_t tag) { all->filter.add(tag >> kFilterShift); });
    return all;
  }
  std::shared_ptr<const Frozen> shared_;
  HashIndex own_;
};

}  // namespace keyway
