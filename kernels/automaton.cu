// The CUDA kernels of automaton.h and their launchers; the reference is automaton_cpu.cc, which runs the same functions.
//
// One thread per row advances, finds and settles; one block per mask builds it, in phases with barriers between them. A launch
// for masks has a fixed grid, so that it can be captured in a graph whatever is to be built: blocks without work end at once.
// Bytes moved per mask that is built: its words twice, and the tokens of the buckets that are walked.
// Tested by tests/runtime/automaton_mirror_test.cc on the twin; compiled for every architecture of the preset cuda.
#include <cuda_runtime.h>

#include "kernels/automaton_masks.h"
#include "kernels/launch.h"

namespace keyway {
namespace {

constexpr unsigned kRowThreads = 32;     // rows walk texts of their own: small blocks spread them over the device
constexpr unsigned kClearThreads = 256, kClearBlocks = 64;
constexpr unsigned kBuildThreads = 512;  // of a mask
constexpr unsigned kBuildBlocks = 256;   // masks at once; more are taken in turns

__device__ uint32_t slot_of(const AdvanceArguments& arguments, uint32_t row) {
  return arguments.slots != nullptr ? arguments.slots[row] : row;
}

__device__ uint32_t token_of(const AdvanceArguments& arguments, uint32_t row) {
  return arguments.tokens != nullptr ? arguments.tokens[row] : kNoToken32;
}

enum class RowWork { kAdvance, kRollback, kFork };

template <RowWork kWork>
__global__ void rows_kernel(const __grid_constant__ AdvanceArguments arguments) {
  const uint32_t row = blockIdx.x * kRowThreads + threadIdx.x;
  if (row >= arguments.rows) return;
  const uint32_t slot = slot_of(arguments, row), token = token_of(arguments, row);
  AdvanceOutcome outcome = kAdvanceIdle;
  if (kWork == RowWork::kAdvance) outcome = advance_sequence(arguments.tables, arguments.vocabulary, slot, token);
  if (kWork == RowWork::kRollback) outcome = rollback_sequence(arguments.tables, slot, token);
  if (kWork == RowWork::kFork) outcome = fork_sequence(arguments.tables, token, slot);
  if (arguments.outcomes != nullptr) arguments.outcomes[row] = outcome;
}

__global__ void clear_kernel(const __grid_constant__ AutomatonTables tables) {
  clear_masks(tables, blockIdx.x * kClearThreads + threadIdx.x, kClearBlocks * kClearThreads);
}

__global__ void find_kernel(const __grid_constant__ AdvanceArguments arguments) {
  const uint32_t row = blockIdx.x * kRowThreads + threadIdx.x;
  if (row < arguments.rows) find_mask(arguments.tables, slot_of(arguments, row));
}

__global__ void __launch_bounds__(kBuildThreads) build_kernel(const __grid_constant__ AdvanceArguments arguments) {
  __shared__ MaskBlock block;
  const uint32_t builds = *arguments.tables.mask_build_count;
  for (uint32_t build = blockIdx.x; build < builds; build += gridDim.x) {
    if (threadIdx.x == 0) block.slot = arguments.tables.mask_builds[build];
    __syncthreads();
    for (uint32_t phase = 0; phase < kMaskPhases; ++phase) {
      build_mask_phase(arguments.tables, arguments.vocabulary, block, phase, threadIdx.x, kBuildThreads);
      __syncthreads();
    }
  }
}

__global__ void settle_kernel(const __grid_constant__ AdvanceArguments arguments) {
  const uint32_t row = blockIdx.x * kRowThreads + threadIdx.x;
  if (row == 0) {
    *arguments.tables.mask_build_count = 0;
    decide_clear(arguments.tables);
  }
  if (row < arguments.rows) arguments.mask_rows[row] = settle_mask(arguments.tables, slot_of(arguments, row));
}

unsigned row_blocks(const AdvanceArguments& arguments) { return (arguments.rows + kRowThreads - 1) / kRowThreads; }

template <RowWork kWork>
KernelStatus launch_rows(const AdvanceArguments& arguments, void* stream) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  if (arguments.rows == 0) return KernelStatus::kOk;
  return launch_kernel(rows_kernel<kWork>, row_blocks(arguments), kRowThreads, stream, arguments);
}

}  // namespace

KernelStatus advance_cuda(const AdvanceArguments& arguments, void* stream) {
  return launch_rows<RowWork::kAdvance>(arguments, stream);
}

KernelStatus rollback_cuda(const AdvanceArguments& arguments, void* stream) {
  return launch_rows<RowWork::kRollback>(arguments, stream);
}

KernelStatus fork_cuda(const AdvanceArguments& arguments, void* stream) {
  return launch_rows<RowWork::kFork>(arguments, stream);
}

KernelStatus masks_cuda(const AdvanceArguments& arguments, void* stream) {
  if (!valid_arguments(arguments) || (arguments.rows > 0 && arguments.mask_rows == nullptr)) return KernelStatus::kBadArgument;
  if (arguments.rows == 0) return KernelStatus::kOk;
  const unsigned blocks = row_blocks(arguments);
  KernelStatus status = launch_kernel(clear_kernel, kClearBlocks, kClearThreads, stream, arguments.tables);
  if (status == KernelStatus::kOk) status = launch_kernel(find_kernel, blocks, kRowThreads, stream, arguments);
  if (status == KernelStatus::kOk) status = launch_kernel(build_kernel, kBuildBlocks, kBuildThreads, stream, arguments);
  if (status == KernelStatus::kOk) status = launch_kernel(settle_kernel, blocks, kRowThreads, stream, arguments);
  return status;
}

cudaError_t load_automaton_kernels() {
  return load_kernels(rows_kernel<RowWork::kAdvance>, rows_kernel<RowWork::kRollback>, rows_kernel<RowWork::kFork>, clear_kernel,
                      find_kernel, build_kernel, settle_kernel);
}

}  // namespace keyway
