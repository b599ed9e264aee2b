// The default model's own template gives the prompts that transformers gives, to the byte.
#include "tests/tools/chat_template_support.h"

namespace keyway {
namespace {

const std::string kModel = std::string(KEYWAY_SOURCE_DIR) + "/examples/models/keyway-tiny";

std::string model_template() {
  const Result<JsonDocument> config = parse_json(read_file(kModel + "/tokenizer_config.json"));
  EXPECT_TRUE(config.ok());
  return config.ok() ? std::string(config->root().find("chat_template")->string()) : std::string();
}

TEST(ChatTemplateModel, HeldOutExamplesGiveThePromptsOfTransformers) {
  const Result<ChatTemplate> parsed = ChatTemplate::parse(model_template());
  ASSERT_TRUE(parsed.ok()) << parsed.error().to_string();
  const auto golden = read_lines(std::string(KEYWAY_SOURCE_DIR) + "/tests/tools/data/chat_template_heldout.txt");
  const auto examples = read_lines(kModel + "/heldout_examples.jsonl");
  ASSERT_EQ(examples.size(), 200u);
  ASSERT_EQ(golden.size(), examples.size());
  for (size_t i = 0; i < examples.size(); ++i) {
    const Result<JsonDocument> example = parse_json(examples[i]);
    ASSERT_TRUE(example.ok()) << i;
    TemplateInput input;
    input.messages = *example->root().find("messages");
    input.tools = example->root().find("tools");
    const Result<std::string> prompt = parsed->render(input);
    ASSERT_TRUE(prompt.ok()) << i << " " << prompt.error().to_string();
    char line[64];
    std::snprintf(line, sizeof line, "%016llx %zu", static_cast<unsigned long long>(fingerprint(*prompt)), prompt->size());
    EXPECT_EQ(line, golden[i]) << "example " << i << "\n" << *prompt;
  }
}

TEST(ChatTemplateModel, WithoutToolsAndWithoutAGenerationPrompt) {
  const Result<JsonDocument> messages = parse_json(R"([{"role": "user", "content": "hi"}])");
  TemplateInput input;
  input.messages = messages->root();
  input.add_generation_prompt = false;
  const Result<std::string> prompt = ChatTemplate::parse(model_template())->render(input);
  ASSERT_TRUE(prompt.ok()) << prompt.error().to_string();
  EXPECT_EQ(*prompt,
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\nhi<|im_end|>\n");
}

}  // namespace
}  // namespace keyway
