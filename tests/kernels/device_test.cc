// The probe either finds a device or says why not, and the same each time.
#include "kernels/device.h"

#include <gtest/gtest.h>

#include <string>

namespace keyway {
namespace {

TEST(Device, IsUsableOrSaysWhyNot) {
  const DeviceProbe probe = probe_device();
  EXPECT_EQ(probe.usable, std::string(probe.reason).empty());
  EXPECT_EQ(probe.usable, probe.usable && !std::string(probe.name).empty());
  EXPECT_EQ(probe_device().usable, probe.usable);
}

}  // namespace
}  // namespace keyway
