// Masked sampling of a batch: parameters per row, masks from a pool, any type and stride of logits, vocabulary shards.
//
// Entry points: sample_rows_* (the whole step), sample_shard_* and sample_merge_* (the step in two halves, for a
// vocabulary that is split over devices), each as _cpu and _cuda with one signature; read_logits_* (the floor of the
// benchmark). What is drawn is said in sample.h. Contract at the boundary: raw pointers, sizes, strides and a stream;
// nothing is allocated and nothing waited for; logits are never written.
//
//   shard:  consecutive tokens whose logits lie together; their first is a multiple of 32
//   tile:   kTileTokens consecutive tokens of one shard (its last tile may be shorter), the unit of work of a block
//
// Invariant: an outcome depends on its row and on where the shards begin, on nothing else: not on the batch, the type that
// held the same values, or the device; the bits of both twins are the same. Where figures of the mass are not wanted a logit that
// the mask forbids is read only beside one that it allows: in the same aligned 16 bytes, on the CPU in the same 32 tokens.
// Thread safety: calls that share scratch or outcomes exclude each other. Tested by tests/kernels/sample_rows_test.cc.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "grammar/token_mask.h"
#include "kernels/apply_mask.h"
#include "kernels/sample.h"

namespace keyway {

inline constexpr uint32_t kTileTokens = 4096;
inline constexpr uint32_t kTileList = 256;  // candidates that a tile hands on at most
inline constexpr size_t kMostShards = 16;

// A token whose logit differs from the model's.
struct SampleAdjustment {
  uint32_t token;     // at or past vocab_size: not looked at
  uint32_t count;     // occurrences in the answer
  uint32_t repeated;  // 1: occurred in the prompt or the answer
  float bias;         // added last
};

struct SampleRequest {
  SampleParameters parameters;
  uint64_t stream = 0;             // see uniform_at
  uint64_t position = 0;
  uint32_t mask_row = kNoMaskRow;  // row of the pool
  uint32_t adjustment_begin = 0;   // [begin, end) of SampleArguments::adjustments; a token at most once
  uint32_t adjustment_end = 0;
  uint32_t wants_mass = 1;         // 0: logprob and log_allowed_mass are 0, and forbidden logits are not read
};

// Requires: first_token and the ends of all but the last shard are multiples of 32; together the shards are
// [0, vocab_size), in this order.
struct SampleShard {
  const void* logits = nullptr;  // (rows, token_count), row r at element r * logits_stride
  size_t logits_stride = 0;      // elements, at least token_count
  uint32_t first_token = 0;
  uint32_t token_count = 0;
  SampleTile* tiles = nullptr;   // (rows, tile_count(token_count)) scratch, written by sample_shard
  uint64_t* lists = nullptr;     // (rows, tile_count(token_count), kTileList) scratch, likewise
};

struct SampleArguments {
  SampleShard shards[kMostShards];
  size_t shard_count = 0;
  LogitType type = LogitType::kFloat32;
  size_t rows = 0;
  size_t vocab_size = 0;                          // at most kMostSampledTokens
  const uint32_t* masks = nullptr;                // (mask rows, mask_words(vocab_size)); null: no row names one
  size_t mask_stride = 0;                         // words, at least mask_words(vocab_size)
  const SampleRequest* requests = nullptr;        // (rows)
  const SampleAdjustment* adjustments = nullptr;  // null: no row has any
  SampleOutcome* outcomes = nullptr;              // (rows)
  uint32_t* tickets = nullptr;                    // (rows) scratch, zero before the first call and after each
};

constexpr KEYWAY_HOST_DEVICE uint32_t tile_count(uint32_t token_count) {
  return (token_count + kTileTokens - 1) / kTileTokens;
}

// Scratch of the _cuda functions and of sample_shard_cpu and sample_merge_cpu; sample_rows_cpu uses none.
// sample_rows_cpu reads host memory, the _cuda functions what the device can read; `stream` is a cudaStream_t.
KernelStatus sample_rows_cpu(const SampleArguments& arguments, void* stream = nullptr);
KernelStatus sample_rows_cuda(const SampleArguments& arguments, void* stream = nullptr);

// The tiles of one shard, and the outcomes from the tiles and lists of all. Between them tiles and lists of the other
// shards must have become readable; sample_merge reads logits again only of a drawn tile, or where the lists do not hold
// all that top-k, top-p or min-p keep.
KernelStatus sample_shard_cpu(const SampleArguments& arguments, size_t shard, void* stream = nullptr);
KernelStatus sample_shard_cuda(const SampleArguments& arguments, size_t shard, void* stream = nullptr);
KernelStatus sample_merge_cpu(const SampleArguments& arguments, void* stream = nullptr);
KernelStatus sample_merge_cuda(const SampleArguments& arguments, void* stream = nullptr);

// Reads the logits of every shard once and does nothing else; `sums` (rows) keeps the compiler honest.
KernelStatus read_logits_cpu(const SampleArguments& arguments, uint64_t* sums, void* stream = nullptr);
KernelStatus read_logits_cuda(const SampleArguments& arguments, uint64_t* sums, void* stream = nullptr);

// Whether all would accept these arguments (requests and adjustments are not looked at).
bool valid_arguments(const SampleArguments& arguments);

}  // namespace keyway
