// Times of the forward pass alone: prompt, decode step, and the floor that memory sets.
//
// Entry points: measure_decode, reference_prompts.
// Invariant: every time is of work whose result was checked first: the prompt's best token is the reference's
// where the model has one. Tested by the ctest bench.decode (its values, never its times).
#pragma once

#include <filesystem>
#include <vector>

#include "runtime/model/model.h"

namespace keyway::bench {

struct DecodeTimes {
  size_t batch = 0;       // sequences in a step
  size_t context = 0;     // tokens of the prompt of each
  double prefill_ms = 0;  // one prompt; median
  double prefill_least_ms = 0;
  double decode_ms = 0;  // one step of the whole batch; median
  double decode_least_ms = 0;
  double floor_ms = 0;  // reading every weight of a step once; least
};

struct ReferencePrompt {
  std::vector<TokenId> tokens;
  TokenId next = 0;  // what the reference decodes greedily after them
};

// The prompts of folder/reference.json; none where there is no such file.
Result<std::vector<ReferencePrompt>> reference_prompts(const std::filesystem::path& folder);

// Prefills `prompt` `repeats` times, and decodes 32 greedy tokens after it in `batch` sequences each time.
// Errors: those of Model::forward; kMismatch when the token after the prompt is not `expected_next`
// (kNoToken: any).
Result<DecodeTimes> measure_decode(const Model& model, const std::vector<TokenId>& prompt,
                                   TokenId expected_next, size_t batch, size_t repeats);

}  // namespace keyway::bench
