// The CPU twin of masked sampling: the path of machines without a GPU, and the oracle of those with one.
//
// Entry points: sample_row, score_row (sample.h holds the arithmetic). Invariant: one pass of exp over the row, whatever
// the mask; no allocation once the workspace has grown.
// Tested by tests/kernels/sample_test.cc.
#include "kernels/sample.h"

#include <algorithm>
#include <cmath>

#include "kernels/philox.h"

namespace keyway {
namespace {

// exp of less loses precision, and of less than -745 is 0: the mass is then summed against its own largest logit.
constexpr double kUnderflow = -700;

struct Masses {
  bool finite = false;
  bool any_allowed = false;
  double log_all = 0;      // logsumexp of the row
  double log_allowed = 0;  // of its allowed part; meaningful if any_allowed
};

// Calls visit(token) for each allowed token by rising id.
template <typename Visit>
void for_each_allowed(const SampleRow& row, Visit visit) {
  if (row.mask == nullptr) {
    for (uint32_t token = 0; token < row.vocab_size; ++token) visit(token);
    return;
  }
  const size_t words = mask_words(row.vocab_size);
  for (size_t word = 0; word < words; ++word) {
    for (uint32_t bits = row.mask[word]; bits != 0; bits &= bits - 1) {
      const size_t token = word * kMaskWordBits + static_cast<size_t>(__builtin_ctz(bits));
      if (token < row.vocab_size) visit(static_cast<uint32_t>(token));
    }
  }
}

// Leaves exp(l - largest l) of every token in `weights`.
Masses measure(const SampleRow& row, std::vector<double>& weights) {
  Masses masses;
  float top = -HUGE_VALF;
  float zero = 0;  // stays 0 unless a logit is NaN or infinite: x - x is then NaN
  for (size_t token = 0; token < row.vocab_size; ++token) {
    top = std::max(top, row.logits[token]);
    zero += row.logits[token] - row.logits[token];
  }
  masses.finite = row.vocab_size > 0 && zero == 0;
  if (!masses.finite) return masses;
  weights.resize(row.vocab_size);
  double all = 0;
  for (size_t token = 0; token < row.vocab_size; ++token) {
    all += weights[token] = std::exp(static_cast<double>(row.logits[token]) - top);
  }
  masses.log_all = top + std::log(all);

  double allowed = 0;
  float allowed_top = -HUGE_VALF;
  for_each_allowed(row, [&](uint32_t token) {
    allowed += weights[token];
    allowed_top = std::max(allowed_top, row.logits[token]);
  });
  masses.any_allowed = allowed_top != -HUGE_VALF;
  masses.log_allowed = top + std::log(allowed);
  if (masses.any_allowed && static_cast<double>(allowed_top) - top < kUnderflow) {
    allowed = 0;
    for_each_allowed(row, [&](uint32_t token) {
      allowed += std::exp(static_cast<double>(row.logits[token]) - allowed_top);
    });
    masses.log_allowed = allowed_top + std::log(allowed);
  }
  return masses;
}

// Step 1. Returns the penalised logits: the row's own where no penalty is on.
const float* penalise(const SampleRow& row, const SampleParameters& parameters, std::vector<float>& buffer) {
  const bool repetition = parameters.repetition_penalty != 1 && row.repeated_count > 0;
  const bool presence = parameters.presence_penalty != 0 && row.present_count > 0;
  if (!repetition && !presence) return row.logits;
  buffer.assign(row.logits, row.logits + row.vocab_size);
  for (size_t i = 0; repetition && i < row.repeated_count; ++i) {
    float& logit = buffer[row.repeated[i]];
    logit = logit > 0 ? logit / parameters.repetition_penalty : logit * parameters.repetition_penalty;
  }
  for (size_t i = 0; presence && i < row.present_count; ++i) buffer[row.present[i]] -= parameters.presence_penalty;
  return buffer.data();
}

// Steps 4 to 6 on workspace.candidates, which end sorted by id again.
void truncate(const float* logits, const SampleParameters& parameters, SampleWorkspace& workspace) {
  std::vector<uint32_t>& kept = workspace.candidates;
  const std::vector<double>& weights = workspace.weights;
  const auto first = [logits](uint32_t a, uint32_t b) {
    return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
  };
  if (parameters.top_k > 0 && parameters.top_k < kept.size()) {
    std::nth_element(kept.begin(), kept.begin() + parameters.top_k, kept.end(), first);
    kept.resize(parameters.top_k);
    std::sort(kept.begin(), kept.end());
  }
  if (parameters.top_p < 1) {
    double total = 0;
    for (uint32_t token : kept) total += weights[token];
    // A heap yields the order as far as it is needed: the first of the order is at the front.
    const auto later = [&first](uint32_t a, uint32_t b) { return first(b, a); };
    std::make_heap(kept.begin(), kept.end(), later);
    auto end = kept.end();
    double sum = 0;
    do {
      std::pop_heap(kept.begin(), end, later);
      --end;
      sum += weights[*end];
    } while (end != kept.begin() && sum < parameters.top_p * total);
    kept.erase(kept.begin(), end);
    std::sort(kept.begin(), kept.end());
  }
  if (parameters.min_p > 0) {
    std::erase_if(kept, [&](uint32_t token) { return weights[token] < parameters.min_p; });
  }
}

uint32_t draw(const std::vector<uint32_t>& kept, const std::vector<double>& weights, double total, double uniform) {
  double sum = 0;
  uint32_t last = kept.front();
  for (uint32_t token : kept) {
    if (weights[token] == 0) continue;
    last = token;
    sum += weights[token];
    if (sum > uniform * total) break;
  }
  return last;
}

}  // namespace

SampleOutcome sample_row(const SampleRow& row, const SampleParameters& parameters, SampleWorkspace& workspace) {
  SampleOutcome outcome;
  const Masses masses = measure(row, workspace.weights);
  outcome.fault = !masses.finite ? SampleFault::kNotFinite
                                 : masses.any_allowed ? SampleFault::kNone : SampleFault::kEmptyMask;
  if (outcome.fault != SampleFault::kNone) return outcome;
  outcome.log_allowed_mass = masses.log_allowed - masses.log_all;
  const float* logits = penalise(row, parameters, workspace.logits);

  float top = -HUGE_VALF;
  float zero = 0;
  for_each_allowed(row, [&](uint32_t token) {
    zero += logits[token] - logits[token];
    if (logits[token] > top) {
      top = logits[token];
      outcome.token = token;
    }
  });
  if (zero != 0) {
    outcome.fault = SampleFault::kNotFinite;
    return outcome;
  }
  if (parameters.temperature > 0) {
    workspace.candidates.clear();
    for_each_allowed(row, [&](uint32_t token) {
      workspace.candidates.push_back(token);
      workspace.weights[token] = std::exp((static_cast<double>(logits[token]) - top) / parameters.temperature);
    });
    truncate(logits, parameters, workspace);
    double total = 0;
    for (uint32_t token : workspace.candidates) total += workspace.weights[token];
    outcome.token = draw(workspace.candidates, workspace.weights, total,
                         uniform_at(parameters.seed, row.stream, row.position));
    outcome.logprob_drawn = std::log(workspace.weights[outcome.token] / total);
  }
  outcome.logprob = row.logits[outcome.token] - masses.log_all;
  return outcome;
}

SampleOutcome score_row(const SampleRow& row, uint32_t token, SampleWorkspace& workspace) {
  SampleOutcome outcome;
  const Masses masses = measure(row, workspace.weights);
  const bool allowed = row.mask == nullptr || mask_test(row.mask, token);
  outcome.fault = !masses.finite ? SampleFault::kNotFinite : allowed ? SampleFault::kNone : SampleFault::kEmptyMask;
  if (outcome.fault == SampleFault::kNotFinite) return outcome;
  outcome.token = token;
  outcome.logprob = row.logits[token] - masses.log_all;
  outcome.log_allowed_mass = masses.any_allowed ? masses.log_allowed - masses.log_all : -HUGE_VAL;
  return outcome;
}

}  // namespace keyway
