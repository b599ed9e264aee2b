// The CPU's vector kernels: one table of functions per instruction set, chosen when the program starts.
//
// Entry points: cpu_kernels (the best table for this machine), all_cpu_kernels (every table it can run, for
// tests). Everything above them (matmul.h, attention.h, the model) is written once against this table.
// Invariant: all tables compute the same sums up to rounding; products accumulate in fp32.
// Errors: none; every function states what it requires. Thread safety: pure functions of their arguments.
// Tested by tests/kernels/cpu_kernels_test.cc.
#pragma once

#include <cstddef>
#include <span>

#include "kernels/weight_matrix.h"

namespace keyway {

// A panel holds 16 columns of a right-hand matrix side by side: panel[d * 16 + j] is row d, column j. With it
// one inner loop serves weights (columns are output features), attention scores (columns are positions of
// keys) and attention outputs (columns are features of values).
inline constexpr size_t kPanelWidth = 16;

// out[r, j] (+)= sum over d of left[r, d] * panels[j / 16][d][j % 16].
struct PanelProduct {
  const float* left = nullptr;  // (rows, depth), row r at left + r * left_stride
  size_t left_stride = 0;       // floats
  size_t rows = 0;
  size_t depth = 0;
  const float* panels = nullptr;  // panel p at panels + p * panel_stride: (depth, 16)
  size_t panel_stride = 0;        // floats
  size_t columns = 0;             // of out; ceil(columns / 16) panels are read
  float* out = nullptr;           // (rows, columns), row r at out + r * out_stride
  size_t out_stride = 0;          // floats
  bool accumulate = false;        // add to what stands in out
};

// out[r, n] (+)= sum over k of x[r, k] * weights[n, k], for n in [first_row, end_row) of the weights.
struct WeightProduct {
  WeightMatrix weights;
  size_t first_row = 0;
  size_t end_row = 0;
  const float* x = nullptr;  // (rows, weights.columns), row r at x + r * x_stride
  size_t x_stride = 0;       // floats
  size_t rows = 0;           // for multiply_rows 1 to kMostProductRows
  float* out = nullptr;      // (rows, weights.rows), row r at out + r * out_stride
  size_t out_stride = 0;     // floats
  bool accumulate = false;   // add to what stands in out
};
inline constexpr size_t kMostProductRows = 4;

struct CpuKernels {
  const char* name;  // "avx512", "avx2", "portable"

  // panels[p][k - first_column][j] = weights[first_row + 16 p + j, k] for k in [first_column, end_column);
  // rows past the last one become 0. Writes panel_count * (end_column - first_column) * 16 floats.
  void (*pack_panels)(const WeightMatrix& weights, size_t first_row, size_t panel_count, size_t first_column,
                      size_t end_column, float* panels);

  void (*multiply_panels)(const PanelProduct& product);

  // Reads every weight once and keeps nothing: the form for few rows, bound by memory.
  void (*multiply_rows)(const WeightProduct& product);

  // out[i] = element i. `data` needs no alignment.
  void (*read_elements)(const std::byte* data, ElementType type, size_t count, float* out);

  // out[i] = x[i] * weight[i] / sqrt(mean of x squared + epsilon), i in [0, size). out may be x.
  void (*rms_norm)(const float* x, const float* weight, size_t size, float epsilon, float* out);

  // Rotates the pairs (x[i], x[i + half]) by the angles whose cosines and sines are given, i in [0, half).
  void (*rotate)(float* x, const float* cosines, const float* sines, size_t half);

  // x[i] = exp(scale * x[i]) / sum of them, i in [0, count). Requires: count > 0.
  void (*softmax)(float* x, size_t count, float scale);

  // gate[i] = gate[i] / (1 + exp(-gate[i])) * up[i], i in [0, count).
  void (*silu_multiply)(float* gate, const float* up, size_t count);
};

const CpuKernels& cpu_kernels();
std::span<const CpuKernels* const> all_cpu_kernels();

}  // namespace keyway
