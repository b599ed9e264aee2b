// Products of activations with weights that stay in their own element type.
//
// Entry points: multiply, kMultiplyScratchFloats.
// Few rows (a decode step) go through multiply_rows, which reads every weight once; more rows (a prompt, a
// batch) go through panels: a block of weights is converted into fp32 panels that stay in the cache while all
// rows pass by. Invariant: the scratch is bounded whatever the size of the weights. kernels/README.md has the
// measurements. Tested by tests/kernels/matmul_test.cc.
#pragma once

#include "kernels/cpu_kernels.h"

namespace keyway {

// Two panels of at most 1,024 inputs: 128 KiB, a part of the second-level cache.
inline constexpr size_t kProductPanels = 2;
inline constexpr size_t kProductDepth = 1'024;
inline constexpr size_t kMultiplyScratchFloats = kProductPanels * kProductDepth * kPanelWidth;

// out[r, n] (+)= sum over k of x[r, k] * weights[n, k], n in [first_row, end_row), any number of rows.
// `scratch` has kMultiplyScratchFloats floats and is overwritten.
void multiply(const CpuKernels& kernels, const WeightProduct& product, float* scratch);

}  // namespace keyway
