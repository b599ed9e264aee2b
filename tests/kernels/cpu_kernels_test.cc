// Every kernel table that this machine can run, against plain double-precision sums, at sizes around every
// boundary of lanes, tiles and panels.
#include "kernels/cpu_kernels.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "kernels/reference.h"

namespace keyway {
namespace {

class CpuKernelsTest : public testing::TestWithParam<const CpuKernels*> {
 protected:
  const CpuKernels& kernels_ = *GetParam();
};

constexpr ElementType kTypes[] = {ElementType::kBf16, ElementType::kF16, ElementType::kF32};

TEST_P(CpuKernelsTest, EveryHalfIsReadExactly) {
  std::vector<uint16_t> halves(65'536);
  for (size_t i = 0; i < halves.size(); ++i) halves[i] = static_cast<uint16_t>(i);
  std::vector<float> values(halves.size());
  kernels_.read_elements(reinterpret_cast<const std::byte*>(halves.data()), ElementType::kF16, halves.size(),
                         values.data());
  for (size_t i = 0; i < halves.size(); ++i) {
    const double expected = half_value(halves[i]);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(values[i])) << i;
    } else {
      ASSERT_EQ(static_cast<double>(values[i]), expected) << i;
    }
  }
}

TEST_P(CpuKernelsTest, ElementsOfEveryTypeAndLengthAreReadUnaligned) {
  for (const ElementType type : kTypes) {
    for (size_t count = 0; count < 70; ++count) {
      const Weights weights(type, 1, count, 5);
      std::vector<float> values(count + 1, 77.0f);
      kernels_.read_elements(weights.view.data, type, count, values.data());
      for (size_t i = 0; i < count; ++i) ASSERT_EQ(static_cast<double>(values[i]), weights.exact[i]);
      ASSERT_EQ(values[count], 77.0f);
    }
  }
}

TEST_P(CpuKernelsTest, PanelsHoldTheTransposedWeights) {
  for (const ElementType type : kTypes) {
    for (const size_t columns : {1u, 2u, 31u, 32u, 33u, 71u}) {
      const Weights weights(type, 27, columns, 11);
      for (const size_t first_row : {0u, 5u, 16u}) {
        const size_t begin = columns / 3, depth = columns - begin;
        std::vector<float> panels(2 * depth * 16 + 1, 77.0f);
        kernels_.pack_panels(weights.view, first_row, 2, begin, columns, panels.data());
        for (size_t i = 0; i < 2 * depth * 16; ++i) {
          const size_t row = first_row + i / (depth * 16) * 16 + i % 16, k = begin + i / 16 % depth;
          ASSERT_EQ(static_cast<double>(panels[i]), row < 27 ? weights.exact[row * columns + k] : 0.0);
        }
        ASSERT_EQ(panels.back(), 77.0f);
      }
    }
  }
}

TEST_P(CpuKernelsTest, PanelProductsOfEveryTileShape) {
  for (size_t rows = 1; rows <= 26; ++rows) {
    for (const size_t columns : {1u, 15u, 16u, 17u, 32u, 48u, 50u}) {
      for (const size_t depth : {1u, 7u, 40u}) {
        const size_t panels = (columns + 15) / 16, panel_stride = depth * 16 + 8, out_stride = columns + 3;
        const std::vector<float> left = random_floats(rows * (depth + 2), 1),
                                 right = random_floats(panels * panel_stride, 2);
        for (const bool accumulate : {false, true}) {
          std::vector<float> out(rows * out_stride, 0.5f);
          kernels_.multiply_panels({left.data(), depth + 2, rows, depth, right.data(), panel_stride, columns,
                                    out.data(), out_stride, accumulate});
          for (size_t r = 0; r < rows; ++r) {
            for (size_t j = 0; j < out_stride; ++j) {
              double expected = j < columns && !accumulate ? 0.0 : 0.5;
              for (size_t d = 0; d < depth && j < columns; ++d) {
                expected +=
                    double{left[r * (depth + 2) + d]} * right[j / 16 * panel_stride + d * 16 + j % 16];
              }
              ASSERT_NEAR(out[r * out_stride + j], expected, 1e-5)
                  << rows << " " << columns << " " << depth << " " << r << " " << j;
            }
          }
        }
      }
    }
  }
}

TEST_P(CpuKernelsTest, RowProductsOfEveryTypeAndShape) {
  for (const ElementType type : kTypes) {
    for (const size_t columns : {1u, 15u, 16u, 33u, 100u}) {
      const Weights weights(type, 11, columns, 3);
      for (size_t rows = 1; rows <= kMostProductRows; ++rows) {
        const std::vector<float> x = random_floats(rows * (columns + 1), 4);
        for (const bool accumulate : {false, true}) {
          std::vector<float> out(rows * 12, 0.5f);
          kernels_.multiply_rows(
              {weights.view, 2, 11, x.data(), columns + 1, rows, out.data(), 12, accumulate});
          for (size_t r = 0; r < rows; ++r) {
            for (size_t n = 0; n < 12; ++n) {
              const bool written = n >= 2 && n < 11;
              const double product =
                  written ? reference_product(weights, n, x.data() + r * (columns + 1)) : 0.0;
              ASSERT_NEAR(out[r * 12 + n], product + (written && !accumulate ? 0.0 : 0.5), 2e-5);
            }
          }
        }
      }
    }
  }
}

TEST_P(CpuKernelsTest, RmsNormDividesByTheRootOfTheMeanSquare) {
  for (size_t size = 1; size < 70; ++size) {
    const std::vector<float> x = random_floats(size, 6), weight = random_floats(size, 7);
    double mean = 0;
    for (float value : x) mean += double{value} * value / static_cast<double>(size);
    std::vector<float> out(size), in_place = x;
    kernels_.rms_norm(x.data(), weight.data(), size, 1e-3f, out.data());
    kernels_.rms_norm(in_place.data(), weight.data(), size, 1e-3f, in_place.data());
    for (size_t i = 0; i < size; ++i) ASSERT_NEAR(out[i], x[i] * weight[i] / std::sqrt(mean + 1e-3), 2e-6);
    EXPECT_EQ(out, in_place);
  }
}

TEST_P(CpuKernelsTest, RotationTurnsPairsByTheirAngles) {
  for (size_t half = 1; half < 40; ++half) {
    const std::vector<float> x = random_floats(2 * half, 8), angles = random_floats(half, 9);
    std::vector<float> cosines, sines, out = x;
    for (float angle : angles) {
      cosines.push_back(std::cos(angle));
      sines.push_back(std::sin(angle));
    }
    kernels_.rotate(out.data(), cosines.data(), sines.data(), half);
    for (size_t i = 0; i < half; ++i) {
      const double a = x[i], b = x[i + half], t = angles[i];
      ASSERT_NEAR(out[i], a * std::cos(t) - b * std::sin(t), 1e-6);
      ASSERT_NEAR(out[i + half], a * std::sin(t) + b * std::cos(t), 1e-6);
    }
  }
}

TEST_P(CpuKernelsTest, SoftmaxSumsToOneEvenForHugeScores) {
  for (size_t count = 1; count < 70; ++count) {
    for (const float spread : {1.0f, 1e4f}) {
      std::vector<float> x = random_floats(count, 10);
      for (float& value : x) value *= spread;
      double largest = -INFINITY, total = 0;
      for (float value : x) largest = std::max(largest, 0.3 * value);
      for (float value : x) total += std::exp(0.3 * value - largest);
      std::vector<float> out = x;
      kernels_.softmax(out.data(), count, 0.3f);
      for (size_t i = 0; i < count; ++i)
        ASSERT_NEAR(out[i], std::exp(0.3 * x[i] - largest) / total, spread == 1.0f ? 3e-7 : 1e-3);
    }
  }
}

TEST_P(CpuKernelsTest, SiluIsWithinRoundingOverItsWholeRange) {
  std::vector<float> gate, up;
  for (float value = -120.0f; value < 120.0f; value += 0.0173f) {
    gate.push_back(value);
    up.push_back(0.5f);
  }
  std::vector<float> out = gate;
  kernels_.silu_multiply(out.data(), up.data(), out.size());
  for (size_t i = 0; i < gate.size(); ++i) {
    const double expected = gate[i] / (1.0 + std::exp(-double{gate[i]})) * 0.5;
    ASSERT_NEAR(out[i], expected, 1e-30 + 4e-7 * std::abs(expected)) << gate[i];
  }
}

INSTANTIATE_TEST_SUITE_P(Tables, CpuKernelsTest,
                         testing::ValuesIn(all_cpu_kernels().begin(), all_cpu_kernels().end()),
                         [](const auto& table) { return std::string(table.param->name); });

TEST(CpuKernelsChoice, TheChosenTableIsTheFirstAndThePortableOneIsAlwaysThere) {
  std::set<std::string> names;
  for (const CpuKernels* table : all_cpu_kernels()) names.insert(table->name);
  EXPECT_EQ(names.size(), all_cpu_kernels().size());
  EXPECT_EQ(&cpu_kernels(), all_cpu_kernels().front());
  EXPECT_STREQ(all_cpu_kernels().back()->name, "portable");
}

}  // namespace
}  // namespace keyway
