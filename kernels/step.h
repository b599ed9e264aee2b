// One decode step of a batch of mixed grammars and rows without any: sample, advance, next masks, with no wait for the host.
//
// Entry points: step_cpu, step_cuda, capture_step_cuda.
//
//   go on     rows that waited take what the host has answered since, and find their masks
//   sample    the caller's launcher: by the masks, one token per row, or kNoToken32
//   advance   each row by its token; the tokens that are taken go to the ring of tables.taken_tokens
//   masks     of the next step: they need no logits, so an engine may run this part beside its next forward pass
//
// Invariant: a row that waits gets the empty mask and no token; it never holds up another row. Addresses and sizes stay the same
// from step to step, so that a step can be captured in a graph once and replayed.
// Tested by tests/runtime/device_step_test.cc.
#pragma once

#include "kernels/automaton.h"

namespace keyway {

// Writes tokens[r] for each row by the mask that mask_rows[r] names (kNoMaskRow: none); kNoToken32 where no token can be had:
// the mask is empty, or the logits are not finite. Queues its work on the stream and waits for nothing.
using StepSampler = KernelStatus (*)(void* context, const uint32_t* mask_rows, uint32_t* tokens, void* stream);

struct StepArguments {
  AdvanceArguments advance;      // its tokens are those below
  uint32_t* tokens = nullptr;    // (rows)
  StepSampler sample = nullptr;
  void* sampler = nullptr;       // context of `sample`
};

KernelStatus step_cpu(const StepArguments& arguments, void* stream = nullptr);
KernelStatus step_cuda(const StepArguments& arguments, void* stream = nullptr);

// A step as a CUDA graph. Requires: the stream is none of the default ones, idle and not captured; what the arguments point to
// outlives the graph; the kernels are loaded, as cuda_memory() leaves them.
KernelStatus capture_step_cuda(const StepArguments& arguments, void* stream, void** graph);
KernelStatus replay_step_cuda(void* graph, void* stream);
void free_step_cuda(void* graph);

}  // namespace keyway
