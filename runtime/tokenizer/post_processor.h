// Post-processors of tokenizer.json: the control tokens put around a text when they are asked for.
//
// Entry points: PostProcessor::read. Supported: TemplateProcessing (its `single` form), ByteLevel (which changes
// offsets only), Sequence; the others are refused by name.
// Tested by tests/runtime/tokenizer_pipeline_test.cc.
#pragma once

#include <vector>

#include "grammar/error.h"
#include "grammar/ids.h"
#include "runtime/tokenizer/json_view.h"

namespace keyway {

struct PostProcessor {
  std::vector<TokenId> before;
  std::vector<TokenId> after;

  // Ids must be below `vocabulary_size`.
  static Result<PostProcessor> read(const std::optional<JsonView>& view, size_t vocabulary_size);
};

}  // namespace keyway
