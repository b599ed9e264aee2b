// Products with weights of every type, across both forms and the boundary between them, deeper than one
// block.
#include "kernels/matmul.h"

#include <gtest/gtest.h>

#include "kernels/reference.h"

namespace keyway {
namespace {

TEST(Multiply, AnyNumberOfRowsAndDepthEqualsThePlainSum) {
  std::vector<float> scratch(kMultiplyScratchFloats);
  for (const ElementType type : {ElementType::kBf16, ElementType::kF16, ElementType::kF32}) {
    for (const size_t depth : {3u, 100u, 1024u, 1025u, 2500u}) {
      const Weights weights(type, 45, depth, 21);
      for (const size_t rows : {1u, 4u, 5u, 13u}) {
        const std::vector<float> x = random_floats(rows * depth, 22);
        for (const bool accumulate : {false, true}) {
          std::vector<float> out(rows * 45, 0.25f);
          multiply(cpu_kernels(), {weights.view, 3, 45, x.data(), depth, rows, out.data(), 45, accumulate},
                   scratch.data());
          for (size_t i = 0; i < out.size(); ++i) {
            const bool written = i % 45 >= 3;
            const double sum = written ? reference_product(weights, i % 45, x.data() + i / 45 * depth) : 0.0;
            ASSERT_NEAR(out[i], sum + (written && !accumulate ? 0.0 : 0.25), 3e-4) << depth << " " << rows;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace keyway
