// A model folder in memory: tokenizer, weights and chat template, checked against each other.
//
// Entry points: load_model, LoadedModel. Thread safety: immutable.
// Tested by tests/runtime/cli_test.py.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "grammar/error.h"
#include "runtime/model/model.h"
#include "runtime/tokenizer/tokenizer.h"
#include "tools/chat_template/chat_template.h"

namespace keyway {

struct LoadedModel {
  std::shared_ptr<const Tokenizer> tokenizer;
  std::shared_ptr<const Model> model;
  std::optional<ChatTemplate> chat_template;  // empty where the folder has none
};

struct LoadOptions {
  std::filesystem::path tokenizer;  // empty: the model's folder
  uint32_t threads = 1;
};

// Errors: those of tokenizer, model and template; kMismatch where the tokenizer has ids that the model has no row for.
Result<LoadedModel> load_model(const std::filesystem::path& folder, const LoadOptions& options = {});

}  // namespace keyway
