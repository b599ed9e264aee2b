// Kernels for any.
#include "kernels/cpu/elementwise.h"
#include "kernels/cpu/tables.h"

namespace keyway::cpu {
namespace {

struct Isa {
  static constexpr int kLanes = 4;
  static constexpr int kTileRows = 2;
  static constexpr int kTilePanels = 1;
};

}  // namespace

const CpuKernels kernels_portable = kernel_table<Isa>("portable");

}  // namespace keyway::cpu
