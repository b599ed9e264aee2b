// probe_device of a build without CUDA; see device.h.
//
// Tested by tests/kernels/device_test.cc.
#include <cstdio>

#include "kernels/device.h"

namespace keyway {

DeviceProbe probe_device() {
  DeviceProbe probe;
  std::snprintf(probe.reason, sizeof probe.reason, "this build has no CUDA: configure it with -DKEYWAY_CUDA=ON where nvcc is installed");
  return probe;
}

}  // namespace keyway
