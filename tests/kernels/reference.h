// Plain double-precision twins of the kernels, and random inputs: the oracle of the kernel tests.
//
// Entry points: random_floats, Weights, reference_product. Invariant: nothing here shares code with kernels/.
#pragma once

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/weight_matrix.h"

namespace keyway {

inline std::vector<float> random_floats(size_t count, uint32_t seed) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> draw(-1.0f, 1.0f);
  std::vector<float> values(count);
  for (float& value : values) value = draw(generator);
  return values;
}

// sign, exponent and fraction of an IEEE half, by the definition.
inline double half_value(uint16_t half) {
  const int exponent = (half >> 10) & 31, fraction = half & 1023;
  const double sign = half & 0x8000 ? -1.0 : 1.0;
  if (exponent == 31) return fraction ? std::nan("") : sign * INFINITY;
  return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}

// A random matrix of an element type together with its exact values; stored one byte off, so that nothing is
// aligned.
struct Weights {
  Weights(ElementType type, size_t rows, size_t columns, uint32_t seed)
      : bytes(rows * columns * element_bytes(type) + 1) {
    std::mt19937 generator(seed);
    for (size_t i = 0; i < rows * columns; ++i) {
      std::byte* to = bytes.data() + 1 + i * element_bytes(type);
      if (type == ElementType::kF32) {
        const float value = std::uniform_real_distribution<float>(-1.0f, 1.0f)(generator);
        std::memcpy(to, &value, 4);
        exact.push_back(value);
      } else if (type == ElementType::kBf16) {
        const uint16_t half =
            static_cast<uint16_t>((generator() & 0x8000) | (0x3E00 + generator() % 0x0180));  // 0.125 to 1
        const uint32_t word = static_cast<uint32_t>(half) << 16;
        float value;
        std::memcpy(&value, &word, 4);
        std::memcpy(to, &half, 2);
        exact.push_back(value);
      } else {
        const uint16_t half =
            static_cast<uint16_t>((generator() & 0x8000) | generator() % 0x3C00);  // subnormals to 1
        std::memcpy(to, &half, 2);
        exact.push_back(half_value(half));
      }
    }
    view = {bytes.data() + 1, type, rows, columns};
  }

  std::vector<std::byte> bytes;
  std::vector<double> exact;  // (rows, columns)
  WeightMatrix view;
};

// sum over k of x[k] * weights[row, k].
inline double reference_product(const Weights& weights, size_t row, const float* x) {
  double sum = 0;
  for (size_t k = 0; k < weights.view.columns; ++k)
    sum += weights.exact[row * weights.view.columns + k] * x[k];
  return sum;
}

}  // namespace keyway
