// One pass of at most kMostPassRows tokens through all layers.
//
// Entry points: ForwardPass::run, PassSegment.
// Only rows whose logits are wanted go through what follows the keys and values of the last layer: a prompt
// of 251 tokens skips 11 % of its sums so, and the LM head for all but one row (kernels/README.md has the
// figures). Invariant: rows of the buffers are the tokens of the segments in order; the caches have room for
// them. Tested by tests/runtime/model_test.cc.
#pragma once

#include <span>
#include <vector>

#include "kernels/cpu_kernels.h"
#include "runtime/model/model.h"

namespace keyway {

inline constexpr size_t kMostPassRows = 512;

// Tokens of one sequence in one pass.
struct PassSegment {
  KvCache* cache = nullptr;
  std::span<const TokenId> tokens;
  uint32_t first_position = 0;
  size_t wanted = 0;  // trailing tokens whose logits are wanted
};

class ForwardPass {
 public:
  ForwardPass(const ModelConfig& config, const ModelWeights& weights, const std::vector<float>& frequencies,
              WorkerPool& pool, ModelWorkspace& workspace);

  // Writes the wanted rows to logits: (sum of wanted, vocab_size). Throws std::bad_alloc before any cache is
  // written.
  void run(std::span<const PassSegment> segments, float* logits);

 private:
  // Rows of the residual stream that belong to one segment in the layer at hand.
  struct Rows {
    KvCache* cache;
    size_t first;  // row
    size_t count;
    size_t first_position;  // of the first row
  };

  void prepare(std::span<const PassSegment> segments);
  void embed(std::span<const PassSegment> segments);
  void keys_and_values(const LayerWeights& layer, uint32_t index);
  void keep_wanted(std::span<const PassSegment> segments);
  void attention(const LayerWeights& layer, uint32_t index);
  void mlp(const LayerWeights& layer);
  void norm_rows(const std::vector<float>& weight);
  void rotate_heads(float* heads, size_t count, size_t row, const std::vector<float>& norm);
  void product(const WeightMatrix& weights, const std::vector<float>& bias, const float* x, size_t x_stride,
               float* out, size_t out_stride, bool accumulate);

  const ModelConfig& config_;
  const ModelWeights& weights_;
  const std::vector<float>& frequencies_;
  WorkerPool& pool_;
  ModelWorkspace& space_;
  const CpuKernels& kernels_;
  std::vector<Rows> segments_;
  size_t rows_ = 0;            // in the layer at hand
  size_t scratch_floats_ = 0;  // per worker
};

}  // namespace keyway
