// Kernels for AVX2.
#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/tables.h"

namespace keyway::cpu {
namespace {

struct Isa {
  static constexpr int kLanes = 8;
  static constexpr int kTileRows = 6;
  static constexpr int kTilePanels = 1;
};

}  // namespace

const CpuKernels kernels_avx2 = kernel_table<Isa>("avx2");

}  // namespace keyway::cpu
