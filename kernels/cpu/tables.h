// The kernel tables that are compiled in; each lives in a file of its own, compiled for its instruction set.
//
// Invariant: a table may be called only on a machine that has the instruction set; cpu_kernels.cc sees to it.
#pragma once

#include "kernels/cpu_kernels.h"

namespace keyway::cpu {

#if defined(__x86_64__)
extern const CpuKernels kernels_avx512;
extern const CpuKernels kernels_avx2;
#endif
extern const CpuKernels kernels_portable;

}  // namespace keyway::cpu
