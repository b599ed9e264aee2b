// A decoder-only transformer from a Hugging Face folder: token ids in, logits out.
//
// Entry points: Model::load, Model::make_cache, Model::forward.
// One forward takes several sequences at different positions: a prompt is one chunk of many tokens, a decode
// step a chunk of one, and both may stand in the same call. Results of a sequence do not depend on its
// neighbours beyond rounding (sums are grouped differently for one row and for many). Invariant: activations,
// sums and logits are fp32; weights stay mapped in their own element type. Thread safety: a Model is
// immutable; forward may run on many threads at once with different caches and workspaces. Tested by
// tests/runtime/model_test.cc.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "grammar/error.h"
#include "grammar/ids.h"
#include "runtime/model/config.h"
#include "runtime/model/kv_cache.h"
#include "runtime/model/weights.h"
#include "runtime/model/worker_pool.h"

namespace keyway {

struct ModelOptions {
  uint32_t threads = 1;  // for one forward; more pays off for prompts and for large models
};

// Which rows of logits a chunk wants: none of its tokens (more of the prompt follows), its last, or all of
// them.
enum class LogitsRows : uint8_t { kNone, kLast, kAll };

// Tokens that follow what `cache` holds.
struct SequenceChunk {
  KvCache* cache = nullptr;
  std::span<const TokenId> tokens;
  LogitsRows rows = LogitsRows::kLast;
};

// Memory that forward passes reuse from call to call. Thread safety: one forward at a time.
struct ModelWorkspace {
  std::vector<float> residual, normed, queries, keys_values, gate, up, cosines, sines, scratch;
};

class Model {
 public:
  static constexpr uint32_t kMostThreads = 256;

  // Errors: those of read_model_config and load_weights; kInvalid for threads outside [1, kMostThreads].
  static Result<std::shared_ptr<const Model>> load(const std::filesystem::path& folder,
                                                   const ModelOptions& options = {});

  const ModelConfig& config() const { return config_; }
  // Bytes of weights that a decode step reads.
  uint64_t step_bytes() const { return weights_.step_bytes; }
  const ModelWeights& weights() const { return weights_; }

  // An empty sequence.
  KvCache make_cache() const;

  // Rows of logits that the chunks ask for, together.
  static size_t logits_rows(std::span<const SequenceChunk> chunks);

  // Appends each chunk's tokens to its cache and writes the wanted rows to logits: (logits_rows(chunks),
  // vocab_size), in the order of chunks and tokens. Errors, each before anything is changed: kInvalid for an
  // empty chunk, a token outside the vocabulary, a cache that is missing or stands in two chunks; kMismatch
  // for another model's cache or another size of logits; kLimit when a sequence passes the context or memory
  // runs out. Complexity: O(tokens * weights + tokens * positions), in passes of at most 512 tokens.
  Status forward(std::span<const SequenceChunk> chunks, std::span<float> logits,
                 ModelWorkspace& workspace) const;
  Status forward(std::span<const SequenceChunk> chunks, std::span<float> logits) const;

 private:
  Model() = default;

  ModelConfig config_;
  ModelWeights weights_;
  std::vector<float> frequencies_;  // (head_size / 2), radians per position
  std::unique_ptr<WorkerPool> pool_;
};

}  // namespace keyway
