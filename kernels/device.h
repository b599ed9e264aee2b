// Whether this process can use a GPU, in words that say what to do about it.
//
// Entry point: probe_device. Invariant: never fails; without a usable device everything else of Keyway works as before.
// Thread safety: any thread. Tested by tests/kernels/device_test.cc and tests/gpu/sample_device_test.cu.
#pragma once

namespace keyway {

struct DeviceProbe {
  bool usable = false;
  char name[128] = {};    // of the device, where there is one
  char reason[256] = {};  // why it cannot be used; empty where it can
};

// Looks at the current device of this thread, allocates a word on it, runs a kernel that writes it and frees it.
DeviceProbe probe_device();

}  // namespace keyway
