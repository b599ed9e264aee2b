// Kernels for AVX-512.
#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/tables.h"

namespace keyway::cpu {
namespace {

struct Isa {
  static constexpr int kLanes = 16;
  static constexpr int kTileRows = 12;
  static constexpr int kTilePanels = 2;
};

}  // namespace

const CpuKernels kernels_avx512 = kernel_table<Isa>("avx512");

}  // namespace keyway::cpu
