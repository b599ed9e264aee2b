// The CUDA kernel of apply_mask.h and its launcher; the reference is apply_mask_cpu.cc.
//
// One thread owns one column of a row and only ever stores, so that neighbouring threads write neighbouring elements and
// the 32 threads of a warp read one word of the mask. Bytes moved per row: 4 * mask_words read, at most
// columns * element size written.
// Invariant: no thread touches a column at or past `columns`, whatever the strides.
// Tested by tests/kernels/apply_mask_test.cc on the twin; compiled for every architecture of the preset cuda.
#include <cuda_runtime.h>

#include "grammar/token_mask.h"
#include "kernels/apply_mask.h"
#include "kernels/launch.h"

namespace keyway {
namespace {

constexpr unsigned kThreads = 256;
constexpr size_t kMaxGridRows = 65535;  // limit of the second dimension of a grid

template <typename Bits>
__global__ void apply_mask_kernel(const __grid_constant__ ApplyMaskArguments arguments, Bits minus_infinity) {
  const size_t token = static_cast<size_t>(blockIdx.x) * kThreads + threadIdx.x;
  if (token >= arguments.columns) return;
  Bits* logits = static_cast<Bits*>(arguments.logits);
  for (size_t r = blockIdx.y; r < arguments.rows; r += gridDim.y) {
    const size_t mask_row = arguments.mask_rows != nullptr ? arguments.mask_rows[r] : r;
    const bool constrained = arguments.mask_rows == nullptr || arguments.mask_rows[r] != kNoMaskRow;
    bool allowed = token < arguments.vocab_size;
    if (allowed && constrained) {
      allowed = mask_test(arguments.masks + mask_row * arguments.mask_stride, static_cast<uint32_t>(token));
    }
    if (!allowed) logits[r * arguments.logits_stride + token] = minus_infinity;
  }
}

template <typename Bits>
KernelStatus launch(const ApplyMaskArguments& arguments, Bits minus_infinity, void* stream) {
  const size_t blocks = (arguments.columns + kThreads - 1) / kThreads;  // below 2^23, see valid_arguments
  const size_t grid_rows = arguments.rows < kMaxGridRows ? arguments.rows : kMaxGridRows;
  const dim3 grid(static_cast<unsigned>(blocks), static_cast<unsigned>(grid_rows));
  return launch_kernel(apply_mask_kernel<Bits>, grid, kThreads, stream, arguments, minus_infinity);
}

}  // namespace

KernelStatus apply_mask_cuda(const ApplyMaskArguments& arguments, void* stream) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  if (arguments.rows == 0 || arguments.columns == 0) return KernelStatus::kOk;  // a grid may not be empty
  switch (arguments.type) {
    case LogitType::kFloat32: return launch<uint32_t>(arguments, 0xFF800000u, stream);
    case LogitType::kBfloat16: return launch<uint16_t>(arguments, 0xFF80u, stream);
    case LogitType::kFloat16: return launch<uint16_t>(arguments, 0xFC00u, stream);
  }
  return KernelStatus::kBadArgument;
}

cudaError_t load_apply_mask_kernels() { return load_kernels(apply_mask_kernel<uint32_t>, apply_mask_kernel<uint16_t>); }

}  // namespace keyway
