// Checks and defaults of config.json; see config.h. Defaults for absent fields are those of transformers'
// classes.
#include "runtime/model/config.h"

#include <algorithm>
#include <string>

#include "runtime/model/mapped_file.h"
#include "schemas/json.h"
#include "tools/excerpt.h"

namespace keyway {
namespace {

constexpr uint64_t kMaxConfigBytes = 4u << 20;

struct ArchitectureRow {
  Architecture architecture;
  std::string_view model_type;
  std::string_view class_name;
  uint32_t default_context;  // max_position_embeddings where it is absent
};
constexpr ArchitectureRow kArchitectures[] = {
    {Architecture::kLlama, "llama", "LlamaForCausalLM", 2'048},
    {Architecture::kMistral, "mistral", "MistralForCausalLM", 131'072},
    {Architecture::kQwen2, "qwen2", "Qwen2ForCausalLM", 32'768},
    {Architecture::kQwen3, "qwen3", "Qwen3ForCausalLM", 32'768},
};

std::string shown(Json value) { return excerpt(to_json_text(value), 100); }

// Reads members of one object; keeps the first error, so that a reader is a list of lines.
class Fields {
 public:
  Fields(Json object, std::string pointer) : object_(object), pointer_(std::move(pointer)) {}

  // The member, unless it is absent or null.
  std::optional<Json> find(std::string_view name) const {
    const std::optional<Json> value = object_.find(name);
    return value && !value->is_null() ? value : std::nullopt;
  }

  bool has_null(std::string_view name) const {
    const std::optional<Json> value = object_.find(name);
    return value && value->is_null();
  }

  uint32_t size(std::string_view name, uint32_t most, std::optional<uint32_t> absent = std::nullopt) {
    const std::optional<Json> value = find(name);
    if (!value) {
      if (!absent)
        refuse(ErrorCode::kInvalid, "a field is missing", name, {}, "1 to " + std::to_string(most));
      return absent.value_or(1);
    }
    const std::optional<int64_t> number = value->integer();
    if (number && *number >= 1 && *number <= most) return static_cast<uint32_t>(*number);
    const bool large = number && *number > 0;
    refuse(large ? ErrorCode::kLimit : ErrorCode::kInvalid,
           large ? "a dimension is too large" : "not a positive integer", name, shown(*value),
           "1 to " + std::to_string(most));
    return 1;
  }

  // An integer from 0; anything past the last index stands for it.
  uint32_t index(std::string_view name, uint32_t absent) {
    const std::optional<Json> value = find(name);
    if (!value) return absent;
    const std::optional<int64_t> number = value->integer();
    if (!number || *number < 0)
      refuse(ErrorCode::kInvalid, "not a non-negative integer", name, shown(*value), "0 or more");
    return number && *number >= 0 ? static_cast<uint32_t>(std::min<int64_t>(*number, 0xFFFFFFFF)) : 0;
  }

  bool boolean(std::string_view name, bool absent) {
    const std::optional<Json> value = find(name);
    if (!value) return absent;
    if (!value->is_boolean())
      refuse(ErrorCode::kInvalid, "not a boolean", name, shown(*value), "true, false");
    return value->is_true();
  }

  // A finite number in (0, 1e12].
  double positive(std::string_view name, std::optional<double> absent) {
    const std::optional<Json> value = find(name);
    if (!value) {
      if (!absent) refuse(ErrorCode::kInvalid, "a field is missing", name, {}, "a positive number");
      return absent.value_or(1.0);
    }
    const double number = value->is_number() ? value->real() : 0.0;
    if (number > 0.0 && number <= 1e12) return number;
    refuse(ErrorCode::kInvalid, "not a positive number", name, shown(*value), "above 0, at most 1e12");
    return 1.0;
  }

  // The text, or `absent`; other kinds are refused.
  std::string text(std::string_view name, std::string_view absent) {
    const std::optional<Json> value = find(name);
    if (!value) return std::string(absent);
    if (value->is_string()) return std::string(value->string());
    refuse(ErrorCode::kInvalid, "not a text", name, shown(*value), "string");
    return {};
  }

  void refuse(ErrorCode code, std::string message, std::string_view name, std::string given,
              std::string allowed) {
    if (!error_) {
      error_ = fail(code, std::move(message), name.empty() ? pointer_ : pointer_append(pointer_, name),
                    std::move(given), std::move(allowed));
    }
  }
  void take_error(const Fields& other) {
    if (!error_) error_ = other.error_;
  }
  const std::optional<Error>& error() const { return error_; }
  const std::string& pointer() const { return pointer_; }

 private:
  Json object_;
  std::string pointer_;
  std::optional<Error> error_;
};

const ArchitectureRow* read_architecture(Fields& fields) {
  const std::string model_type = fields.text("model_type", "");
  std::string class_name;
  if (const std::optional<Json> names = fields.find("architectures")) {
    if (names->is_array() && names->size() == 1 && names->at(0).is_string())
      class_name = names->at(0).string();
    else
      fields.refuse(ErrorCode::kInvalid, "not a list of one name", "architectures", shown(*names),
                    "[\"LlamaForCausalLM\"]");
  }
  for (const ArchitectureRow& row : kArchitectures) {
    const bool type_fits = model_type.empty() ? !class_name.empty() : model_type == row.model_type;
    if (type_fits && (class_name.empty() || class_name == row.class_name)) return &row;
  }
  const bool by_class = model_type.empty() || !class_name.empty();
  fields.refuse(ErrorCode::kUnsupported, "unknown architecture", by_class ? "architectures" : "model_type",
                json_quote((by_class ? class_name : model_type).substr(0, 100)) +
                    (by_class ? " of " + json_quote(model_type.substr(0, 60)) : ""),
                "LlamaForCausalLM, MistralForCausalLM, Qwen2ForCausalLM, Qwen3ForCausalLM");
  return nullptr;
}

void read_dimensions(Fields& fields, const ModelBounds& bounds, const ArchitectureRow& row,
                     ModelConfig& config) {
  config.vocab_size = fields.size("vocab_size", bounds.vocab_size);
  config.hidden_size = fields.size("hidden_size", bounds.hidden_size);
  config.intermediate_size = fields.size("intermediate_size", bounds.intermediate_size);
  config.layers = fields.size("num_hidden_layers", bounds.layers);
  config.heads = fields.size("num_attention_heads", bounds.heads);
  config.kv_heads = fields.size("num_key_value_heads", bounds.heads, config.heads);
  if (config.heads % config.kv_heads != 0) {
    fields.refuse(ErrorCode::kInvalid, "num_key_value_heads does not divide num_attention_heads",
                  "num_key_value_heads", std::to_string(config.kv_heads),
                  "a divisor of " + std::to_string(config.heads));
  }
  if (!fields.find("head_dim") && row.architecture == Architecture::kQwen3) {
    config.head_size = 128;
  } else if (!fields.find("head_dim") && config.hidden_size % config.heads != 0) {
    fields.refuse(ErrorCode::kInvalid,
                  "num_attention_heads does not divide hidden_size and head_dim is absent",
                  "num_attention_heads", std::to_string(config.heads),
                  "a divisor of " + std::to_string(config.hidden_size));
  } else {
    config.head_size = fields.size("head_dim", bounds.head_size, config.hidden_size / config.heads);
  }
  if (config.head_size % 2 != 0 || config.head_size == 0 || config.head_size > bounds.head_size) {
    fields.refuse(ErrorCode::kInvalid, "the head size must be even", "head_dim",
                  std::to_string(config.head_size), "2 to " + std::to_string(bounds.head_size));
  }
  config.context = fields.size("max_position_embeddings", bounds.context, row.default_context);
}

void read_options(Fields& fields, ModelConfig& config) {
  config.rms_norm_epsilon = static_cast<float>(fields.positive("rms_norm_eps", 1e-6));
  config.tied_embeddings = fields.boolean("tie_word_embeddings", false);
  const bool attention_bias = fields.boolean("attention_bias", false);
  const Architecture architecture = config.architecture;
  const bool optional_bias = architecture == Architecture::kLlama || architecture == Architecture::kQwen3;
  config.qkv_bias = architecture == Architecture::kQwen2 || (optional_bias && attention_bias);
  config.output_bias = optional_bias && attention_bias;
  config.mlp_bias = architecture == Architecture::kLlama && fields.boolean("mlp_bias", false);
  config.qk_norm = architecture == Architecture::kQwen3;

  const std::string activation = fields.text("hidden_act", "silu");
  if (activation != "silu" && activation != "swish") {
    fields.refuse(ErrorCode::kUnsupported, "unknown activation", "hidden_act",
                  json_quote(activation.substr(0, 100)), "\"silu\"");
  }
  if (fields.find("quantization_config")) {
    fields.refuse(ErrorCode::kUnsupported, "quantised weights are not read", "quantization_config", {},
                  "BF16, F16 or F32 weights");
  }
  if (fields.positive("partial_rotary_factor", 1.0) != 1.0) {
    fields.refuse(ErrorCode::kUnsupported, "partial rotary embeddings are not done", "partial_rotary_factor",
                  shown(*fields.find("partial_rotary_factor")), "1.0");
  }
}

void read_windows(Fields& fields, const ModelBounds& bounds, ModelConfig& config) {
  config.windows.assign(config.layers, std::nullopt);
  if (config.architecture == Architecture::kLlama) return;
  const bool mistral = config.architecture == Architecture::kMistral;
  const bool switched_on = mistral || fields.boolean("use_sliding_window", false);
  if (!switched_on) return;
  // A null window means none; an absent one is 4,096 in transformers' classes.
  const std::optional<uint32_t> window =
      fields.has_null("sliding_window") ? std::nullopt
                                        : std::optional(fields.size("sliding_window", bounds.context, 4'096));
  if (mistral) {
    config.windows.assign(config.layers, window);
    return;
  }
  const std::optional<Json> types = fields.find("layer_types");
  if (!types) {
    const uint32_t first = fields.index("max_window_layers", 28);
    for (uint32_t layer = first; layer < config.layers; ++layer) config.windows[layer] = window;
    return;
  }
  if (!types->is_array() || types->size() != config.layers) {
    fields.refuse(ErrorCode::kInvalid, "layer_types must name the type of each layer", "layer_types",
                  types->is_array() ? std::to_string(types->size()) + " names" : shown(*types),
                  std::to_string(config.layers) + " names");
    return;
  }
  Fields inner(*types, "/layer_types");
  for (uint32_t layer = 0; layer < config.layers; ++layer) {
    const Json type = types->at(layer);
    const std::string_view name = type.is_string() ? type.string() : "";
    if (name == "sliding_attention") {
      config.windows[layer] = window;
    } else if (name != "full_attention") {
      inner.refuse(ErrorCode::kUnsupported, "unknown layer type", std::to_string(layer), shown(type),
                   "full_attention, sliding_attention");
    }
  }
  fields.take_error(inner);
}

// The type and factors of `object`, which is rope_parameters (transformers 5) or rope_scaling (before).
void read_scaling(Fields& fields, const ModelBounds& bounds, ModelConfig& config) {
  RopeConfig& rope = config.rope;
  const std::string type = fields.text("rope_type", fields.text("type", "default"));
  if (type == "default") return;
  if (type == "linear") {
    rope.scaling = RopeScaling::kLinear;
    rope.factor = fields.positive("factor", std::nullopt);
  } else if (type == "llama3") {
    rope.scaling = RopeScaling::kLlama3;
    rope.factor = fields.positive("factor", std::nullopt);
    rope.low_frequency_factor = fields.positive("low_freq_factor", std::nullopt);
    rope.high_frequency_factor = fields.positive("high_freq_factor", std::nullopt);
    rope.original_context = fields.size("original_max_position_embeddings", bounds.context, config.context);
    if (rope.high_frequency_factor <= rope.low_frequency_factor) {
      fields.refuse(ErrorCode::kInvalid, "high_freq_factor must be above low_freq_factor", "high_freq_factor",
                    std::to_string(rope.high_frequency_factor),
                    "above " + std::to_string(rope.low_frequency_factor));
    }
  } else {
    fields.refuse(ErrorCode::kUnsupported, "unknown RoPE scaling",
                  fields.find("rope_type") ? "rope_type" : "type", json_quote(type.substr(0, 100)),
                  "default, linear, llama3");
  }
}

void read_rope(Fields& fields, const ModelBounds& bounds, ModelConfig& config) {
  config.rope.theta = fields.positive("rope_theta", 10'000.0);
  for (const char* name : {"rope_parameters", "rope_scaling"}) {
    const std::optional<Json> object = fields.find(name);
    if (!object) continue;
    if (!object->is_object()) {
      fields.refuse(ErrorCode::kInvalid, "not an object", name, shown(*object), "object or null");
      return;
    }
    Fields inner(*object, pointer_append("", name));
    config.rope.theta = inner.positive("rope_theta", config.rope.theta);
    if (inner.positive("partial_rotary_factor", 1.0) != 1.0) {
      inner.refuse(ErrorCode::kUnsupported, "partial rotary embeddings are not done", "partial_rotary_factor",
                   {}, "1.0");
    }
    read_scaling(inner, bounds, config);
    fields.take_error(inner);
    return;
  }
}

}  // namespace

std::string_view architecture_name(Architecture architecture) {
  for (const ArchitectureRow& row : kArchitectures) {
    if (row.architecture == architecture) return row.model_type;
  }
  return "unknown";
}

Result<ModelConfig> parse_model_config(std::string_view text, const ModelBounds& bounds) {
  Limits limits;
  limits.document_bytes = kMaxConfigBytes;
  limits.document_depth = 32;
  const Result<JsonDocument> document = parse_json(text, limits);
  if (!document) return document.error();
  if (!document->root().is_object()) {
    return fail(ErrorCode::kInvalid, "config.json must be an object", "", shown(document->root()), "object");
  }
  Fields fields(document->root(), "");
  ModelConfig config;
  const ArchitectureRow* row = read_architecture(fields);
  if (row == nullptr) return *fields.error();
  config.architecture = row->architecture;
  read_dimensions(fields, bounds, *row, config);
  if (fields.error()) return *fields.error();
  read_options(fields, config);
  read_windows(fields, bounds, config);
  read_rope(fields, bounds, config);
  if (fields.error()) return *fields.error();
  return config;
}

Result<ModelConfig> read_model_config(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "config.json";
  const Result<std::string> text = read_text_file(path, kMaxConfigBytes);
  if (!text) return text.error();
  Result<ModelConfig> config = parse_model_config(*text);
  if (config) return config;
  Error error = config.error();
  error.pointer = path.string() + (error.pointer.empty() ? "" : ": " + error.pointer);
  return error;
}

}  // namespace keyway
