// The one definition of a token mask's bits; compiles as C++ and as CUDA.
//
// Token t is allowed iff bit (t % 32) of word (t / 32) is 1, little end first: the row that vLLM, SGLang,
// TensorRT-LLM and XGrammar's kernels read as it is.
//
//   word 0: t31 ... t2 t1 t0   word 1: t63 ... t33 t32   ...
//
// Entry points: mask_words, mask_test, mask_set. Invariant: words past the vocabulary are 0.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __CUDACC__
#define KEYWAY_HOST_DEVICE __host__ __device__
#else
#define KEYWAY_HOST_DEVICE
#endif

namespace keyway {

inline constexpr unsigned kMaskWordBits = 32;

// Words in a row for `vocab_size` tokens.
KEYWAY_HOST_DEVICE inline constexpr size_t mask_words(size_t vocab_size) {
  return (vocab_size + kMaskWordBits - 1) / kMaskWordBits;
}
KEYWAY_HOST_DEVICE inline bool mask_test(const uint32_t* words, uint32_t token) {
  return (words[token / kMaskWordBits] >> (token % kMaskWordBits)) & 1u;
}
KEYWAY_HOST_DEVICE inline void mask_set(uint32_t* words, uint32_t token) {
  words[token / kMaskWordBits] |= 1u << (token % kMaskWordBits);
}
KEYWAY_HOST_DEVICE inline void mask_clear(uint32_t* words, uint32_t token) {
  words[token / kMaskWordBits] &= ~(1u << (token % kMaskWordBits));
}

}  // namespace keyway
