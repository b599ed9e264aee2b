// The two ways to multiply by weights; see matmul.h.
#include "kernels/matmul.h"

#include <algorithm>

namespace keyway {
namespace {

void multiply_few_rows(const CpuKernels& kernels, WeightProduct product) {
  const size_t rows = product.rows;
  for (size_t row = 0; row < rows; row += kMostProductRows) {
    product.rows = std::min(kMostProductRows, rows - row);
    kernels.multiply_rows(product);
    product.x += product.rows * product.x_stride;
    product.out += product.rows * product.out_stride;
  }
}

void multiply_by_panels(const CpuKernels& kernels, const WeightProduct& product, float* scratch) {
  constexpr size_t kColumns = kProductPanels * kPanelWidth;
  const size_t depth = product.weights.columns;
  for (size_t first = product.first_row; first < product.end_row; first += kColumns) {
    const size_t columns = std::min(kColumns, product.end_row - first);
    const size_t panel_count = (columns + kPanelWidth - 1) / kPanelWidth;
    for (size_t k = 0; k < depth; k += kProductDepth) {
      const size_t end = std::min(depth, k + kProductDepth);
      kernels.pack_panels(product.weights, first, panel_count, k, end, scratch);
      kernels.multiply_panels({.left = product.x + k,
                               .left_stride = product.x_stride,
                               .rows = product.rows,
                               .depth = end - k,
                               .panels = scratch,
                               .panel_stride = (end - k) * kPanelWidth,
                               .columns = columns,
                               .out = product.out + first,
                               .out_stride = product.out_stride,
                               .accumulate = product.accumulate || k > 0});
    }
  }
}

}  // namespace

void multiply(const CpuKernels& kernels, const WeightProduct& product, float* scratch) {
  if (product.rows <= kMostProductRows) {
    multiply_few_rows(kernels, product);
  } else {
    multiply_by_panels(kernels, product, scratch);
  }
}

}  // namespace keyway
