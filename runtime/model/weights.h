// The weights of a decoder-only transformer, found by name in a folder and checked against its config.
//
// Entry points: load_weights. Matrices stay where they are mapped, in their own element type; vectors (norms,
// biases) are few and become fp32. Invariant: every matrix and vector has the shape that the config says; no
// tensor of the folder is left unused, save those that carry no weights of the model (rotary frequencies, the
// copy of tied embeddings). Thread safety: immutable. Tested by tests/runtime/weights_test.cc.
#pragma once

#include <filesystem>
#include <vector>

#include "grammar/error.h"
#include "kernels/weight_matrix.h"
#include "runtime/model/config.h"
#include "runtime/model/safetensors.h"

namespace keyway {

struct LayerWeights {
  std::vector<float> input_norm;   // (hidden)
  std::vector<float> mlp_norm;     // (hidden), applied after attention
  WeightMatrix query;              // (heads * head_size, hidden)
  WeightMatrix key;                // (kv_heads * head_size, hidden)
  WeightMatrix value;              // (kv_heads * head_size, hidden)
  WeightMatrix output;             // (hidden, heads * head_size)
  WeightMatrix gate;               // (intermediate, hidden)
  WeightMatrix up;                 // (intermediate, hidden)
  WeightMatrix down;               // (hidden, intermediate)
  std::vector<float> query_norm;   // (head_size) or empty
  std::vector<float> key_norm;     // (head_size) or empty
  std::vector<float> query_bias;   // (heads * head_size) or empty
  std::vector<float> key_bias;     // (kv_heads * head_size) or empty
  std::vector<float> value_bias;   // (kv_heads * head_size) or empty
  std::vector<float> output_bias;  // (hidden) or empty
  std::vector<float> gate_bias;    // (intermediate) or empty
  std::vector<float> up_bias;      // (intermediate) or empty
  std::vector<float> down_bias;    // (hidden) or empty
};

struct ModelWeights {
  SafetensorsFolder files;           // owns the memory of the matrices
  WeightMatrix embeddings;           // (vocab, hidden)
  WeightMatrix lm_head;              // (vocab, hidden); the embeddings where they are tied
  std::vector<float> final_norm;     // (hidden)
  std::vector<LayerWeights> layers;  // (layers)

  // Bytes that a decode step reads: every matrix once, of an untied embedding table nothing.
  uint64_t step_bytes = 0;
};

// Errors: those of SafetensorsFolder::open; kNotFound for a missing tensor, kMismatch for a shape that is not
// the config's or a tensor that the architecture does not have, kUnsupported for another element type. The
// pointer is the tensor's name.
Result<ModelWeights> load_weights(const std::filesystem::path& folder, const ModelConfig& config);

}  // namespace keyway
