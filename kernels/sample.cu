// The CUDA kernels of sample_rows.h and their launchers; the reference is sample_cpu.cc, the programs that the kernels run
// are sample_tile.h and sample_finish.h, which the CPU runs too.
//
// One block works on one tile of one row. In sample_rows the block that is the last of its row, by a ticket, goes on to the
// row's outcome, so that a step is one launch. Bytes moved per row: vocab_size * element size, vocab_size / 8 of mask, and
// per tile 64 plus 8 for each listed candidate, written and read.
// Invariant: no block waits for another. Tested by tests/gpu/sample_device_test.cu, on the CPU too (tests/gpu/on_cpu/); compiled for every
// architecture of the preset cuda.
#include <cuda_runtime.h>

#include "kernels/launch.h"
#include "kernels/sample_finish.h"

namespace keyway {
namespace {

using Program = DeviceBlock<TileLocal>;

constexpr int kBlocksAtOnce = 4;  // on a multiprocessor: at most 64 registers a thread

__device__ uint64_t* reduction_words() {
  __shared__ uint64_t words[kBlockThreads / 32];
  return words;
}

// Named as shared memory wherever it is used: through a pointer it would be any memory, and slower.
__device__ FinishShared& finish_shared() {
  __shared__ FinishShared shared;
  return shared;
}

// Apart from the tile, so that few blocks' last steps do not take registers from all.
template <LogitType kType>
__device__ __noinline__ void finish_row(const SampleArguments& arguments, size_t row) {
  TileLocal local;
  Program block(local, reduction_words());
  run_finish<kType>(block, arguments, row, finish_shared());
}

template <LogitType kType>
__global__ void __launch_bounds__(kBlockThreads, kBlocksAtOnce)
sample_rows_kernel(const __grid_constant__ SampleArguments arguments, uint32_t tiles) {
  __shared__ bool is_last;
  TileLocal local;
  Program block(local, reduction_words());
  const size_t row = blockIdx.x / tiles;
  run_tile<kType>(block, arguments, row, 0, blockIdx.x % tiles, finish_shared().tile);
  // Fences of the one thread that takes the ticket, behind the barrier and before the next: so they are the whole block's (PTX ISA,
  // "Memory consistency model": causality order is transitive over barriers). Whoever sees the last ticket sees what all blocks wrote.
  __syncthreads();
  if (threadIdx.x == 0) {
    __threadfence();
    is_last = atomicAdd(arguments.tickets + row, 1u) == tiles - 1;
    __threadfence();
  }
  __syncthreads();
  if (!is_last) return;
  finish_row<kType>(arguments, row);
  if (threadIdx.x == 0) arguments.tickets[row] = 0;
}

template <LogitType kType>
__global__ void __launch_bounds__(kBlockThreads, kBlocksAtOnce)
sample_shard_kernel(const __grid_constant__ SampleArguments arguments, size_t shard, uint32_t tiles) {
  __shared__ TileShared shared;
  TileLocal local;
  Program block(local, reduction_words());
  run_tile<kType>(block, arguments, blockIdx.x / tiles, shard, blockIdx.x % tiles, shared);
}

template <LogitType kType>
__global__ void __launch_bounds__(kBlockThreads) sample_merge_kernel(const __grid_constant__ SampleArguments arguments) {
  finish_row<kType>(arguments, blockIdx.x);
}

// Every aligned 16 bytes of a tile, in the order in which run_tile reads them.
__global__ void __launch_bounds__(kBlockThreads) read_logits_kernel(const __grid_constant__ SampleArguments arguments,
                                                                    uint32_t tiles, uint32_t element_bytes, uint64_t* sums) {
  const TileExtent extent = extent_of(arguments, blockIdx.x / tiles, 0, blockIdx.x % tiles);
  const uintptr_t begin = reinterpret_cast<uintptr_t>(extent.shard->logits) + extent.element * element_bytes;
  const uintptr_t end = begin + extent.count * element_bytes;
  uint32_t sum = 0;
  KEYWAY_UNROLL
  for (uint32_t i = 0; i < kThreadTokens * sizeof(float) / 16; ++i) {
    const uintptr_t at = (begin + 15) / 16 * 16 + (i * kBlockThreads + threadIdx.x) * 16;
    if (at + 16 > end) continue;
    const uint4 four = __ldcs(reinterpret_cast<const uint4*>(at));
    sum += four.x + four.y + four.z + four.w;
  }
  // Almost never, but the compiler cannot know.
  if (sum == 0x5EEDF00Du) sums[blockIdx.x / tiles] = sum;
}

// Whether there is scratch and a grid of `blocks` is one.
bool can_launch(const SampleArguments& arguments, bool needs_tickets, uint64_t blocks) {
  for (size_t s = 0; s < arguments.shard_count; ++s) {
    if (arguments.shards[s].tiles == nullptr || arguments.shards[s].lists == nullptr) return false;
  }
  return blocks <= 0x7FFFFFFFu && (!needs_tickets || arguments.tickets != nullptr);
}

template <LogitType kType>
KernelStatus launch_rows(const SampleArguments& arguments, uint32_t tiles, void* stream) {
  const unsigned blocks = static_cast<unsigned>(arguments.rows * tiles);
  return launch_kernel(sample_rows_kernel<kType>, blocks, kBlockThreads, stream, arguments, tiles);
}

template <LogitType kType>
KernelStatus launch_shard(const SampleArguments& arguments, size_t shard, uint32_t tiles, void* stream) {
  const unsigned blocks = static_cast<unsigned>(arguments.rows * tiles);
  return launch_kernel(sample_shard_kernel<kType>, blocks, kBlockThreads, stream, arguments, shard, tiles);
}

template <LogitType kType>
KernelStatus launch_merge(const SampleArguments& arguments, void* stream) {
  return launch_kernel(sample_merge_kernel<kType>, static_cast<unsigned>(arguments.rows), kBlockThreads, stream, arguments);
}

}  // namespace

KernelStatus sample_rows_cuda(const SampleArguments& arguments, void* stream) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  if (arguments.rows == 0) return KernelStatus::kOk;
  const uint32_t tiles = all_tiles(arguments);
  if (!can_launch(arguments, true, uint64_t{arguments.rows} * tiles)) return KernelStatus::kBadArgument;
  switch (arguments.type) {
    case LogitType::kFloat32: return launch_rows<LogitType::kFloat32>(arguments, tiles, stream);
    case LogitType::kBfloat16: return launch_rows<LogitType::kBfloat16>(arguments, tiles, stream);
    case LogitType::kFloat16: return launch_rows<LogitType::kFloat16>(arguments, tiles, stream);
  }
  return KernelStatus::kBadArgument;
}

KernelStatus sample_shard_cuda(const SampleArguments& arguments, size_t shard, void* stream) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  if (arguments.rows == 0) return KernelStatus::kOk;
  if (shard >= arguments.shard_count) return KernelStatus::kBadArgument;
  const uint32_t tiles = tile_count(arguments.shards[shard].token_count);
  if (!can_launch(arguments, false, uint64_t{arguments.rows} * tiles)) return KernelStatus::kBadArgument;
  switch (arguments.type) {
    case LogitType::kFloat32: return launch_shard<LogitType::kFloat32>(arguments, shard, tiles, stream);
    case LogitType::kBfloat16: return launch_shard<LogitType::kBfloat16>(arguments, shard, tiles, stream);
    case LogitType::kFloat16: return launch_shard<LogitType::kFloat16>(arguments, shard, tiles, stream);
  }
  return KernelStatus::kBadArgument;
}

KernelStatus sample_merge_cuda(const SampleArguments& arguments, void* stream) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  if (arguments.rows == 0) return KernelStatus::kOk;
  if (!can_launch(arguments, false, arguments.rows)) return KernelStatus::kBadArgument;
  switch (arguments.type) {
    case LogitType::kFloat32: return launch_merge<LogitType::kFloat32>(arguments, stream);
    case LogitType::kBfloat16: return launch_merge<LogitType::kBfloat16>(arguments, stream);
    case LogitType::kFloat16: return launch_merge<LogitType::kFloat16>(arguments, stream);
  }
  return KernelStatus::kBadArgument;
}

KernelStatus read_logits_cuda(const SampleArguments& arguments, uint64_t* sums, void* stream) {
  if (!valid_arguments(arguments) || (arguments.rows > 0 && sums == nullptr)) return KernelStatus::kBadArgument;
  if (arguments.rows == 0) return KernelStatus::kOk;
  const uint32_t tiles = all_tiles(arguments);
  if (uint64_t{arguments.rows} * tiles > 0x7FFFFFFFu) return KernelStatus::kBadArgument;
  const unsigned blocks = static_cast<unsigned>(arguments.rows * tiles);
  const uint32_t element_bytes = arguments.type == LogitType::kFloat32 ? 4 : 2;
  return launch_kernel(read_logits_kernel, blocks, kBlockThreads, stream, arguments, tiles, element_bytes, sums);
}

cudaError_t load_sample_kernels() {
  return load_kernels(sample_rows_kernel<LogitType::kFloat32>, sample_rows_kernel<LogitType::kBfloat16>,
                      sample_rows_kernel<LogitType::kFloat16>, sample_shard_kernel<LogitType::kFloat32>,
                      sample_shard_kernel<LogitType::kBfloat16>, sample_shard_kernel<LogitType::kFloat16>,
                      sample_merge_kernel<LogitType::kFloat32>, sample_merge_kernel<LogitType::kBfloat16>,
                      sample_merge_kernel<LogitType::kFloat16>, read_logits_kernel);
}

}  // namespace keyway
