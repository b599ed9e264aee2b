// Causal attention of one group of query heads that share a key and value head.
//
// Entry points: attend, KvHead, AttentionQuery, attention_scratch_floats.
// Keys lie as panels of 16 positions and values as panels of 16 features, so that scores and outputs are both
// panel products (cpu_kernels.h) and appending a position moves nothing.
//
//   keys    panel b:  (head_size, 16)   position 16 b + j of feature d at [d * 16 + j]
//   values  panel f:  (capacity, 16)    feature 16 f + j of position t at [t * 16 + j]
//
// Invariant: a query at position t sees the positions (t - window, t]; memory past t is read but never
// counted. Tested by tests/kernels/attention_test.cc.
#pragma once

#include "kernels/cpu_kernels.h"

namespace keyway {

// The cache of one key and value head.
struct KvHead {
  const float* keys = nullptr;    // (capacity / 16, head_size, 16)
  const float* values = nullptr;  // (ceil(head_size / 16), capacity, 16)
  size_t capacity = 0;            // positions, a multiple of 16, all of it initialised
};

struct AttentionQuery {
  const float* queries = nullptr;  // (tokens, group, head_size), token i at queries + i * stride
  float* out = nullptr;            // same shape and stride
  size_t stride = 0;               // floats
  size_t tokens = 0;
  size_t group = 1;  // query heads that share this key and value head
  size_t head_size = 0;
  size_t first_position = 0;  // of the first token; token i stands at first_position + i
  size_t window = 0;          // positions a token sees, its own included; 0 for all
  float scale = 1.0f;         // on the scores, 1 / sqrt(head_size)
};

// Floats of scratch for queries whose last position is below `positions`.
size_t attention_scratch_floats(size_t group, size_t head_size, size_t positions);

// Requires: keys and values of the positions up to the last token's are in `head`; `scratch` as above.
void attend(const CpuKernels& kernels, const AttentionQuery& query, const KvHead& head, float* scratch);

}  // namespace keyway
