// Attention against its definition in double precision: groups, windows, odd head sizes, any first position.
#include "kernels/attention.h"

#include <gtest/gtest.h>

#include <limits>

#include "kernels/reference.h"

namespace keyway {
namespace {

struct Case {
  size_t group, head_size, first, tokens, window;
};

// What the definition says for one query row.
std::vector<double> reference(const std::vector<float>& keys, const std::vector<float>& values,
                              const float* query, const Case& c, size_t position) {
  const size_t begin = c.window != 0 && position + 1 > c.window ? position + 1 - c.window : 0;
  std::vector<double> out(c.head_size), scores;
  double total = 0;
  for (size_t t = begin; t <= position; ++t) {
    double score = 0;
    for (size_t d = 0; d < c.head_size; ++d) score += double{query[d]} * keys[t * c.head_size + d];
    scores.push_back(std::exp(0.7 * score));
    total += scores.back();
  }
  for (size_t t = begin; t <= position; ++t) {
    for (size_t d = 0; d < c.head_size; ++d)
      out[d] += scores[t - begin] / total * values[t * c.head_size + d];
  }
  return out;
}

void check(const CpuKernels& kernels, const Case& c) {
  const size_t positions = c.first + c.tokens, capacity = (positions + 15) / 16 * 16 + 16,
               panels = (c.head_size + 15) / 16;
  const std::vector<float> keys = random_floats(positions * c.head_size, 31),
                           values = random_floats(positions * c.head_size, 32);
  const size_t row = c.group * c.head_size, stride = row + 5;
  const std::vector<float> queries = random_floats(c.tokens * stride, 33);
  // What lies past the last position, as after a rollback, must not be counted: keys may hold anything,
  // values too.
  std::vector<float> key_panels(capacity * c.head_size, 1e30f);
  std::vector<float> value_panels(panels * capacity * 16, std::numeric_limits<float>::quiet_NaN());
  for (size_t t = 0; t < positions; ++t) {
    for (size_t d = 0; d < panels * 16; ++d) {
      const bool inside = d < c.head_size;
      if (inside) key_panels[(t / 16 * c.head_size + d) * 16 + t % 16] = keys[t * c.head_size + d];
      value_panels[(d / 16 * capacity + t) * 16 + d % 16] = inside ? values[t * c.head_size + d] : 0.0f;
    }
  }
  std::vector<float> out(c.tokens * stride, 77.0f),
      scratch(attention_scratch_floats(c.group, c.head_size, positions));
  attend(kernels,
         {queries.data(), out.data(), stride, c.tokens, c.group, c.head_size, c.first, c.window, 0.7f},
         {key_panels.data(), value_panels.data(), capacity}, scratch.data());
  for (size_t token = 0; token < c.tokens; ++token) {
    for (size_t g = 0; g < c.group; ++g) {
      const size_t at = token * stride + g * c.head_size;
      const std::vector<double> expected = reference(keys, values, queries.data() + at, c, c.first + token);
      for (size_t d = 0; d < c.head_size; ++d)
        ASSERT_NEAR(out[at + d], expected[d], 2e-6) << kernels.name << " token " << token;
    }
    for (size_t i = row; i < stride; ++i) ASSERT_EQ(out[token * stride + i], 77.0f);
  }
}

TEST(Attention, EqualsItsDefinition) {
  const Case cases[] = {
      {1, 8, 0, 1, 0},    {1, 8, 0, 40, 0},  {2, 32, 0, 61, 0},  {2, 32, 100, 1, 0}, {4, 12, 17, 30, 0},
      {3, 24, 31, 50, 0}, {2, 32, 0, 61, 1}, {2, 32, 0, 61, 16}, {2, 16, 5, 61, 17}, {1, 20, 90, 33, 40},
      {2, 32, 200, 1, 9}, {40, 6, 3, 4, 0},  {2, 64, 15, 2, 15}, {7, 2, 16, 20, 3},
  };
  for (const CpuKernels* kernels : all_cpu_kernels()) {
    for (const Case& c : cases) check(*kernels, c);
  }
}

}  // namespace
}  // namespace keyway
