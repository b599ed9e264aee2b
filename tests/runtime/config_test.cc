// What config.json of each family means, and what is refused by name.
#include "runtime/model/config.h"

#include <gtest/gtest.h>

#include <string>

namespace keyway {
namespace {

// A good Llama config with `extra` members first, so that a test says only what it is about.
std::string llama(const std::string& extra = "") {
  return "{" + extra + (extra.empty() ? "" : ",") +
         R"("architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":100,"hidden_size":64,)"
         R"("intermediate_size":96,"num_hidden_layers":4,"num_attention_heads":8})";
}

std::string family(const std::string& type, const std::string& name, const std::string& extra) {
  return "{" + extra + (extra.empty() ? "" : ",") + "\"architectures\":[\"" + name + "\"],\"model_type\":\"" +
         type +
         R"(","vocab_size":100,"hidden_size":64,"intermediate_size":96,"num_hidden_layers":4,"num_attention_heads":8})";
}

ModelConfig good(const std::string& text) {
  const Result<ModelConfig> config = parse_model_config(text);
  EXPECT_TRUE(config.ok()) << config.error().to_string() << "\n" << text;
  return config.ok() ? *config : ModelConfig();
}

TEST(ModelConfig, AbsentFieldsHaveTheDefaultsOfTransformers) {
  const ModelConfig config = good(llama());
  EXPECT_EQ(config.architecture, Architecture::kLlama);
  EXPECT_EQ(config.kv_heads, 8u);
  EXPECT_EQ(config.head_size, 8u);
  EXPECT_EQ(config.context, 2048u);
  EXPECT_FLOAT_EQ(config.rms_norm_epsilon, 1e-6f);
  EXPECT_EQ(config.rope.theta, 10000.0);
  EXPECT_EQ(config.rope.scaling, RopeScaling::kNone);
  EXPECT_FALSE(config.tied_embeddings || config.qkv_bias || config.output_bias || config.mlp_bias ||
               config.qk_norm);
  EXPECT_EQ(config.windows.size(), 4u);
  EXPECT_FALSE(config.windows[0].has_value());
}

TEST(ModelConfig, BiasesAndNormsFollowTheFamily) {
  const ModelConfig llama_biases = good(llama(R"("attention_bias":true,"mlp_bias":true)"));
  EXPECT_TRUE(llama_biases.qkv_bias && llama_biases.output_bias && llama_biases.mlp_bias);
  const ModelConfig qwen2 = good(family("qwen2", "Qwen2ForCausalLM", ""));
  EXPECT_TRUE(qwen2.qkv_bias);
  EXPECT_FALSE(qwen2.output_bias || qwen2.mlp_bias || qwen2.qk_norm);
  const ModelConfig qwen3 = good(family("qwen3", "Qwen3ForCausalLM", ""));
  EXPECT_TRUE(qwen3.qk_norm);
  EXPECT_FALSE(qwen3.qkv_bias);
  EXPECT_EQ(qwen3.head_size, 128u);
}

TEST(ModelConfig, BothFormsOfRopeAreRead) {
  const ModelConfig before = good(llama(
      R"("rope_theta":500000.0,"rope_scaling":{"type":"llama3","factor":8,"low_freq_factor":1,"high_freq_factor":4,"original_max_position_embeddings":8192})"));
  EXPECT_EQ(before.rope.scaling, RopeScaling::kLlama3);
  EXPECT_EQ(before.rope.theta, 500000.0);
  EXPECT_EQ(before.rope.original_context, 8192u);
  const ModelConfig now =
      good(llama(R"("rope_parameters":{"rope_type":"linear","rope_theta":7000,"factor":2.5})"));
  EXPECT_EQ(now.rope.scaling, RopeScaling::kLinear);
  EXPECT_EQ(now.rope.theta, 7000.0);
  EXPECT_EQ(now.rope.factor, 2.5);
  EXPECT_EQ(good(llama(R"("rope_scaling":null)")).rope.scaling, RopeScaling::kNone);
}

TEST(ModelConfig, WindowsFollowTheFamily) {
  using Windows = std::vector<std::optional<uint32_t>>;
  const auto none = std::nullopt;
  const std::string mistral = "MistralForCausalLM", qwen = "Qwen2ForCausalLM";
  EXPECT_EQ(good(family("mistral", mistral, "")).windows, (Windows{4096, 4096, 4096, 4096}));
  EXPECT_EQ(good(family("mistral", mistral, R"("sliding_window":null)")).windows,
            (Windows{none, none, none, none}));
  EXPECT_EQ(good(family("mistral", mistral, R"("sliding_window":7)")).windows, (Windows{7, 7, 7, 7}));
  EXPECT_EQ(good(family("qwen2", qwen, R"("sliding_window":7,"max_window_layers":1)")).windows,
            (Windows{none, none, none, none}));
  EXPECT_EQ(
      good(family("qwen2", qwen, R"("use_sliding_window":true,"sliding_window":7,"max_window_layers":1)"))
          .windows,
      (Windows{none, 7, 7, 7}));
  EXPECT_EQ(good(family("qwen2", qwen, R"("use_sliding_window":true,"sliding_window":7,"layer_types":
      ["sliding_attention","full_attention","sliding_attention","full_attention"])"))
                .windows,
            (Windows{7, none, 7, none}));
  EXPECT_EQ(good(llama(R"("sliding_window":7)")).windows, (Windows{none, none, none, none}));
}

struct Refusal {
  std::string text;
  ErrorCode code;
  std::string pointer;
};

TEST(ModelConfig, WhatIsNotDoneIsRefusedByNameAndPlace) {
  const Refusal refusals[] = {
      {family("gpt2", "GPT2LMHeadModel", ""), ErrorCode::kUnsupported, "/architectures"},
      {family("llama", "LlamaForSequenceClassification", ""), ErrorCode::kUnsupported, "/architectures"},
      {family("qwen3", "LlamaForCausalLM", ""), ErrorCode::kUnsupported, "/architectures"},
      {R"({"model_type":"mamba"})", ErrorCode::kUnsupported, "/model_type"},
      {R"({})", ErrorCode::kUnsupported, "/architectures"},
      {llama(R"("hidden_act":"gelu")"), ErrorCode::kUnsupported, "/hidden_act"},
      {llama(R"("quantization_config":{"bits":4})"), ErrorCode::kUnsupported, "/quantization_config"},
      {llama(R"("partial_rotary_factor":0.5)"), ErrorCode::kUnsupported, "/partial_rotary_factor"},
      {llama(R"("rope_scaling":{"rope_type":"yarn","factor":4})"), ErrorCode::kUnsupported,
       "/rope_scaling/rope_type"},
      {llama(R"("rope_scaling":{"type":"dynamic","factor":4})"), ErrorCode::kUnsupported,
       "/rope_scaling/type"},
      {llama(R"("rope_parameters":{"rope_type":"linear"})"), ErrorCode::kInvalid, "/rope_parameters/factor"},
      {llama(
           R"("rope_parameters":{"rope_type":"llama3","factor":8,"low_freq_factor":4,"high_freq_factor":4})"),
       ErrorCode::kInvalid, "/rope_parameters/high_freq_factor"},
      {family("qwen2", "Qwen2ForCausalLM", R"("use_sliding_window":true,"layer_types":["full_attention"])"),
       ErrorCode::kInvalid, "/layer_types"},
      {family("qwen2", "Qwen2ForCausalLM", R"("use_sliding_window":true,"layer_types":
          ["full_attention","full_attention","linear_attention","full_attention"])"),
       ErrorCode::kUnsupported, "/layer_types/2"},
      {"[]", ErrorCode::kInvalid, ""},
      {"{", ErrorCode::kSyntax, "line 1, column 2"},
  };
  for (const Refusal& refusal : refusals) {
    const Result<ModelConfig> config = parse_model_config(refusal.text);
    ASSERT_FALSE(config.ok()) << refusal.text;
    EXPECT_EQ(config.error().code, refusal.code) << refusal.text;
    EXPECT_EQ(config.error().pointer, refusal.pointer) << refusal.text;
  }
}

TEST(ModelConfig, EveryDimensionIsBounded) {
  const char* const fields[] = {"vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
                                "num_attention_heads"};
  const char* const values[] = {"0",    "-1",         "1.5",   "\"8\"",
                                "true", "9000000000", "1e300", "123456789012345678901234567890"};
  for (const char* field : fields) {
    for (const char* value : values) {
      std::string text = R"({"model_type":"llama")";
      for (const char* other : fields)
        text += std::string(",\"") + other + "\":" + (other == field ? value : "8");
      const Result<ModelConfig> config = parse_model_config(text + "}");
      ASSERT_FALSE(config.ok()) << field << " " << value;
      EXPECT_EQ(config.error().pointer, std::string("/") + field) << value;
    }
  }
  EXPECT_EQ(parse_model_config(llama(R"("num_key_value_heads":3)")).error().pointer, "/num_key_value_heads");
  EXPECT_EQ(parse_model_config(llama(R"("head_dim":7)")).error().pointer, "/head_dim");
  EXPECT_EQ(parse_model_config(llama(R"("head_dim":4096)")).error().pointer, "/head_dim");
  EXPECT_EQ(parse_model_config(llama(R"("max_position_embeddings":0)")).error().pointer,
            "/max_position_embeddings");
  EXPECT_EQ(parse_model_config(llama(R"("rms_norm_eps":-1)")).error().pointer, "/rms_norm_eps");
}

}  // namespace
}  // namespace keyway
