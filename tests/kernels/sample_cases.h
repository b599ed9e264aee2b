// Random batches for the samplers, in memory as an engine would hold them, and a naive reference in double precision.
//
// Entry points: SampleBatch (arguments that point into it), reference_row. Invariant: the reference shares nothing with
// kernels/ but the random numbers; it says how near a boundary a draw was, so that a test may leave rounding out.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "kernels/philox.h"
#include "kernels/sample_rows.h"
#include "tests/kernels/reference.h"

namespace keyway {

struct BatchShape {
  size_t rows, vocab_size, padding;  // padding: elements between rows
  LogitType type;
  std::vector<uint32_t> shard_sizes;  // empty: one shard
  double deviation = 3;
  size_t offset = 0;                  // elements before the first row, to leave it unaligned
};

inline uint16_t half_bits(float value, LogitType type) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  if (type == LogitType::kBfloat16) return static_cast<uint16_t>(bits >> 16);
  // Round towards zero; values of the tests are normal halves, 0, infinities or NaN.
  const uint16_t sign = static_cast<uint16_t>((bits >> 16) & 0x8000u);
  const int exponent = static_cast<int>((bits >> 23) & 255) - 112;
  if (exponent <= 0) return sign;
  if (exponent >= 31) return static_cast<uint16_t>(sign | 0x7C00u | (std::isnan(value) ? 1 : 0));
  return static_cast<uint16_t>(sign | static_cast<uint32_t>(exponent << 10) | ((bits >> 13) & 1023u));
}

// What SampleArguments points at, in one piece each, so that a device test can copy it.
struct SampleBatch {
  BatchShape shape;
  std::vector<std::vector<unsigned char>> logits;  // a shard's bytes
  std::vector<uint32_t> masks;                     // (rows, mask_stride)
  std::vector<SampleRequest> requests;
  std::vector<SampleAdjustment> adjustments;
  std::vector<SampleOutcome> outcomes;
  std::vector<SampleTile> tiles;
  std::vector<uint64_t> lists;
  std::vector<uint32_t> tickets;
  size_t mask_stride = 0;

  size_t element_bytes() const { return shape.type == LogitType::kFloat32 ? 4 : 2; }
  std::vector<uint32_t> shard_sizes() const {
    return shape.shard_sizes.empty() ? std::vector<uint32_t>{static_cast<uint32_t>(shape.vocab_size)} : shape.shard_sizes;
  }
  size_t tile_total() const {
    size_t total = 0;
    for (const uint32_t size : shard_sizes()) total += tile_count(size);
    return total;
  }

  SampleArguments arguments() {
    SampleArguments a;
    uint32_t first = 0;
    size_t tile = 0;
    for (const uint32_t size : shard_sizes()) {
      SampleShard& shard = a.shards[a.shard_count];
      shard.logits = logits[a.shard_count].data() + shape.offset * element_bytes();
      shard.logits_stride = size + shape.padding;
      shard.first_token = first;
      shard.token_count = size;
      shard.tiles = tiles.data() + tile * shape.rows;
      shard.lists = lists.data() + tile * shape.rows * kTileList;
      first += size;
      tile += tile_count(size);
      ++a.shard_count;
    }
    a.type = shape.type;
    a.rows = shape.rows;
    a.vocab_size = shape.vocab_size;
    a.masks = masks.data();
    a.mask_stride = mask_stride;
    a.requests = requests.data();
    a.adjustments = adjustments.data();
    a.outcomes = outcomes.data();
    a.tickets = tickets.data();
    return a;
  }

  void set_logit(size_t row, uint32_t token, float value) {
    size_t s = 0;
    for (const uint32_t size : shard_sizes()) {
      if (token < size) {
        unsigned char* to = logits[s].data() + (shape.offset + row * (size + shape.padding) + token) * element_bytes();
        if (shape.type == LogitType::kFloat32) {
          std::memcpy(to, &value, 4);
        } else {
          const uint16_t bits = half_bits(value, shape.type);
          std::memcpy(to, &bits, 2);
        }
        return;
      }
      token -= size;
      ++s;
    }
  }

  float logit(size_t row, uint32_t token) const {
    size_t s = 0;
    for (const uint32_t size : shard_sizes()) {
      if (token < size) {
        const unsigned char* at = logits[s].data() + (shape.offset + row * (size + shape.padding) + token) * element_bytes();
        if (shape.type == LogitType::kFloat32) {
          float value;
          std::memcpy(&value, at, 4);
          return value;
        }
        uint16_t bits;
        std::memcpy(&bits, at, 2);
        if (shape.type == LogitType::kFloat16) return static_cast<float>(half_value(bits));
        const uint32_t wide = static_cast<uint32_t>(bits) << 16;
        float value;
        std::memcpy(&value, &wide, 4);
        return value;
      }
      token -= size;
      ++s;
    }
    return 0;
  }

  bool allows(size_t row, uint32_t token) const {
    const uint32_t mask_row = requests[row].mask_row;
    return mask_row == kNoMaskRow || mask_test(masks.data() + mask_row * mask_stride, token);
  }
};

// Logits normal with the shape's deviation; masks from full to a few tokens, shared between rows; all kinds of requests.
inline SampleBatch random_batch(const BatchShape& shape, uint32_t seed) {
  std::mt19937 random(seed);
  const auto below = [&](size_t n) { return static_cast<uint32_t>(random() % n); };
  SampleBatch batch;
  batch.shape = shape;
  for (const uint32_t size : batch.shard_sizes()) {
    batch.logits.emplace_back((shape.offset + shape.rows * (size + shape.padding)) * batch.element_bytes(), 0xFF);
  }
  std::normal_distribution<float> draw(0, static_cast<float>(shape.deviation));
  for (size_t r = 0; r < shape.rows; ++r) {
    for (uint32_t t = 0; t < shape.vocab_size; ++t) batch.set_logit(r, t, draw(random));
  }
  batch.mask_stride = mask_words(shape.vocab_size) + shape.padding % 3;
  batch.masks.assign(shape.rows * batch.mask_stride, 0);
  for (size_t r = 0; r < shape.rows; ++r) {
    uint32_t* words = batch.masks.data() + r * batch.mask_stride;
    const uint32_t kind = below(4);
    for (uint32_t t = 0; t < shape.vocab_size; ++t) {
      if (kind == 0 || (kind == 1 && below(20) != 0) || (kind == 2 && below(100) == 0)) mask_set(words, t);
    }
    for (uint32_t i = below(4) + 1; kind >= 2 && i > 0; --i) mask_set(words, below(shape.vocab_size));
  }
  for (size_t r = 0; r < shape.rows; ++r) {
    SampleRequest request;
    const float temperatures[] = {0, 0.4f, 1, 1, 1.7f};
    request.parameters.temperature = temperatures[below(5)];
    const uint32_t ks[] = {0, 0, 1, 2, 50, 100, 300, 5'000};
    request.parameters.top_k = ks[below(8)];
    const float ps[] = {1, 1, 0.9f, 0.5f, 0.99f, 0.05f};
    request.parameters.top_p = ps[below(6)];
    const float least[] = {0, 0, 0, 0.02f, 0.3f, 1};
    request.parameters.min_p = least[below(6)];
    request.parameters.seed = random();
    request.stream = below(1'000);
    request.position = below(100'000);
    request.mask_row = below(4) == 0 ? kNoMaskRow : below(shape.rows);
    request.wants_mass = below(4) != 0;
    request.adjustment_begin = request.adjustment_end = static_cast<uint32_t>(batch.adjustments.size());
    if (below(2) == 0) {
      request.parameters.repetition_penalty = 1.3f;
      request.parameters.presence_penalty = 0.5f;
      request.parameters.frequency_penalty = 0.25f;
      std::vector<uint32_t> tokens;
      for (uint32_t i = below(20); i > 0; --i) tokens.push_back(below(shape.vocab_size));
      std::sort(tokens.begin(), tokens.end());
      tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
      for (const uint32_t token : tokens) {
        batch.adjustments.push_back({token, below(4), below(2), below(3) == 0 ? 2.5f : 0.0f});
      }
      request.adjustment_end = static_cast<uint32_t>(batch.adjustments.size());
    }
    batch.requests.push_back(request);
  }
  batch.adjustments.push_back({});  // never empty, so that its address is one
  batch.outcomes.resize(shape.rows);
  batch.tickets.assign(shape.rows, 0);
  batch.tiles.resize(shape.rows * batch.tile_total());
  batch.lists.resize(shape.rows * batch.tile_total() * kTileList);
  return batch;
}

struct ReferenceRow {
  bool empty = false;
  uint32_t token = 0;
  double margin = 0;  // distance of the nearest boundary of top-p, min-p and the draw, as a share of the whole
  double logprob = 0, logprob_drawn = 0, log_allowed_mass = 0;
};

inline ReferenceRow reference_row(const SampleBatch& batch, size_t row) {
  struct Entry {
    float logit;
    uint32_t token;
    double weight;
  };
  const SampleRequest& request = batch.requests[row];
  const SampleParameters& p = request.parameters;
  std::vector<Entry> order;
  std::vector<float> adjusted(batch.shape.vocab_size);
  double all = 0, allowed = 0, top = -1e300;
  for (uint32_t t = 0; t < adjusted.size(); ++t) adjusted[t] = batch.logit(row, t);
  for (uint32_t i = request.adjustment_begin; i < request.adjustment_end; ++i) {
    const SampleAdjustment& a = batch.adjustments[i];
    float& l = adjusted[a.token];
    if (a.repeated) l = l > 0 ? l / p.repetition_penalty : l * p.repetition_penalty;
    if (a.count > 0) l = (l - p.presence_penalty) - p.frequency_penalty * static_cast<float>(a.count);
    l += a.bias;
  }
  for (uint32_t t = 0; t < adjusted.size(); ++t) {
    const double e = std::exp(static_cast<double>(batch.logit(row, t)));
    all += e;
    if (!batch.allows(row, t)) continue;
    allowed += e;
    order.push_back({adjusted[t], t, 0});
    top = std::max(top, static_cast<double>(adjusted[t]));
  }
  ReferenceRow result;
  result.empty = order.empty();
  if (result.empty) return result;
  std::sort(order.begin(), order.end(),
            [](const Entry& a, const Entry& b) { return a.logit != b.logit ? a.logit > b.logit : a.token < b.token; });
  result.log_allowed_mass = std::log(allowed / all);
  result.margin = 1;
  result.token = order[0].token;
  if (p.temperature > 0) {
    const auto sum = [&] {
      double total = 0;
      for (const Entry& e : order) total += e.weight;
      return total;
    };
    for (Entry& e : order) e.weight = std::exp((static_cast<double>(e.logit) - top) / static_cast<double>(p.temperature));
    if (p.top_k > 0 && p.top_k < order.size()) order.resize(p.top_k);
    if (p.top_p < 1) {
      const double total = sum(), target = static_cast<double>(p.top_p) * total;
      double running = 0;
      size_t kept = 0;
      while (kept < order.size() && (kept == 0 || running < target)) {
        running += order[kept++].weight;
        result.margin = std::min(result.margin, std::abs(running - target) / total);
      }
      order.resize(kept);
    }
    if (p.min_p > 0) {
      for (const Entry& e : order) {
        if (p.min_p < 1) result.margin = std::min(result.margin, std::abs(e.weight - static_cast<double>(p.min_p)));
      }
      while (order.size() > 1 && order.back().weight < static_cast<double>(p.min_p)) order.pop_back();
    }
    std::sort(order.begin(), order.end(), [](const Entry& a, const Entry& b) { return a.token < b.token; });
    const double total = sum(), u = uniform_at(p.seed, request.stream, request.position);
    double running = 0;
    bool found = false;
    for (const Entry& e : order) {
      running += e.weight;
      result.margin = std::min(result.margin, std::abs(running / total - u));
      if (!found && running > u * total) {
        found = true;
        result.token = e.token;
        result.logprob_drawn = std::log(e.weight / total);
      }
    }
  }
  result.logprob = static_cast<double>(batch.logit(row, result.token)) - std::log(all);
  return result;
}

}  // namespace keyway
