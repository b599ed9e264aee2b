// Angles of rotary position embeddings.
//
// Entry points: rope_frequencies, rope_angles. Invariant: frequencies are computed as transformers computes
// them, in fp32 where it does, so that long positions agree. Tested by tests/runtime/model_test.cc (through
// the logits of every family).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/model/config.h"

namespace keyway {

// Radians per position for each pair of features, scaling applied: (head_size / 2).
std::vector<float> rope_frequencies(const RopeConfig& rope, uint32_t head_size);

// cosines[i] and sines[i] of position * frequencies[i], i in [0, frequencies.size()).
void rope_angles(const std::vector<float>& frequencies, uint32_t position, float* cosines, float* sines);

}  // namespace keyway
