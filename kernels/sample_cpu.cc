// The CPU twins of masked sampling: the path of machines without a GPU, and the reference of the kernel.
//
// Entry points: sample_row, score_row (sample.h), sample_rows_cpu, read_logits_cpu (sample_rows.h). Written for its own
// sake, not after the kernel: it shares the arithmetic of sample_math.h and nothing else. Invariant: no allocation once
// the workspace has grown. Tested by tests/kernels/sample_test.cc and tests/kernels/sample_rows_test.cc.
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <span>
#include <utility>

#include "kernels/philox.h"
#include "kernels/sample.h"
#include "kernels/sample_math.h"
#include "kernels/sample_rows.h"
#include "kernels/sample_tile_cpu.h"

namespace keyway {
namespace {

using sample_cpu::TileView;

struct Extent {
  uint32_t first, count;  // tokens of a shard
};

// One row, whatever it came from.
struct Draw {
  const float* logits;     // (vocab_size)
  const float* penalised;  // (vocab_size); may be `logits`
  const uint32_t* mask;
  std::span<const Extent> shards;
  const SampleParameters& parameters;
  uint64_t uniform;  // of 2^64
  uint32_t top_k;    // 0: off
  bool greedy, truncates, wants_mass;
  LogitScale scale;
};

// Calls visit(view) for each tile by rising token.
template <typename Visit>
void for_each_tile(const Draw& draw, Visit visit) {
  for (const Extent& shard : draw.shards) {
    for (uint32_t first = 0; first < shard.count; first += kTileTokens) {
      const uint32_t begin = shard.first + first;
      visit(TileView{draw.logits, draw.penalised, draw.mask, begin, begin + std::min(kTileTokens, shard.count - first),
                     draw.wants_mass, !draw.greedy && draw.top_k == 0, draw.scale});
    }
  }
}

void add_mass(uint64_t& sum, int32_t& anchor, uint64_t mass, int32_t from) {
  sum += rescale_mass(mass, from, anchor);
}

// The tiles of a row as one. Two rounds, for every sum is in units of the largest anchor.
SampleTile measure(const Draw& draw, std::vector<SampleTile>& tiles) {
  tiles.clear();
  for_each_tile(draw, [&](const TileView& view) { tiles.push_back(sample_cpu::measure_tile(view)); });
  SampleTile row = {};
  row.anchor_all = row.anchor_allowed = row.anchor_drawn = kNoAnchor;
  for (const SampleTile& tile : tiles) {
    row.best = std::max(row.best, tile.best);
    row.not_finite |= tile.not_finite;
    row.anchor_all = std::max(row.anchor_all, tile.anchor_all);
    row.anchor_allowed = std::max(row.anchor_allowed, tile.anchor_allowed);
    row.anchor_drawn = std::max(row.anchor_drawn, tile.anchor_drawn);
  }
  for (const SampleTile& tile : tiles) {
    add_mass(row.mass_all, row.anchor_all, tile.mass_all, tile.anchor_all);
    add_mass(row.mass_allowed, row.anchor_allowed, tile.mass_allowed, tile.anchor_allowed);
    add_mass(row.mass_drawn, row.anchor_drawn, tile.mass_drawn, tile.anchor_drawn);
  }
  return row;
}

// Calls visit(token) for each allowed token of [first, end) by rising id. Requires: first is a multiple of 32.
template <typename Visit>
void for_each_allowed(const uint32_t* mask, uint32_t first, uint32_t end, Visit visit) {
  for (uint32_t begin = first; begin < end; begin += kMaskWordBits) {
    uint32_t bits = mask == nullptr ? ~0u : mask[begin / kMaskWordBits];
    for (; bits != 0; bits &= bits - 1) {
      const uint32_t token = begin + static_cast<uint32_t>(__builtin_ctz(bits));
      if (token < end) visit(token);
    }
  }
}

struct Drawn {
  uint32_t token;
  uint64_t total;  // the mass it was drawn from, at the anchor of the row's best candidate
};

// Step 7 without truncation: first the tile, then the token in it, in units of the tile's own anchor.
Drawn draw_from_all(const Draw& draw, const SampleTile& row, const std::vector<SampleTile>& tiles) {
  uint64_t rest = product_high(draw.uniform, row.mass_drawn);
  Drawn drawn = {kNoSampledToken, row.mass_drawn};
  size_t index = 0;
  for_each_tile(draw, [&](const TileView& view) {
    const SampleTile& tile = tiles[index++];
    const uint64_t mass = rescale_mass(tile.mass_drawn, tile.anchor_drawn, row.anchor_drawn);
    if (drawn.token != kNoSampledToken) return;
    if (rest >= mass) {
      rest -= mass;
      return;
    }
    const uint64_t target = rest << (row.anchor_drawn - tile.anchor_drawn);
    uint64_t sum = 0;
    for_each_allowed(view.mask, view.first, view.end, [&](uint32_t token) {
      if (sum > target) return;
      sum += weight_mass(weigh(draw.penalised[token], draw.scale), tile.anchor_drawn);
      if (sum > target) drawn.token = token;
    });
  });
  return drawn;
}

// The candidates of a row, or with top-k those that may be among the first k: the list is cut to k whenever it is full.
void collect(const Draw& draw, std::vector<uint64_t>& candidates) {
  candidates.clear();
  const size_t k = draw.top_k, full = 2 * k + 1'024;
  uint64_t floor = 0;
  for (const Extent& shard : draw.shards) {
    for_each_allowed(draw.mask, shard.first, shard.first + shard.count, [&](uint32_t token) {
      const uint64_t one = candidate(draw.penalised[token], token);
      if (one <= floor) return;
      candidates.push_back(one);
      if (k == 0 || candidates.size() < full) return;
      std::nth_element(candidates.begin(), candidates.begin() + draw.top_k - 1, candidates.end(), std::greater<>());
      candidates.resize(k);
      floor = candidates.back();
    });
  }
}

// Dealt into bins by falling key, in `candidates`; ends[b]: the end of bin b. Complexity: O(candidates).
constexpr uint32_t kBins = 4'096;
void deal(std::vector<uint64_t>& candidates, std::vector<uint64_t>& spare, std::array<uint32_t, kBins>& ends) {
  const auto bin_of = [](uint64_t c) { return kBins - 1 - static_cast<uint32_t>(c >> 52); };
  ends.fill(0);
  for (const uint64_t c : candidates) ++ends[bin_of(c)];
  uint32_t first = 0;
  for (uint32_t& end : ends) first += std::exchange(end, first);
  spare.resize(candidates.size());
  for (const uint64_t c : candidates) spare[ends[bin_of(c)]++] = c;
  candidates.swap(spare);
}

struct Prefix {
  size_t count;
  uint64_t mass;
};

// The candidates that come first and reach the target together, moved to the front. They are told apart by bins, and in the
// last bin by halves: nothing is sorted. Receipt: README.md, "Figures of the CPU".
template <typename Mass>
Prefix shortest_prefix(std::vector<uint64_t>& candidates, std::vector<uint64_t>& spare, uint64_t target, Mass mass) {
  constexpr size_t kFew = 32;
  const auto at = [&](size_t i) { return candidates.begin() + static_cast<std::ptrdiff_t>(i); };
  uint64_t sum = 0, part = 0;
  const auto sum_of = [&](size_t first, size_t last) {
    part = 0;
    for (size_t i = first; i < last; ++i) part += mass(candidates[i]);
    return part;
  };
  size_t begin = 0, end = candidates.size();
  if (end > kBins / 4) {
    std::array<uint32_t, kBins> ends;
    deal(candidates, spare, ends);
    for (const uint32_t bin_end : ends) {
      end = bin_end;
      if (sum + sum_of(begin, end) >= target) break;
      sum += part;
      begin = end;
    }
  }
  while (end - begin > kFew) {
    const size_t middle = begin + (end - begin) / 2;
    std::nth_element(at(begin), at(middle), at(end), std::greater<>());
    if (sum + sum_of(begin, middle) >= target) {
      end = middle;
    } else {
      sum += part;
      begin = middle;
    }
  }
  std::sort(at(begin), at(end), std::greater<>());
  while (begin < candidates.size() && sum < target) sum += mass(candidates[begin++]);
  return {begin, sum};
}

// Step 7: the first by rising id at which the running mass exceeds the target. Few are sorted by id; of many the row is read anew.
template <typename Mass>
uint32_t draw_kept(const Draw& draw, std::vector<uint64_t>& kept, uint64_t target, Mass mass) {
  constexpr size_t kMany = 2'048;
  uint32_t token = kNoSampledToken;
  uint64_t sum = 0;
  if (kept.size() <= kMany) {
    std::sort(kept.begin(), kept.end(), [](uint64_t a, uint64_t b) { return candidate_token(a) < candidate_token(b); });
    for (size_t i = 0; i < kept.size() && sum <= target; ++i) {
      sum += mass(kept[i]);
      token = candidate_token(kept[i]);
    }
    return token;
  }
  const uint64_t last = *std::min_element(kept.begin(), kept.end());
  for (const Extent& shard : draw.shards) {
    for_each_allowed(draw.mask, shard.first, shard.first + shard.count, [&](uint32_t one) {
      const uint64_t entry = candidate(draw.penalised[one], one);
      if (sum > target || entry < last) return;
      sum += mass(entry);
      token = one;
    });
  }
  return token;
}

// Steps 4 to 7 on the candidates. What is kept comes first by key after every step, for masses fall with logits.
Drawn draw_truncated(const Draw& draw, const SampleTile& row, std::vector<uint64_t>& kept, std::vector<uint64_t>& spare) {
  const int32_t anchor = weigh(candidate_logit(row.best), draw.scale).exponent;
  const auto mass = [&](uint64_t c) { return weight_mass(weigh(candidate_logit(c), draw.scale), anchor); };
  const auto total = [&] {
    uint64_t sum = 0;
    for (const uint64_t c : kept) sum += mass(c);
    return sum;
  };
  if (draw.top_k > 0 && draw.top_k < kept.size()) {
    std::nth_element(kept.begin(), kept.begin() + draw.top_k, kept.end(), std::greater<>());
    kept.resize(draw.top_k);
  }
  Drawn drawn = {kNoSampledToken, 0};
  if (draw.parameters.top_p < 1) {
    const uint64_t target = std::max<uint64_t>(
        1, share_of(std::max(draw.parameters.top_p, 0.0f), draw.top_k > 0 ? total() : row.mass_drawn));
    const Prefix prefix = shortest_prefix(kept, spare, target, mass);
    kept.resize(prefix.count);
    drawn.total = prefix.mass;
  }
  if (draw.parameters.min_p > 0) {
    const uint64_t least = share_of(std::min(draw.parameters.min_p, 1.0f), mass(row.best));
    std::erase_if(kept, [&](uint64_t c) { return mass(c) < least; });
    drawn.total = 0;
  }
  if (drawn.total == 0) drawn.total = total();
  drawn.token = draw_kept(draw, kept, product_high(draw.uniform, drawn.total), mass);
  return drawn;
}

void set_mass_figures(const Draw& draw, const SampleTile& row, SampleOutcome& outcome) {
  const double log_all = log_of_mass(row.mass_all, row.anchor_all);
  outcome.logprob = static_cast<double>(draw.logits[outcome.token]) - log_all;
  outcome.log_allowed_mass =
      row.mass_allowed == 0 ? -HUGE_VAL : std::min(log_of_mass(row.mass_allowed, row.anchor_allowed) - log_all, 0.0);
}

SampleOutcome sample(const Draw& draw, SampleWorkspace& workspace) {
  SampleOutcome outcome;
  const SampleTile row = measure(draw, workspace.tiles);
  outcome.fault = row.not_finite != 0 ? SampleFault::kNotFinite
                                      : row.best == 0 ? SampleFault::kEmptyMask : SampleFault::kNone;
  if (outcome.fault != SampleFault::kNone) return outcome;
  outcome.token = candidate_token(row.best);
  if (!draw.greedy) {
    Drawn drawn;
    if (draw.truncates) {
      collect(draw, workspace.candidates);
      drawn = draw_truncated(draw, row, workspace.candidates, workspace.spare);
    } else {
      drawn = draw_from_all(draw, row, workspace.tiles);
    }
    outcome.token = drawn.token;
    const TokenWeight weight = weigh(draw.penalised[drawn.token], draw.scale);
    const int32_t anchor = weigh(candidate_logit(row.best), draw.scale).exponent;
    outcome.logprob_drawn = std::min(log_of_mass(weight_mass(weight, weight.exponent), weight.exponent) -
                                         log_of_mass(drawn.total, anchor), 0.0);
  }
  if (draw.wants_mass) set_mass_figures(draw, row, outcome);
  return outcome;
}

Draw make_draw(const float* logits, const float* penalised, const uint32_t* mask, std::span<const Extent> shards,
               const SampleParameters& parameters, uint64_t stream, uint64_t position, bool wants_mass) {
  const bool greedy = !(parameters.temperature >= kGreedyBelow);
  const Extent& last = shards.back();
  const uint32_t top_k = parameters.top_k < last.first + last.count ? parameters.top_k : 0;
  return {logits, penalised, mask, shards, parameters, uniform_bits_at(parameters.seed, stream, position), top_k, greedy,
          top_k > 0 || parameters.top_p < 1 || parameters.min_p > 0, wants_mass, scale_for(greedy ? 1 : parameters.temperature)};
}

Penalties penalties_of(const SampleParameters& parameters) {
  return {parameters.repetition_penalty, parameters.presence_penalty, parameters.frequency_penalty};
}

// Step 1 of the lists of a SampleRow. Returns the row's own logits where no penalty is on.
const float* penalise_row(const SampleRow& row, const SampleParameters& parameters, std::vector<float>& buffer) {
  const bool repetition = parameters.repetition_penalty != 1 && row.repeated_count > 0;
  const bool present = (parameters.presence_penalty != 0 || parameters.frequency_penalty != 0) && row.present_count > 0;
  if (!repetition && !present) return row.logits;
  const Penalties penalties = penalties_of(parameters);
  buffer.assign(row.logits, row.logits + row.vocab_size);
  for (size_t i = 0; repetition && i < row.repeated_count; ++i) {
    buffer[row.repeated[i]] = penalise(buffer[row.repeated[i]], true, 0, 0, penalties);
  }
  for (size_t i = 0; present && i < row.present_count; ++i) {
    buffer[row.present[i]] = penalise(buffer[row.present[i]], false, 1, 0, penalties);
  }
  return buffer.data();
}

float read_logit(const SampleShard& shard, LogitType type, size_t row, uint32_t index) {
  const size_t place = row * shard.logits_stride + index;
  if (type == LogitType::kFloat32) return static_cast<const float*>(shard.logits)[place];
  const uint16_t bits = static_cast<const uint16_t*>(shard.logits)[place];
  return type == LogitType::kBfloat16 ? read_bfloat16(bits) : read_float16(bits);
}

// Calls visit(first, end) for tokens that are looked at: all without a mask, otherwise words of it that allow one.
template <typename Visit>
void for_each_wanted(const uint32_t* wanted, uint32_t first, uint32_t end, Visit visit) {
  if (wanted == nullptr) return visit(first, end);
  for (uint32_t begin = first; begin < end; begin += kMaskWordBits) {
    if (wanted[begin / kMaskWordBits] != 0) visit(begin, std::min(begin + kMaskWordBits, end));
  }
}

// Row r as fp32, all shards one after the other; where tokens are not wanted, anything.
const float* read_row(const SampleArguments& arguments, size_t r, const uint32_t* wanted, std::vector<float>& buffer) {
  if (arguments.shard_count == 1 && arguments.type == LogitType::kFloat32) {
    return static_cast<const float*>(arguments.shards[0].logits) + r * arguments.shards[0].logits_stride;
  }
  buffer.resize(arguments.vocab_size);
  for (size_t s = 0; s < arguments.shard_count; ++s) {
    const SampleShard& shard = arguments.shards[s];
    for_each_wanted(wanted, shard.first_token, shard.first_token + shard.token_count, [&](uint32_t first, uint32_t end) {
      for (uint32_t token = first; token < end; ++token) {
        buffer[token] = read_logit(shard, arguments.type, r, token - shard.first_token);
      }
    });
  }
  return buffer.data();
}

const float* adjust_row(const SampleArguments& arguments, const SampleRequest& request, const float* logits,
                        const uint32_t* wanted, std::vector<float>& buffer) {
  if (arguments.adjustments == nullptr || request.adjustment_begin >= request.adjustment_end) return logits;
  buffer.resize(arguments.vocab_size);
  for_each_wanted(wanted, 0, static_cast<uint32_t>(arguments.vocab_size), [&](uint32_t first, uint32_t end) {
    std::copy(logits + first, logits + end, buffer.begin() + first);
  });
  const Penalties penalties = penalties_of(request.parameters);
  for (uint32_t i = request.adjustment_begin; i < request.adjustment_end; ++i) {
    const SampleAdjustment& a = arguments.adjustments[i];
    if (a.token >= arguments.vocab_size || (wanted != nullptr && !mask_test(wanted, a.token))) continue;
    buffer[a.token] = penalise(buffer[a.token], a.repeated != 0, a.count, a.bias, penalties);
  }
  return buffer.data();
}

}  // namespace

SampleOutcome sample_row(const SampleRow& row, const SampleParameters& parameters, SampleWorkspace& workspace) {
  const Extent whole = {0, static_cast<uint32_t>(row.vocab_size)};
  const float* penalised = penalise_row(row, parameters, workspace.penalised);
  return sample(make_draw(row.logits, penalised, row.mask, {&whole, 1}, parameters, row.stream, row.position, true),
                workspace);
}

SampleOutcome score_row(const SampleRow& row, uint32_t token, SampleWorkspace& workspace) {
  const Extent whole = {0, static_cast<uint32_t>(row.vocab_size)};
  const SampleParameters greedy;
  const Draw draw = make_draw(row.logits, row.logits, row.mask, {&whole, 1}, greedy, 0, 0, true);
  const SampleTile figures = measure(draw, workspace.tiles);
  SampleOutcome outcome;
  const bool allowed = row.mask == nullptr || mask_test(row.mask, token);
  outcome.fault = figures.not_finite != 0 ? SampleFault::kNotFinite
                                          : allowed ? SampleFault::kNone : SampleFault::kEmptyMask;
  if (outcome.fault == SampleFault::kNotFinite) return outcome;
  outcome.token = token;
  set_mass_figures(draw, figures, outcome);
  return outcome;
}

bool valid_arguments(const SampleArguments& arguments) {
  if (arguments.rows == 0) return true;
  if (arguments.shard_count == 0 || arguments.shard_count > kMostShards || arguments.type > LogitType::kFloat16) return false;
  if (arguments.vocab_size == 0 || arguments.vocab_size > kMostSampledTokens || arguments.rows > 0x7FFFFFFFu) return false;
  if (arguments.requests == nullptr || arguments.outcomes == nullptr) return false;
  if (arguments.masks != nullptr && arguments.mask_stride < mask_words(arguments.vocab_size)) return false;
  size_t next = 0;
  for (size_t s = 0; s < arguments.shard_count; ++s) {
    const SampleShard& shard = arguments.shards[s];
    if (shard.logits == nullptr || shard.token_count == 0 || shard.logits_stride < shard.token_count) return false;
    if (shard.first_token != next || next % kMaskWordBits != 0) return false;
    next += shard.token_count;
  }
  return next == arguments.vocab_size;
}

KernelStatus sample_rows_cpu(const SampleArguments& arguments, void*) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  SampleWorkspace workspace;
  Extent shards[kMostShards];
  for (size_t s = 0; s < arguments.shard_count; ++s) {
    shards[s] = {arguments.shards[s].first_token, arguments.shards[s].token_count};
  }
  for (size_t r = 0; r < arguments.rows; ++r) {
    const SampleRequest& request = arguments.requests[r];
    const bool masked = arguments.masks != nullptr && request.mask_row != kNoMaskRow;
    const uint32_t* mask = masked ? arguments.masks + request.mask_row * arguments.mask_stride : nullptr;
    const uint32_t* wanted = request.wants_mass == 0 ? mask : nullptr;
    const float* logits = read_row(arguments, r, wanted, workspace.logits);
    const float* penalised = adjust_row(arguments, request, logits, wanted, workspace.penalised);
    arguments.outcomes[r] = sample(make_draw(logits, penalised, mask, {shards, arguments.shard_count}, request.parameters,
                                             request.stream, request.position, request.wants_mass != 0), workspace);
  }
  return KernelStatus::kOk;
}

KernelStatus read_logits_cpu(const SampleArguments& arguments, uint64_t* sums, void*) {
  if (!valid_arguments(arguments)) return KernelStatus::kBadArgument;
  const size_t element = arguments.type == LogitType::kFloat32 ? 4 : 2;
  for (size_t r = 0; r < arguments.rows; ++r) {
    uint64_t sum = 0;
    for (size_t s = 0; s < arguments.shard_count; ++s) {
      const SampleShard& shard = arguments.shards[s];
      const char* bytes = static_cast<const char*>(shard.logits) + r * shard.logits_stride * element;
      const size_t words = shard.token_count * element / 4;
      for (size_t i = 0; i < words; ++i) {
        uint32_t word;
        memcpy(&word, bytes + 4 * i, 4);
        sum += word;
      }
    }
    sums[r] = sum;
  }
  return KernelStatus::kOk;
}

}  // namespace keyway
