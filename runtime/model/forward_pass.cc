// The layers of a Llama-like transformer; see forward_pass.h.
#include "runtime/model/forward_pass.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/attention.h"
#include "kernels/matmul.h"
#include "runtime/model/rope.h"

namespace keyway {
namespace {

// Grows only: a decode step after a prompt allocates nothing.
void ensure(std::vector<float>& buffer, size_t floats) {
  if (buffer.size() < floats) buffer.resize(floats);
}

}  // namespace

ForwardPass::ForwardPass(const ModelConfig& config, const ModelWeights& weights,
                         const std::vector<float>& frequencies, WorkerPool& pool, ModelWorkspace& workspace)
    : config_(config),
      weights_(weights),
      frequencies_(frequencies),
      pool_(pool),
      space_(workspace),
      kernels_(cpu_kernels()) {}

void ForwardPass::run(std::span<const PassSegment> segments, float* logits) {
  prepare(segments);
  embed(segments);
  for (uint32_t layer = 0; layer < config_.layers; ++layer) {
    norm_rows(weights_.layers[layer].input_norm);
    keys_and_values(weights_.layers[layer], layer);
    if (layer + 1 == config_.layers) keep_wanted(segments);
    if (rows_ == 0) return;
    attention(weights_.layers[layer], layer);
    norm_rows(weights_.layers[layer].mlp_norm);
    mlp(weights_.layers[layer]);
  }
  norm_rows(weights_.final_norm);
  product(weights_.lm_head, {}, space_.normed.data(), config_.hidden_size, logits, config_.vocab_size, false);
}

void ForwardPass::prepare(std::span<const PassSegment> segments) {
  size_t most_positions = 0;
  rows_ = 0;
  segments_.clear();
  for (const PassSegment& segment : segments) {
    segments_.push_back({segment.cache, rows_, segment.tokens.size(), segment.first_position});
    rows_ += segment.tokens.size();
    most_positions = std::max(most_positions, segment.first_position + segment.tokens.size());
  }
  const size_t queries = size_t{config_.heads} * config_.head_size;
  const size_t keys = size_t{config_.kv_heads} * config_.head_size;
  ensure(space_.residual, rows_ * config_.hidden_size);
  ensure(space_.normed, rows_ * std::max<size_t>(config_.hidden_size, queries));
  ensure(space_.queries, rows_ * queries);
  ensure(space_.keys_values, rows_ * 2 * keys);
  ensure(space_.gate, rows_ * config_.intermediate_size);
  ensure(space_.up, rows_ * config_.intermediate_size);
  ensure(space_.cosines, rows_ * frequencies_.size());
  ensure(space_.sines, rows_ * frequencies_.size());
  scratch_floats_ =
      std::max(kMultiplyScratchFloats,
               attention_scratch_floats(config_.heads / config_.kv_heads, config_.head_size, most_positions));
  ensure(space_.scratch, scratch_floats_ * pool_.threads());
  for (const Rows& rows : segments_) {
    for (size_t i = 0; i < rows.count; ++i) {
      const size_t at = (rows.first + i) * frequencies_.size();
      rope_angles(frequencies_, static_cast<uint32_t>(rows.first_position + i), space_.cosines.data() + at,
                  space_.sines.data() + at);
    }
  }
}

void ForwardPass::embed(std::span<const PassSegment> segments) {
  const WeightMatrix& table = weights_.embeddings;
  float* row = space_.residual.data();
  for (const PassSegment& segment : segments) {
    for (TokenId token : segment.tokens) {
      kernels_.read_elements(table.row(token), table.type, table.columns, row);
      row += table.columns;
    }
  }
}

void ForwardPass::norm_rows(const std::vector<float>& weight) {
  const size_t hidden = config_.hidden_size;
  for (size_t row = 0; row < rows_; ++row) {
    kernels_.rms_norm(space_.residual.data() + row * hidden, weight.data(), hidden, config_.rms_norm_epsilon,
                      space_.normed.data() + row * hidden);
  }
}

void ForwardPass::rotate_heads(float* heads, size_t count, size_t row, const std::vector<float>& norm) {
  const size_t half = frequencies_.size();
  for (size_t head = 0; head < count; ++head) {
    float* x = heads + head * config_.head_size;
    if (!norm.empty()) kernels_.rms_norm(x, norm.data(), config_.head_size, config_.rms_norm_epsilon, x);
    kernels_.rotate(x, space_.cosines.data() + row * half, space_.sines.data() + row * half, half);
  }
}

void ForwardPass::keys_and_values(const LayerWeights& layer, uint32_t index) {
  const size_t size = size_t{config_.kv_heads} * config_.head_size;
  float* keys = space_.keys_values.data();  // (rows, 2, kv_heads * head_size)
  product(layer.key, layer.key_bias, space_.normed.data(), config_.hidden_size, keys, 2 * size, false);
  product(layer.value, layer.value_bias, space_.normed.data(), config_.hidden_size, keys + size, 2 * size,
          false);
  for (const Rows& rows : segments_) {
    for (size_t row = rows.first; row < rows.first + rows.count; ++row) {
      float* key = keys + row * 2 * size;
      rotate_heads(key, config_.kv_heads, row, layer.key_norm);
      const uint32_t position = static_cast<uint32_t>(rows.first_position + row - rows.first);
      for (uint32_t head = 0; head < config_.kv_heads; ++head) {
        const size_t at = size_t{head} * config_.head_size;
        rows.cache->write(index, head, position, key + at, key + size + at);
      }
    }
  }
}

// Moves the wanted rows to the front; the rest has done its part once its keys and values are stored.
void ForwardPass::keep_wanted(std::span<const PassSegment> segments) {
  size_t kept = 0;
  auto move_rows = [&](std::vector<float>& buffer, size_t width, size_t from, size_t count) {
    std::memmove(buffer.data() + kept * width, buffer.data() + from * width, count * width * sizeof(float));
  };
  for (size_t i = 0; i < segments.size(); ++i) {
    Rows& rows = segments_[i];
    const size_t wanted = segments[i].wanted, from = rows.first + rows.count - wanted;
    move_rows(space_.residual, config_.hidden_size, from, wanted);
    move_rows(space_.normed, config_.hidden_size, from, wanted);
    move_rows(space_.cosines, frequencies_.size(), from, wanted);
    move_rows(space_.sines, frequencies_.size(), from, wanted);
    rows = {rows.cache, kept, wanted, rows.first_position + rows.count - wanted};
    kept += wanted;
  }
  rows_ = kept;
}

void ForwardPass::attention(const LayerWeights& layer, uint32_t index) {
  const size_t size = size_t{config_.heads} * config_.head_size;
  const size_t group = config_.heads / config_.kv_heads;
  product(layer.query, layer.query_bias, space_.normed.data(), config_.hidden_size, space_.queries.data(),
          size, false);
  for (size_t row = 0; row < rows_; ++row)
    rotate_heads(space_.queries.data() + row * size, config_.heads, row, layer.query_norm);

  pool_.run(segments_.size() * config_.kv_heads, [&](size_t task, uint32_t worker) {
    const Rows& rows = segments_[task / config_.kv_heads];
    const uint32_t kv_head = static_cast<uint32_t>(task % config_.kv_heads);
    const size_t at = rows.first * size + kv_head * group * config_.head_size;
    AttentionQuery query;
    query.queries = space_.queries.data() + at;
    query.out = space_.normed.data() + at;  // the normed rows are used up
    query.stride = size;
    query.tokens = rows.count;
    query.group = group;
    query.head_size = config_.head_size;
    query.first_position = rows.first_position;
    query.window = config_.windows[index].value_or(0);
    query.scale = 1.0f / std::sqrt(static_cast<float>(config_.head_size));
    attend(kernels_, query, rows.cache->head(index, kv_head),
           space_.scratch.data() + worker * scratch_floats_);
  });
  product(layer.output, layer.output_bias, space_.normed.data(), size, space_.residual.data(),
          config_.hidden_size, true);
}

void ForwardPass::mlp(const LayerWeights& layer) {
  const size_t inner = config_.intermediate_size, hidden = config_.hidden_size;
  product(layer.gate, layer.gate_bias, space_.normed.data(), hidden, space_.gate.data(), inner, false);
  product(layer.up, layer.up_bias, space_.normed.data(), hidden, space_.up.data(), inner, false);
  kernels_.silu_multiply(space_.gate.data(), space_.up.data(), rows_ * inner);
  product(layer.down, layer.down_bias, space_.gate.data(), inner, space_.residual.data(), hidden, true);
}

// out (+)= x W^T + bias for the rows at hand, the weights' rows shared among the workers.
void ForwardPass::product(const WeightMatrix& weights, const std::vector<float>& bias, const float* x,
                          size_t x_stride, float* out, size_t out_stride, bool accumulate) {
  if (!bias.empty()) {
    for (size_t row = 0; row < rows_; ++row) {
      float* to = out + row * out_stride;
      for (size_t i = 0; i < bias.size(); ++i) to[i] = accumulate ? to[i] + bias[i] : bias[i];
    }
    accumulate = true;
  }
  const size_t step = kProductPanels * kPanelWidth;
  const size_t blocks = (weights.rows + step - 1) / step;
  const size_t tasks = std::min<size_t>(blocks, pool_.threads());
  pool_.run(tasks, [&](size_t task, uint32_t worker) {
    WeightProduct part;
    part.weights = weights;
    part.first_row = blocks * task / tasks * step;
    part.end_row = std::min(weights.rows, blocks * (task + 1) / tasks * step);
    part.x = x;
    part.x_stride = x_stride;
    part.rows = rows_;
    part.out = out;
    part.out_stride = out_stride;
    part.accumulate = accumulate;
    multiply(kernels_, part, space_.scratch.data() + worker * scratch_floats_);
  });
}

}  // namespace keyway
