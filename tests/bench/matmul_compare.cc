// keyway-matmul-compare: our products with bf16 weights beside OpenBLAS and oneDNN, which need them as fp32.
//
// The matrices are those of one pass through the default model's layers. Each library gets the time of its
// sgemm alone and, apart from it, the time to write the weights out as fp32 first; ours converts while it
// packs. One thread. A program of its own, built only where both libraries are found (cmake --build build
// --target keyway-matmul-compare), because both start threads of their own in whoever links them. Invariant:
// the three results are compared before any is timed; exit code 1 where they differ.
#include <cblas.h>
#include <dnnl.h>
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <vector>

#include "kernels/matmul.h"

namespace {

struct Shape {
  size_t outputs, inputs, times;  // times in the model
};
constexpr Shape kShapes[] = {{256, 256, 16}, {128, 256, 16}, {704, 256, 16}, {256, 704, 8}};

double least_ms(const std::function<void()>& work) {
  double least = 1e9;
  for (int repeat = 0; repeat < 20; ++repeat) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    least = std::min(
        least, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  return least;
}

struct Times {
  double ours = 0, rows_form = 0, openblas = 0, onednn = 0, convert = 0, operations = 0;
  bool agree = true;
};

void add_shape(const Shape& shape, size_t rows, Times& times) {
  using namespace keyway;
  std::mt19937 generator(1);
  std::uniform_real_distribution<float> draw(-1.0f, 1.0f);
  std::vector<float> x(rows * shape.inputs), weights(shape.outputs * shape.inputs),
      scratch(kMultiplyScratchFloats);
  std::vector<uint16_t> halves(weights.size());
  for (float& value : x) value = draw(generator);
  for (uint16_t& half : halves)
    half = static_cast<uint16_t>((generator() & 0x8000) | (0x3E00 + generator() % 0x0180));
  std::vector<float> ours(rows * shape.outputs), blas(ours.size()), dnn(ours.size()), few(ours.size());
  const CpuKernels& kernels = cpu_kernels();
  const auto* data = reinterpret_cast<const std::byte*>(halves.data());
  WeightProduct product{{data, ElementType::kBf16, shape.outputs, shape.inputs},
                        0,
                        shape.outputs,
                        x.data(),
                        shape.inputs,
                        rows,
                        ours.data(),
                        shape.outputs,
                        false};
  auto convert = [&] { kernels.read_elements(data, ElementType::kBf16, halves.size(), weights.data()); };
  auto run_ours = [&] { multiply(kernels, product, scratch.data()); };
  auto run_rows = [&] {
    for (size_t row = 0; row < rows; row += kMostProductRows) {
      WeightProduct part = product;
      part.rows = std::min(kMostProductRows, rows - row);
      part.x += row * shape.inputs;
      part.out = few.data() + row * shape.outputs;
      kernels.multiply_rows(part);
    }
  };
  const auto m = static_cast<int>(rows), n = static_cast<int>(shape.outputs),
             k = static_cast<int>(shape.inputs);
  auto run_blas = [&] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, m, n, k, 1, x.data(), k, weights.data(), k, 0,
                blas.data(), n);
  };
  auto run_dnn = [&] { dnnl_sgemm('N', 'T', m, n, k, 1, x.data(), k, weights.data(), k, 0, dnn.data(), n); };
  convert();
  run_ours();
  run_rows();
  run_blas();
  run_dnn();
  for (size_t i = 0; i < ours.size(); ++i) {
    times.agree &= std::abs(ours[i] - blas[i]) < 1e-3f && std::abs(ours[i] - dnn[i]) < 1e-3f &&
                   std::abs(ours[i] - few[i]) < 1e-3f;
  }
  const double count = static_cast<double>(shape.times);
  times.convert += count * least_ms(convert);
  times.ours += count * least_ms(run_ours);
  times.rows_form += count * least_ms(run_rows);
  times.openblas += count * least_ms(run_blas);
  times.onednn += count * least_ms(run_dnn);
  times.operations += count * 2e-6 * static_cast<double>(rows * shape.outputs * shape.inputs);
}

}  // namespace

int main() {
  openblas_set_num_threads(1);
  omp_set_num_threads(1);
  std::printf("kernels: %s; ms for all layers of the default model, and GFLOP/s of ours\n",
              keyway::cpu_kernels().name);
  std::printf("%6s %9s %9s %9s %9s %9s %9s\n", "rows", "ours", "GFLOP/s", "by rows", "OpenBLAS", "oneDNN",
              "to fp32");
  bool agree = true;
  for (const size_t rows : {1, 2, 4, 8, 16, 64, 251, 480}) {
    Times times;
    for (const Shape& shape : kShapes) add_shape(shape, rows, times);
    agree &= times.agree;
    std::printf("%6zu %9.2f %9.1f %9.2f %9.2f %9.2f %9.2f%s\n", rows, times.ours,
                times.operations / times.ours, times.rows_form, times.openblas, times.onednn, times.convert,
                times.agree ? "" : "  DIFFER");
  }
  return agree ? 0 : 1;
}
