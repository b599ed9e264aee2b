// The probe either finds a device or says why not, and the same each time.
#include "kernels/device.h"

#include <gtest/gtest.h>

#include <string>

#include "kernels/device_memory.h"

namespace keyway {
namespace {

TEST(Device, IsUsableOrSaysWhyNot) {
  const DeviceProbe probe = probe_device();
  EXPECT_EQ(probe.usable, std::string(probe.reason).empty());
  EXPECT_EQ(probe.usable, probe.usable && !std::string(probe.name).empty());
  EXPECT_EQ(probe_device().usable, probe.usable);
}

TEST(Device, MemoryIsRefusedInTheWordsOfTheProbe) {
  const DeviceProbe probe = probe_device();
  const char* why = "";
  const auto memory = cuda_memory(why);
  EXPECT_EQ(memory != nullptr, probe.usable);
  EXPECT_EQ(std::string(probe.reason).rfind(why, 0), 0u) << probe.reason << "; " << why;
  EXPECT_EQ(std::string(why).empty(), probe.usable);
}

}  // namespace
}  // namespace keyway
