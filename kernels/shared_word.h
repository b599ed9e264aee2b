// Words that several threads, or the host and a kernel, read and write at once; compiles as C++ and as CUDA.
//
// Entry points: load_word, load_once, publish_word, exchange_if, add_word, or_word. On the device loads go past the first
// cache, so that what the host has published is seen within a kernel that began before; stores to host memory are ordered
// by publish_word.
// Invariant: every access is whole. Tested by tests/runtime/automaton_mirror_test.cc.
#pragma once

#include <stdint.h>

#include "grammar/token_mask.h"

namespace keyway {

KEYWAY_HOST_DEVICE inline uint32_t load_word(const uint32_t* word) {
#ifdef __CUDA_ARCH__
  return *const_cast<const volatile uint32_t*>(word);
#else
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
#endif
}

KEYWAY_HOST_DEVICE inline uint64_t load_word(const uint64_t* word) {
#ifdef __CUDA_ARCH__
  return *reinterpret_cast<const volatile unsigned long long*>(word);
#else
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
#endif
}

// A word that is written once, from below `unset` to what it stays: as long as it is not written the first cache may hold an
// older line, which is then read anew.
template <typename Word>
KEYWAY_HOST_DEVICE inline Word load_once(const Word* word, Word unset) {
#ifdef __CUDA_ARCH__
  const Word near = *word;
  if (near >= unset) return near;
#endif
  (void)unset;
  return load_word(word);
}

// Ensures: all that this thread has written before is visible, to the host too, where the word is.
template <typename Word>
KEYWAY_HOST_DEVICE inline void publish_word(Word* word, Word value) {
#ifdef __CUDA_ARCH__
  __threadfence_system();
  *const_cast<volatile Word*>(word) = value;
#else
  __atomic_store_n(word, value, __ATOMIC_RELEASE);
#endif
}

// Stores `to` where the word is `from`. Returns what the word was.
KEYWAY_HOST_DEVICE inline uint32_t exchange_if(uint32_t* word, uint32_t from, uint32_t to) {
#ifdef __CUDA_ARCH__
  return atomicCAS(word, from, to);
#else
  __atomic_compare_exchange_n(word, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  return from;
#endif
}

KEYWAY_HOST_DEVICE inline uint64_t exchange_if(uint64_t* word, uint64_t from, uint64_t to) {
#ifdef __CUDA_ARCH__
  return atomicCAS(reinterpret_cast<unsigned long long*>(word), static_cast<unsigned long long>(from),
                   static_cast<unsigned long long>(to));
#else
  __atomic_compare_exchange_n(word, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  return from;
#endif
}

// Returns what the word was.
KEYWAY_HOST_DEVICE inline uint32_t add_word(uint32_t* word, uint32_t amount) {
#ifdef __CUDA_ARCH__
  return atomicAdd(word, amount);
#else
  return __atomic_fetch_add(word, amount, __ATOMIC_ACQ_REL);
#endif
}

KEYWAY_HOST_DEVICE inline void add_word(uint64_t* word, uint64_t amount) {
#ifdef __CUDA_ARCH__
  atomicAdd(reinterpret_cast<unsigned long long*>(word), static_cast<unsigned long long>(amount));
#else
  __atomic_fetch_add(word, amount, __ATOMIC_ACQ_REL);
#endif
}

KEYWAY_HOST_DEVICE inline void or_word(uint32_t* word, uint32_t bits) {
#ifdef __CUDA_ARCH__
  atomicOr(word, bits);
#else
  __atomic_fetch_or(word, bits, __ATOMIC_ACQ_REL);
#endif
}

}  // namespace keyway
