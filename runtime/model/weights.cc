// Names, shapes and element types of the weights; see weights.h.
#include "runtime/model/weights.h"

#include <optional>
#include <set>
#include <string>

#include "kernels/cpu_kernels.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

std::string shape_text(const std::vector<uint64_t>& shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + ")";
}

// Takes tensors out of a folder by name; keeps the first error, so that loading is a list of lines.
class Loader {
 public:
  explicit Loader(const SafetensorsFolder& files) : files_(files) {}

  WeightMatrix matrix(const std::string& name, uint64_t rows, uint64_t columns) {
    const TensorView tensor = take(name, {rows, columns});
    if (tensor.info == nullptr) return {};
    matrix_bytes_ += tensor.bytes.size();
    return {tensor.bytes.data(), *element_type(tensor.info->type), rows, columns};
  }

  std::vector<float> vector(const std::string& name, uint64_t size) {
    const TensorView tensor = take(name, {size});
    if (tensor.info == nullptr) return {};
    std::vector<float> values(size);
    cpu_kernels().read_elements(tensor.bytes.data(), *element_type(tensor.info->type), size, values.data());
    return values;
  }
  std::vector<float> vector_if(bool present, const std::string& name, uint64_t size) {
    return present ? vector(name, size) : std::vector<float>();
  }

  // A tensor that the config does not ask for would be left out of the sums: say so instead.
  void check_all_used(bool tied_embeddings) {
    for (const SafetensorsFile& file : files_.files()) {
      for (const TensorInfo& tensor : file.header().tensors) {
        const bool harmless = tensor.name.ends_with(".rotary_emb.inv_freq") ||
                              (tied_embeddings && tensor.name == "lm_head.weight");
        if (error_ || harmless || used_.contains(tensor.name)) continue;
        error_ = fail(ErrorCode::kMismatch, "a tensor that this architecture and config do not have",
                      shortened(tensor.name), shape_text(tensor.shape),
                      "only the tensors that config.json asks for");
      }
    }
  }

  const std::optional<Error>& error() const { return error_; }
  uint64_t matrix_bytes() const { return matrix_bytes_; }

 private:
  static std::string shortened(const std::string& name) { return excerpt(name, 200); }
  static std::optional<ElementType> element_type(TensorType type) {
    switch (type) {
      case TensorType::kBf16:
        return ElementType::kBf16;
      case TensorType::kF16:
        return ElementType::kF16;
      case TensorType::kF32:
        return ElementType::kF32;
      default:
        return std::nullopt;
    }
  }

  TensorView take(const std::string& name, const std::vector<uint64_t>& shape) {
    if (error_) return {};
    const TensorView tensor = files_.find(name);
    if (tensor.info == nullptr) {
      error_ = fail(ErrorCode::kNotFound, "a tensor is missing", name, {}, shape_text(shape));
      return {};
    }
    if (tensor.info->shape != shape) {
      error_ = fail(ErrorCode::kMismatch, "the shape of a tensor is not that of config.json", name,
                    shape_text(tensor.info->shape), shape_text(shape));
      return {};
    }
    if (!element_type(tensor.info->type)) {
      error_ = fail(ErrorCode::kUnsupported, "the element type of a weight is not one that is computed with",
                    name, std::string(tensor_type_name(tensor.info->type)), "BF16, F16, F32");
      return {};
    }
    used_.insert(name);
    return tensor;
  }

  const SafetensorsFolder& files_;
  std::set<std::string> used_;
  std::optional<Error> error_;
  uint64_t matrix_bytes_ = 0;
};

LayerWeights load_layer(Loader& loader, const ModelConfig& config, uint32_t index) {
  const std::string prefix = "model.layers." + std::to_string(index) + ".";
  const std::string attention = prefix + "self_attn.", mlp = prefix + "mlp.";
  const uint64_t hidden = config.hidden_size, inner = config.intermediate_size;
  const uint64_t queries = uint64_t{config.heads} * config.head_size;
  const uint64_t keys = uint64_t{config.kv_heads} * config.head_size;
  LayerWeights layer;
  layer.input_norm = loader.vector(prefix + "input_layernorm.weight", hidden);
  layer.mlp_norm = loader.vector(prefix + "post_attention_layernorm.weight", hidden);
  layer.query = loader.matrix(attention + "q_proj.weight", queries, hidden);
  layer.key = loader.matrix(attention + "k_proj.weight", keys, hidden);
  layer.value = loader.matrix(attention + "v_proj.weight", keys, hidden);
  layer.output = loader.matrix(attention + "o_proj.weight", hidden, queries);
  layer.gate = loader.matrix(mlp + "gate_proj.weight", inner, hidden);
  layer.up = loader.matrix(mlp + "up_proj.weight", inner, hidden);
  layer.down = loader.matrix(mlp + "down_proj.weight", hidden, inner);
  layer.query_norm = loader.vector_if(config.qk_norm, attention + "q_norm.weight", config.head_size);
  layer.key_norm = loader.vector_if(config.qk_norm, attention + "k_norm.weight", config.head_size);
  layer.query_bias = loader.vector_if(config.qkv_bias, attention + "q_proj.bias", queries);
  layer.key_bias = loader.vector_if(config.qkv_bias, attention + "k_proj.bias", keys);
  layer.value_bias = loader.vector_if(config.qkv_bias, attention + "v_proj.bias", keys);
  layer.output_bias = loader.vector_if(config.output_bias, attention + "o_proj.bias", hidden);
  layer.gate_bias = loader.vector_if(config.mlp_bias, mlp + "gate_proj.bias", inner);
  layer.up_bias = loader.vector_if(config.mlp_bias, mlp + "up_proj.bias", inner);
  layer.down_bias = loader.vector_if(config.mlp_bias, mlp + "down_proj.bias", hidden);
  return layer;
}

}  // namespace

Result<ModelWeights> load_weights(const std::filesystem::path& folder, const ModelConfig& config) {
  Result<SafetensorsFolder> files = SafetensorsFolder::open(folder);
  if (!files) return files.error();
  ModelWeights weights;
  weights.files = std::move(*files);
  Loader loader(weights.files);
  weights.embeddings = loader.matrix("model.embed_tokens.weight", config.vocab_size, config.hidden_size);
  const uint64_t embedding_bytes = loader.matrix_bytes();
  weights.lm_head = config.tied_embeddings
                        ? weights.embeddings
                        : loader.matrix("lm_head.weight", config.vocab_size, config.hidden_size);
  weights.final_norm = loader.vector("model.norm.weight", config.hidden_size);
  for (uint32_t layer = 0; layer < config.layers && !loader.error(); ++layer) {
    weights.layers.push_back(load_layer(loader, config, layer));
  }
  loader.check_all_used(config.tied_embeddings);
  if (loader.error()) return *loader.error();
  weights.step_bytes = loader.matrix_bytes() - (config.tied_embeddings ? 0 : embedding_bytes);
  return weights;
}

}  // namespace keyway
