// Loading, and checks around the forward pass; see model.h.
#include "runtime/model/model.h"

#include <algorithm>
#include <exception>

#include "runtime/model/forward_pass.h"
#include "runtime/model/rope.h"

namespace keyway {
namespace {

std::string chunk_place(size_t index) { return "chunk " + std::to_string(index); }

Status check_chunk(const ModelConfig& config, const KvShape& shape, const SequenceChunk& chunk,
                   size_t index) {
  if (chunk.cache == nullptr) return fail(ErrorCode::kInvalid, "a chunk has no cache", chunk_place(index));
  if (!(chunk.cache->shape() == shape)) {
    return fail(ErrorCode::kMismatch, "a chunk has the cache of another model", chunk_place(index));
  }
  if (chunk.tokens.empty())
    return fail(ErrorCode::kInvalid, "a chunk has no tokens", chunk_place(index), "0 tokens", "1 or more");
  for (size_t i = 0; i < chunk.tokens.size(); ++i) {
    if (chunk.tokens[i] < config.vocab_size) continue;
    return fail(ErrorCode::kInvalid, "a token is not in the model's vocabulary",
                chunk_place(index) + ", token " + std::to_string(i), std::to_string(chunk.tokens[i]),
                "0 to " + std::to_string(config.vocab_size - 1));
  }
  const uint64_t positions = uint64_t{chunk.cache->position()} + chunk.tokens.size();
  if (positions > config.context) {
    return fail(ErrorCode::kLimit, "the sequence is longer than the model's context", chunk_place(index),
                std::to_string(positions) + " tokens", "context " + std::to_string(config.context));
  }
  return {};
}

Status check_distinct(std::span<const SequenceChunk> chunks) {
  std::vector<const KvCache*> caches;
  for (const SequenceChunk& chunk : chunks) caches.push_back(chunk.cache);
  std::sort(caches.begin(), caches.end());
  if (std::adjacent_find(caches.begin(), caches.end()) == caches.end()) return {};
  return fail(ErrorCode::kInvalid, "a cache stands in two chunks of one call");
}

size_t wanted_rows(const SequenceChunk& chunk) {
  switch (chunk.rows) {
    case LogitsRows::kNone:
      return 0;
    case LogitsRows::kLast:
      return 1;
    case LogitsRows::kAll:
      return chunk.tokens.size();
  }
  return 0;
}

// Cuts the chunks into passes of at most kMostPassRows tokens, in order.
std::vector<std::vector<PassSegment>> plan_passes(std::span<const SequenceChunk> chunks) {
  std::vector<std::vector<PassSegment>> passes;
  size_t room = 0;
  for (const SequenceChunk& chunk : chunks) {
    const size_t skipped = chunk.tokens.size() - wanted_rows(chunk);  // leading tokens without logits
    for (size_t begin = 0; begin < chunk.tokens.size();) {
      if (room == 0) {
        passes.emplace_back();
        room = kMostPassRows;
      }
      const size_t count = std::min(room, chunk.tokens.size() - begin);
      const size_t end = begin + count;
      const size_t wanted = end - std::min(end, std::max(begin, skipped));
      passes.back().push_back({chunk.cache, chunk.tokens.subspan(begin, count),
                               static_cast<uint32_t>(chunk.cache->position() + begin), wanted});
      begin = end;
      room -= count;
    }
  }
  return passes;
}

}  // namespace

Result<std::shared_ptr<const Model>> Model::load(const std::filesystem::path& folder,
                                                 const ModelOptions& options) {
  if (options.threads < 1 || options.threads > kMostThreads) {
    return fail(ErrorCode::kInvalid, "a number of threads that is not possible", "threads",
                std::to_string(options.threads), "1 to " + std::to_string(kMostThreads));
  }
  Result<ModelConfig> config = read_model_config(folder);
  if (!config) return config.error();
  Result<ModelWeights> weights = load_weights(folder, *config);
  if (!weights) return weights.error();
  Result<std::unique_ptr<WorkerPool>> pool = WorkerPool::create(options.threads);
  if (!pool) return pool.error();
  std::shared_ptr<Model> model(new Model());
  model->frequencies_ = rope_frequencies(config->rope, config->head_size);
  model->config_ = std::move(*config);
  model->weights_ = std::move(*weights);
  model->pool_ = std::move(*pool);
  return std::shared_ptr<const Model>(std::move(model));
}

KvCache Model::make_cache() const {
  return KvCache({config_.layers, config_.kv_heads, config_.head_size, config_.context});
}

size_t Model::logits_rows(std::span<const SequenceChunk> chunks) {
  size_t rows = 0;
  for (const SequenceChunk& chunk : chunks) rows += wanted_rows(chunk);
  return rows;
}

Status Model::forward(std::span<const SequenceChunk> chunks, std::span<float> logits,
                      ModelWorkspace& workspace) const {
  const KvShape shape{config_.layers, config_.kv_heads, config_.head_size, config_.context};
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (Status s = check_chunk(config_, shape, chunks[i], i); !s) return s;
  }
  if (Status s = check_distinct(chunks); !s) return s;
  const size_t rows = logits_rows(chunks);
  if (logits.size() / config_.vocab_size != rows || logits.size() % config_.vocab_size != 0) {
    return fail(ErrorCode::kMismatch, "the logits do not have the size that the chunks ask for", {},
                std::to_string(logits.size()) + " floats",
                std::to_string(rows) + " rows of " + std::to_string(config_.vocab_size));
  }
  for (const SequenceChunk& chunk : chunks) {
    const uint32_t positions = chunk.cache->position() + static_cast<uint32_t>(chunk.tokens.size());
    if (Status s = chunk.cache->reserve(positions); !s) return s;
  }
  try {
    ForwardPass pass(config_, weights_, frequencies_, *pool_, workspace);
    float* out = logits.data();
    for (const std::vector<PassSegment>& segments : plan_passes(chunks)) {
      pass.run(segments, out);
      for (const PassSegment& segment : segments) out += segment.wanted * config_.vocab_size;
    }
  } catch (const std::exception&) {
    return fail(ErrorCode::kLimit, "no memory for a forward pass", {},
                std::to_string(chunks.size()) + " chunks", "memory");
  }
  for (const SequenceChunk& chunk : chunks) {
    chunk.cache->set_position(chunk.cache->position() + static_cast<uint32_t>(chunk.tokens.size()));
  }
  return {};
}

Status Model::forward(std::span<const SequenceChunk> chunks, std::span<float> logits) const {
  ModelWorkspace workspace;
  return forward(chunks, logits, workspace);
}

}  // namespace keyway
