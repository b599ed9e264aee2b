// Masked logits in place, for engines that keep their own sampler: what the mask does not allow becomes -infinity.
//
// Entry points: apply_mask_cpu (the reference and the path without a GPU), apply_mask_cuda (the kernel), one signature.
// Contract at the boundary: raw pointers, sizes, strides and a stream; an error is returned; nothing is allocated and
// nothing waited for.
// Invariant: logits of allowed tokens, and memory between rows, are never written. Logits are never read: a step writes
// at most rows * columns elements and reads rows * columns / 8 bytes of masks.
// Tested by tests/kernels/apply_mask_test.cc.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace keyway {

enum class LogitType : uint8_t { kFloat32, kBfloat16, kFloat16 };

enum class KernelStatus : uint8_t {
  kOk,
  kBadArgument,  // a null pointer, a stride shorter than its row, a type that does not exist
  kNoDevice,     // no CUDA in this build, or the driver refused the launch
};

// Entry of mask_rows for a row without a constraint.
inline constexpr uint32_t kNoMaskRow = 0xFFFFFFFFu;

struct ApplyMaskArguments {
  void* logits = nullptr;               // (rows, columns), row r at element r * logits_stride
  LogitType type = LogitType::kFloat32;
  size_t logits_stride = 0;             // elements, at least columns
  const uint32_t* masks = nullptr;      // (mask rows, mask_words(vocab_size)), bits as in grammar/token_mask.h
  size_t mask_stride = 0;               // words, at least mask_words(vocab_size)
  const uint32_t* mask_rows = nullptr;  // (rows): row r takes that row of masks, or kNoMaskRow; null: row r takes row r
  size_t rows = 0;
  size_t columns = 0;                   // at most 2^31 - 1; those past vocab_size are padding and become -infinity
  size_t vocab_size = 0;                // at most columns
};

// Logits, masks and mask_rows lie in host memory; `stream` is not used.
KernelStatus apply_mask_cpu(const ApplyMaskArguments& arguments, void* stream = nullptr);

// Logits, masks and mask_rows lie in memory that the device can read; `stream` is a cudaStream_t. The work is queued and
// not waited for. kNoDevice in a build without CUDA.
KernelStatus apply_mask_cuda(const ApplyMaskArguments& arguments, void* stream = nullptr);

// Whether both would accept these arguments.
bool valid_arguments(const ApplyMaskArguments& arguments);

}  // namespace keyway
