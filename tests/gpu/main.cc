// main of the device tests: without a usable device it says why and exits with 3, so that nothing passes unseen.
#include <gtest/gtest.h>

#include <cstdio>

#include "kernels/device.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (!testing::GTEST_FLAG(list_tests)) {
    const keyway::DeviceProbe probe = keyway::probe_device();
    if (!probe.usable) {
      std::fprintf(stderr, "device tests: %s\n", probe.reason);
      return 3;
    }
    std::printf("device: %s\n", probe.name);
  }
  return RUN_ALL_TESTS();
}
