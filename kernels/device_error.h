// What an error of the CUDA runtime means for who wants to use a device; for the .cu files alone.
//
// Entry point: device_advice. Invariant: never null. Tested by tests/kernels/device_test.cc.
#pragma once

#include <cuda_runtime.h>

namespace keyway {

inline const char* device_advice(cudaError_t error) {
  switch (error) {
    case cudaErrorInsufficientDriver: return "there is no driver, or it is older than this build's CUDA runtime: install or update it";
    case cudaErrorNoDevice: return "there is no CUDA device";
    case cudaErrorDevicesUnavailable: return "the device is busy: another process holds it exclusively";
    case cudaErrorMemoryAllocation: return "the device has no memory left: another process holds it";
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorInvalidDeviceFunction:
      return "this build has no code for the device: add its architecture to CMAKE_CUDA_ARCHITECTURES";
    case cudaErrorUnsupportedPtxVersion: return "the driver is older than the code of this build: update it";
    case cudaErrorSystemDriverMismatch: return "the driver and its libraries are of different versions: restart the machine after an update";
    case cudaErrorSystemNotReady: return "the device is not ready: a service that it needs, such as the fabric manager, is not running";
    default: return cudaGetErrorString(error);
  }
}

}  // namespace keyway
