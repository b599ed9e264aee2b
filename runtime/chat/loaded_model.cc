// Loads the parts of a model folder; see loaded_model.h. Tested by tests/runtime/cli_test.py.
#include "runtime/chat/loaded_model.h"

namespace keyway {

Result<LoadedModel> load_model(const std::filesystem::path& folder, const LoadOptions& options) {
  auto tokenizer = Tokenizer::open(options.tokenizer.empty() ? folder : options.tokenizer);
  if (!tokenizer.ok()) return tokenizer.error();
  auto model = Model::load(folder, ModelOptions{options.threads});
  if (!model.ok()) return model.error();
  if ((*tokenizer)->vocab_size() > (*model)->config().vocab_size) {
    return fail(ErrorCode::kMismatch, "the tokenizer has tokens that the model has no row for", folder.string(),
                std::to_string((*tokenizer)->vocab_size()) + " tokens",
                std::to_string((*model)->config().vocab_size) + " rows");
  }
  LoadedModel loaded{*tokenizer, *model, std::nullopt};
  if (const auto text = loaded.tokenizer->chat_template()) {
    auto parsed = ChatTemplate::parse(*text);
    if (!parsed.ok()) return parsed.error();
    loaded.chat_template = *parsed;
  }
  return loaded;
}

}  // namespace keyway
