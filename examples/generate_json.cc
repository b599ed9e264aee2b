// Schema-valid JSON: the text is complete and valid within the limit, whatever the model would like to say.
//
// Usage: generate_json MODEL_DIR SCHEMA "request". Run as a test by examples/CMakeLists.txt.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "runtime/chat/prompt.h"
#include "runtime/chat/schema_grammar.h"
#include "runtime/decode/decode.h"
#include "runtime/decode/model_source.h"
#include "runtime/decode/tokenizer_text.h"

namespace {

using namespace keyway;

Result<DecodeResult> run(const char* folder, const std::string& schema_text, const char* text) {
  const auto model = load_model(folder);
  if (!model.ok()) return model.error();
  const auto schema = parse_json(schema_text);
  if (!schema.ok()) return schema.error();
  const auto grammar = schema_grammar(*schema, model->tokenizer->vocabulary());
  if (!grammar.ok()) return grammar.error();
  const auto messages = user_message(text);
  if (!messages.ok()) return messages.error();
  const auto prompt = render_prompt(*model, messages->root(), {});
  if (!prompt.ok()) return prompt.error();

  const auto ids = model->tokenizer->encode(*prompt);
  ModelSource source(model->model);
  TokenizerText decoder(*model->tokenizer);
  Matcher matcher(*grammar);
  DecodeOptions options;
  options.max_tokens = 80;
  options.sample.temperature = 0.7f;
  options.sample.top_p = 0.9f;
  options.sample.seed = 42;
  DecodeObserver observer;
  observer.on_text = [](std::string_view piece) { std::printf("%.*s", static_cast<int>(piece.size()), piece.data()); };
  return decode({&source, model->tokenizer->vocabulary().get(), &decoder, &matcher, ids}, options, observer);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  std::stringstream schema;
  schema << std::ifstream(argv[2]).rdbuf();
  const auto result = run(argv[1], schema.str(), argv[3]);
  if (!result.ok()) {
    std::printf("%s\n", result.error().to_string().c_str());
    return 1;
  }
  const auto value = parse_json(result->text);
  const bool sound = value.ok() && value->root().find("name") && value->root().find("born")->integer() >= 1500;
  std::printf("\n%u tokens; the grammar left %.3f of the model's probability\n", result->completion_tokens,
              std::exp(result->log_allowed_mass));
  return sound ? 0 : 1;
}
