// config.json of a Hugging Face folder, checked and reduced to what a forward pass needs.
//
// Entry points: parse_model_config (text), read_model_config (folder).
// Invariant: a ModelConfig holds no value that could overflow a size or index: every dimension is inside the
// bounds below. What a file asks for and this runtime does not do (another architecture, another activation,
// a RoPE scaling it does not know, quantised weights) is refused by name with the JSON Pointer of the place.
// Tested by tests/runtime/config_test.cc.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "grammar/error.h"

namespace keyway {

enum class Architecture : uint8_t { kLlama, kMistral, kQwen2, kQwen3 };

// "llama", "mistral", "qwen2", "qwen3": the model_type of config.json.
std::string_view architecture_name(Architecture architecture);

enum class RopeScaling : uint8_t { kNone, kLinear, kLlama3 };

// Rotary position embedding. Frequencies and positions as in the model's training.
struct RopeConfig {
  double theta = 10'000.0;
  RopeScaling scaling = RopeScaling::kNone;
  double factor = 1.0;                 // kLinear, kLlama3: how many times longer the context was made
  double low_frequency_factor = 1.0;   // kLlama3
  double high_frequency_factor = 4.0;  // kLlama3
  uint32_t original_context = 8'192;   // kLlama3: tokens before the context was made longer
};

struct ModelConfig {
  Architecture architecture = Architecture::kLlama;
  uint32_t vocab_size = 0;
  uint32_t hidden_size = 0;
  uint32_t intermediate_size = 0;
  uint32_t layers = 0;
  uint32_t heads = 0;
  uint32_t kv_heads = 0;   // divides heads
  uint32_t head_size = 0;  // even
  uint32_t context = 0;    // most positions of one sequence
  float rms_norm_epsilon = 1e-6f;
  bool tied_embeddings = false;  // the LM head is the embedding table
  bool qkv_bias = false;         // biases of q_proj, k_proj, v_proj
  bool output_bias = false;      // bias of o_proj
  bool mlp_bias = false;         // biases of gate_proj, up_proj, down_proj
  bool qk_norm = false;          // RMS norms of each head's q and k (Qwen3)
  RopeConfig rope;
  // Per layer: how many positions, its own included, a token attends to; empty for all of them.
  std::vector<std::optional<uint32_t>> windows;  // (layers)
};

// Bounds of a plausible model: about ten times the largest published dense one.
struct ModelBounds {
  uint32_t vocab_size = 4u << 20;
  uint32_t hidden_size = 1u << 18;
  uint32_t intermediate_size = 1u << 20;
  uint32_t layers = 1'024;
  uint32_t heads = 4'096;
  uint32_t head_size = 1'024;
  uint32_t context = 1u << 27;
};

// Errors: kSyntax, kInvalid, kUnsupported, kLimit; the pointer is a JSON Pointer into the text.
Result<ModelConfig> parse_model_config(std::string_view text, const ModelBounds& bounds = {});

// Reads folder/config.json; the pointer of an error begins with the path.
Result<ModelConfig> read_model_config(const std::filesystem::path& folder);

}  // namespace keyway
