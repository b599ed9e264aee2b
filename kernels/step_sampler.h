// The sampler of a step: masked sampling of a batch (sample_rows.h) by the masks that the automaton has found.
//
// Entry points: StepSampling, step_scratch, sample_step_cpu and sample_step_cuda, which are StepSamplers (step.h): the
// context is a StepSampling.
//
//   before   each request gets the mask of its row, and the number of tokens that its sequence has taken as its position
//   sample   sample_rows
//   after    tokens[r]: the token of the outcome, or kNoToken32 where it has a fault: no mask yet, logits that are not finite
//
// Invariant: the token at a position depends on the state there, the logits, the parameters, the seed and the request's stream, not
// on when its row came to it: after a rollback, or a replay, the same logits give the same tokens.
// Tested by tests/runtime/device_step_test.cc.
#pragma once

#include "kernels/sample_rows.h"
#include "kernels/step.h"

namespace keyway {

struct StepSampling {
  SampleArguments sample{};            // its requests are those below; masks and mask_stride those of the tables
  SampleRequest* requests = nullptr;   // (rows) the caller's parameters; mask_row and position are written by each step
  AutomatonTables tables{};
  const uint32_t* slots = nullptr;     // as in AdvanceArguments
};

// Where the parts of a step's scratch begin, in bytes. Tickets, which are zero between steps and have to be, lie first and apart from
// whatever a batch of fewer or more rows, or of other columns, has left.
struct StepScratch {
  static constexpr size_t kTickets = 0;
  size_t tiles, lists, end;
};
// `shards`: in so many pieces the vocabulary lies.
inline StepScratch step_scratch(uint32_t sequences, size_t rows, uint32_t vocabulary, uint32_t shards = 1) {
  constexpr size_t kAligned = 256;
  const size_t tiles = (sequences * sizeof(uint32_t) + kAligned - 1) / kAligned * kAligned;
  const size_t count = rows * (tile_count(vocabulary) + size_t{shards} - 1);  // each piece may end in a tile of its own
  const size_t lists = tiles + count * sizeof(SampleTile);
  return {tiles, lists, lists + count * kTileList * sizeof(uint64_t)};
}

// What one thread does for one row, before and after.
KEYWAY_HOST_DEVICE inline void begin_sampling(const StepSampling& step, const uint32_t* mask_rows, uint32_t row) {
  const uint32_t slot = step.slots != nullptr ? step.slots[row] : row;
  step.requests[row].mask_row = mask_rows[row];
  if (slot < step.tables.sequence_count) step.requests[row].position = step.tables.sequences[slot].position;
}
KEYWAY_HOST_DEVICE inline uint32_t sampled_token(const StepSampling& step, uint32_t row) {
  const SampleOutcome& outcome = step.sample.outcomes[row];
  return outcome.fault == SampleFault::kNone ? outcome.token : kNoToken32;
}

// Requires: as many rows as the step has; sample.masks is not null.
inline bool valid_sampling(const StepSampling* step, const uint32_t* mask_rows, const uint32_t* tokens) {
  return step != nullptr && step->sample.requests == step->requests && valid_arguments(step->sample) &&
         step->sample.rows <= step->tables.sequence_count &&
         (step->sample.rows == 0 || (mask_rows != nullptr && tokens != nullptr && step->sample.masks != nullptr));
}

KernelStatus sample_step_cpu(void* sampling, const uint32_t* mask_rows, uint32_t* tokens, void* stream);
KernelStatus sample_step_cuda(void* sampling, const uint32_t* mask_rows, uint32_t* tokens, void* stream);

}  // namespace keyway
