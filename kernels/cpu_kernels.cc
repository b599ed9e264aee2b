// Choice of the kernel table by what the processor and the operating system offer; see cpu_kernels.h.
#include "kernels/cpu_kernels.h"

#include <array>

#include "kernels/cpu/tables.h"

namespace keyway {
namespace {

struct Tables {
  std::array<const CpuKernels*, 3> list = {};  // best first
  size_t count = 0;
};

Tables detect() {
  Tables tables;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
  if (avx512) tables.list[tables.count++] = &cpu::kernels_avx512;
  if (avx2) tables.list[tables.count++] = &cpu::kernels_avx2;
#endif
  tables.list[tables.count++] = &cpu::kernels_portable;
  return tables;
}

const Tables& tables() {
  static const Tables detected = detect();
  return detected;
}

}  // namespace

const CpuKernels& cpu_kernels() { return *tables().list[0]; }

std::span<const CpuKernels* const> all_cpu_kernels() { return {tables().list.data(), tables().count}; }

}  // namespace keyway
