// Fuzz target of config.json: what is accepted has every dimension inside its bounds and computes finite
// rotary frequencies.
//
// Finds are kept in tests/fuzz/regressions/model_config, seeds in tests/fuzz/seeds/model_config.
// Tested by the replay test fuzz.model_config.
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "runtime/model/config.h"
#include "runtime/model/rope.h"
#include "tests/fuzz/fuzz.h"

using keyway::fuzz::check;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size_bytes) {
  const keyway::ModelBounds bounds;
  const auto config = keyway::parse_model_config(keyway::fuzz::input_text(data, size_bytes), bounds);
  if (!config.ok()) {
    keyway::fuzz::check_error(config.error());
    return 0;
  }
  check(config->vocab_size >= 1 && config->vocab_size <= bounds.vocab_size);
  check(config->hidden_size >= 1 && config->hidden_size <= bounds.hidden_size);
  check(config->intermediate_size >= 1 && config->intermediate_size <= bounds.intermediate_size);
  check(config->layers >= 1 && config->layers <= bounds.layers && config->windows.size() == config->layers);
  check(config->kv_heads >= 1 && config->heads <= bounds.heads && config->heads % config->kv_heads == 0);
  check(config->head_size >= 2 && config->head_size <= bounds.head_size && config->head_size % 2 == 0);
  check(config->context >= 1 && config->context <= bounds.context);
  check(config->rms_norm_epsilon >= 0.0f && std::isfinite(config->rms_norm_epsilon));
  for (const auto& window : config->windows) check(!window || *window >= 1);
  const std::vector<float> frequencies = keyway::rope_frequencies(config->rope, config->head_size);
  check(frequencies.size() == config->head_size / 2);
  for (float frequency : frequencies) check(std::isfinite(frequency) && frequency >= 0.0f);
  return 0;
}
