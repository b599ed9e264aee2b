// Masked sampling: what is drawn, and the sampler of one row on the CPU.
//
// Entry points: sample_row, score_row; batches, and the device, are in sample_rows.h. This is the contract of them all:
//
//   1. penalties   l' = l > 0 ? l / repetition : l * repetition   for each token that occurred, then
//                  l' = l' - presence - frequency * count          for each token of the answer        (fp32)
//   2. mask        candidates = the tokens whose bit is 1
//   3. temperature w = exp(l' / temperature)                                            (weigh of sample_math.h)
//   4. top-k       the k candidates that come first by (l' falling, id rising)
//   5. top-p       the shortest prefix of that order whose sum of w is at least top_p times the sum over step 4
//   6. min-p       those with w >= min_p times the first one's
//   7. draw        the first survivor, by rising id, at which the running sum of w exceeds u times the whole sum,
//                  u = uniform_at(seed, stream, position)
//
// Sums of w are integer masses anchored at the first candidate (without top-k the sum over all candidates is that of
// tiles, see kTileTokens of sample_rows.h), so they have no order. Temperature below kGreedyBelow is greedy: after step 2
// the largest l' wins, of equals the lowest id.
// Invariant: the token of an outcome without fault is allowed by the mask. Log-probabilities and masses speak of the
// model's own distribution, softmax(l), before penalties and temperature; they are within 1e-5 while
// |l| < 100, as a rule within 1e-7.
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
  float frequency_penalty = 0;   // 0: off; per occurrence in the answer
  uint64_t seed = 0;
};

// What a tile says of itself (kTileTokens of sample_rows.h). A sum is a mass of sample_math.h with its anchor.
struct SampleTile {
  uint64_t best;          // first candidate by penalised logit; 0: none is allowed
  uint64_t floor;         // every candidate above it is listed; 0: all are
  uint64_t mass_all, mass_allowed, mass_drawn;
  int32_t anchor_all, anchor_allowed, anchor_drawn;  // kNoAnchor: nothing was summed
  uint32_t listed;        // entries of the tile's list
  uint32_t not_finite;    // 1: a logit that counts is NaN or infinite
  uint32_t unused;
};
inline constexpr int32_t kNoAnchor = -(1 << 30);

enum class SampleFault : uint8_t {
  kNone,
  kEmptyMask,  // no token is allowed
  kNotFinite,  // a logit is NaN or infinite, or the penalties made one so
};

inline constexpr uint32_t kNoSampledToken = 0xFFFFFFFFu;

struct SampleOutcome {
  SampleFault fault = SampleFault::kEmptyMask;
  uint32_t token = kNoSampledToken;  // of a fault too; the figures below are then 0
  double logprob = 0;           // natural log of softmax(l) at the token
  double logprob_drawn = 0;     // of the distribution that step 7 draws from; 0 when greedy
  double log_allowed_mass = 0;  // log of the sum of softmax(l) over the mask; at most 0
};

// One row: what the penalties need besides the logits. Each list holds a token at most once.
struct SampleRow {
  const float* logits = nullptr;       // (vocab_size)
  size_t vocab_size = 0;               // at most kMostSampledTokens
  const uint32_t* mask = nullptr;      // (mask_words(vocab_size)); null: every token is allowed
  const uint32_t* repeated = nullptr;  // (repeated_count) ids below vocab_size, of the prompt and the answer
  size_t repeated_count = 0;
  const uint32_t* present = nullptr;   // (present_count) ids below vocab_size, of the answer
  size_t present_count = 0;            // frequency_penalty counts each once
  uint64_t stream = 0;                 // see uniform_at
  uint64_t position = 0;
};

// Buffers that grow to the vocabulary once.
struct SampleWorkspace {
  std::vector<float> logits;         // as fp32
  std::vector<float> penalised;      // where they differ
  std::vector<uint64_t> candidates;  // of sample_math.h
  std::vector<uint64_t> spare;
  std::vector<SampleTile> tiles;
};

// Complexity: O(V) greedy or untruncated; O(V + k log k) where truncation keeps k.
SampleOutcome sample_row(const SampleRow& row, const SampleParameters& parameters, SampleWorkspace& workspace);

// The figures of a given token, as teacher forcing wants them: logprob and log_allowed_mass as above.
// kEmptyMask also where the mask does not allow the token. Requires: token < row.vocab_size.
SampleOutcome score_row(const SampleRow& row, uint32_t token, SampleWorkspace& workspace);

}  // namespace keyway
