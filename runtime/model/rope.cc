// Frequencies with the scalings of config.json; see rope.h.
#include "runtime/model/rope.h"

#include <cmath>
#include <numbers>

namespace keyway {
namespace {

// Llama 3: long waves are stretched by the factor, short ones kept, those between blended.
float llama3_frequency(const RopeConfig& rope, float frequency) {
  const double original = rope.original_context;
  const double wave = 2.0 * std::numbers::pi / frequency;  // positions of one turn
  if (wave < original / rope.high_frequency_factor) return frequency;
  if (wave > original / rope.low_frequency_factor) return static_cast<float>(frequency / rope.factor);
  const double blend = (original / wave - rope.low_frequency_factor) /
                       (rope.high_frequency_factor - rope.low_frequency_factor);
  return static_cast<float>((1.0 - blend) * frequency / rope.factor + blend * frequency);
}

}  // namespace

std::vector<float> rope_frequencies(const RopeConfig& rope, uint32_t head_size) {
  std::vector<float> frequencies(head_size / 2);
  for (size_t i = 0; i < frequencies.size(); ++i) {
    const float exponent = static_cast<float>(2 * i) / static_cast<float>(head_size);
    const float frequency = 1.0f / std::pow(static_cast<float>(rope.theta), exponent);
    switch (rope.scaling) {
      case RopeScaling::kNone:
        frequencies[i] = frequency;
        break;
      case RopeScaling::kLinear:
        frequencies[i] = static_cast<float>(frequency / rope.factor);
        break;
      case RopeScaling::kLlama3:
        frequencies[i] = llama3_frequency(rope, frequency);
        break;
    }
  }
  return frequencies;
}

void rope_angles(const std::vector<float>& frequencies, uint32_t position, float* cosines, float* sines) {
  for (size_t i = 0; i < frequencies.size(); ++i) {
    const float angle = static_cast<float>(position) * frequencies[i];
    cosines[i] = std::cos(angle);
    sines[i] = std::sin(angle);
  }
}

}  // namespace keyway
