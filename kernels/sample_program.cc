// The block programs of sampling run on the CPU: sampling by shards without a GPU, and the proof of the kernels.
//
// Entry points: sample_shard_cpu, sample_merge_cpu (sample_rows.h). Threads run forwards in even rows and backwards in odd
// ones. Invariant: together they leave what sample_rows_cpu leaves, bit for bit.
// Tested by tests/kernels/sample_program_test.cc.
#include <memory>

#include "kernels/sample_finish.h"

namespace keyway {
namespace {

using Program = HostBlock<TileLocal>;

template <LogitType kType>
void run_shard(const SampleArguments& arguments, size_t shard) {
  const auto shared = std::make_unique<TileShared>();
  for (size_t row = 0; row < arguments.rows; ++row) {
    for (uint32_t tile = 0; tile < tile_count(arguments.shards[shard].token_count); ++tile) {
      const auto block = std::make_unique<Program>(row % 2 != 0);
      run_tile<kType>(*block, arguments, row, shard, tile, *shared);
    }
  }
}

template <LogitType kType>
void run_merge(const SampleArguments& arguments) {
  const auto shared = std::make_unique<FinishShared>();
  for (size_t row = 0; row < arguments.rows; ++row) {
    const auto block = std::make_unique<Program>(row % 2 != 0);
    run_finish<kType>(*block, arguments, row, *shared);
  }
}

bool has_scratch(const SampleArguments& arguments) {
  for (size_t s = 0; s < arguments.shard_count; ++s) {
    if (arguments.shards[s].tiles == nullptr || arguments.shards[s].lists == nullptr) return false;
  }
  return true;
}

}  // namespace

KernelStatus sample_shard_cpu(const SampleArguments& arguments, size_t shard, void*) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  if (arguments.rows == 0) return KernelStatus::kOk;
  if (shard >= arguments.shard_count || !has_scratch(arguments)) return KernelStatus::kBadArgument;
  switch (arguments.type) {
    case LogitType::kFloat32: run_shard<LogitType::kFloat32>(arguments, shard); break;
    case LogitType::kBfloat16: run_shard<LogitType::kBfloat16>(arguments, shard); break;
    case LogitType::kFloat16: run_shard<LogitType::kFloat16>(arguments, shard); break;
  }
  return KernelStatus::kOk;
}

KernelStatus sample_merge_cpu(const SampleArguments& arguments, void*) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  if (arguments.rows == 0) return KernelStatus::kOk;
  if (!has_scratch(arguments)) return KernelStatus::kBadArgument;
  switch (arguments.type) {
    case LogitType::kFloat32: run_merge<LogitType::kFloat32>(arguments); break;
    case LogitType::kBfloat16: run_merge<LogitType::kBfloat16>(arguments); break;
    case LogitType::kFloat16: run_merge<LogitType::kFloat16>(arguments); break;
  }
  return KernelStatus::kOk;
}

}  // namespace keyway
