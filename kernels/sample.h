// Masked sampling of one row of logits.
//
// Entry points: sample_row, score_row. The arithmetic, in this order, is the contract that every twin keeps:
//
//   1. penalties   l' = l > 0 ? l / repetition : l * repetition   for each token of `repeated`, then
//                  l' = l' - presence                              for each token of `present`        (fp32)
//   2. mask        candidates = the tokens whose bit is 1
//   3. temperature w = exp((l' - max over candidates) / temperature)                                  (double)
//   4. top-k       the k candidates that come first by (l' falling, id rising)
//   5. top-p       the shortest prefix of that order whose sum of w is at least top_p times the sum over step 4
//   6. min-p       those with w >= min_p (the first has w = 1)
//   7. draw        the first survivor, by rising id, at which the running sum of w exceeds u times the whole sum,
//                  u = uniform_at(seed, stream, position)
//
// Temperature 0 is greedy: after step 2 the largest l' wins, of equals the lowest id.
// Invariant: the token of an outcome without fault is allowed by the mask. Log-probabilities and masses speak of the
// model's own distribution, softmax(l), before penalties and temperature; sums run over rising ids in double.
// Thread safety: a workspace belongs to one thread at a time. Tested by tests/kernels/sample_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace keyway {

// Requires: temperature >= 0, top_p > 0, 0 <= min_p <= 1, repetition_penalty > 0, all finite.
struct SampleParameters {
  float temperature = 0;         // 0: greedy; larger is flatter
  uint32_t top_k = 0;            // 0: off
  float top_p = 1;               // 1 or more: off
  float min_p = 0;               // 0: off
  float repetition_penalty = 1;  // 1: off; larger makes tokens that occurred less likely
  float presence_penalty = 0;    // 0: off
  uint64_t seed = 0;
};

enum class SampleFault : uint8_t {
  kNone,
  kEmptyMask,  // no token is allowed
  kNotFinite,  // a logit is NaN or infinite, or the penalties made one so
};

struct SampleOutcome {
  SampleFault fault = SampleFault::kEmptyMask;
  uint32_t token = 0;           // meaningful only without fault, as are the figures below
  double logprob = 0;           // natural log of softmax(l) at the token
  double logprob_drawn = 0;     // of the distribution that step 7 draws from; 0 when greedy
  double log_allowed_mass = 0;  // log of the sum of softmax(l) over the mask; at most 0
};

// One row: what the penalties need besides the logits. Each list holds a token at most once.
struct SampleRow {
  const float* logits = nullptr;       // (vocab_size)
  size_t vocab_size = 0;
  const uint32_t* mask = nullptr;      // (mask_words(vocab_size)); null: every token is allowed
  const uint32_t* repeated = nullptr;  // (repeated_count) ids below vocab_size, of the prompt and the answer
  size_t repeated_count = 0;
  const uint32_t* present = nullptr;   // (present_count) ids below vocab_size, of the answer
  size_t present_count = 0;
  uint64_t stream = 0;                 // see uniform_at
  uint64_t position = 0;
};

// Buffers that grow to the vocabulary once.
struct SampleWorkspace {
  std::vector<float> logits;         // penalised
  std::vector<uint32_t> candidates;  // ids
  std::vector<double> weights;       // (vocab_size), by id
};

// Complexity: O(V) greedy or untruncated; O(V + k log V) where truncation keeps k.
SampleOutcome sample_row(const SampleRow& row, const SampleParameters& parameters, SampleWorkspace& workspace);

// The figures of a given token, as teacher forcing wants them: logprob and log_allowed_mass as above.
// kEmptyMask also where the mask does not allow the token. Requires: token < row.vocab_size.
SampleOutcome score_row(const SampleRow& row, uint32_t token, SampleWorkspace& workspace);

}  // namespace keyway
