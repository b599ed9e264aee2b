// The logits of one sequence of a model.
//
// Entry points: ModelSource. Invariant: the sequence is what was forwarded since the last reset().
// Thread safety: one thread at a time; sources of one model are independent. Tested by tests/runtime/cli_test.py.
#pragma once

#include <memory>
#include <vector>

#include "runtime/decode/logits_source.h"
#include "runtime/model/model.h"

namespace keyway {

class ModelSource : public LogitsSource {
 public:
  explicit ModelSource(std::shared_ptr<const Model> model)
      : model_(std::move(model)), cache_(model_->make_cache()), logits_(model_->config().vocab_size) {}

  size_t vocab_size() const override { return logits_.size(); }
  size_t context_left() const override { return cache_.shape().context - cache_.position(); }
  Result<std::span<const float>> forward(std::span<const TokenId> tokens) override {
    const SequenceChunk chunk = {&cache_, tokens, LogitsRows::kLast};
    if (Status status = model_->forward({&chunk, 1}, logits_, workspace_); !status.ok()) return status.error();
    return std::span<const float>(logits_);
  }
  // Starts a new sequence in the memory of the old one.
  void reset() { cache_.truncate(0); }

 private:
  std::shared_ptr<const Model> model_;
  KvCache cache_;
  std::vector<float> logits_;  // (vocab_size)
  ModelWorkspace workspace_;
};

}  // namespace keyway
