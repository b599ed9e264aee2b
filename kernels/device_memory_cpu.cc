// Host memory in the place of a device's; see device_memory.h.
//
// Tested by tests/runtime/automaton_mirror_test.cc.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "kernels/device_memory.h"
#include "kernels/shared_word.h"

namespace keyway {
namespace {

class HostMemory final : public DeviceMemory {
 public:
  HostMemory() = default;
  HostMemory(const HostMemory&) = delete;
  HostMemory& operator=(const HostMemory&) = delete;
  ~HostMemory() override {
    for (void* block : blocks_) std::free(block);
  }
  void* allocate(size_t bytes) override {
    void* block = std::calloc(bytes, 1);
    if (block != nullptr) blocks_.push_back(block);
    return block;
  }
  void* allocate_shared(size_t bytes) override { return allocate(bytes); }
  bool write(void* device, const void* host, size_t bytes) override {
    if (bytes == sizeof(uint32_t)) {
      publish_word(static_cast<uint32_t*>(device), *static_cast<const uint32_t*>(host));
    } else if (bytes == sizeof(uint64_t)) {
      publish_word(static_cast<uint64_t*>(device), *static_cast<const uint64_t*>(host));
    } else {
      std::memcpy(device, host, bytes);
    }
    return true;
  }
  bool read(void* host, const void* device, size_t bytes) override {
    std::memcpy(host, device, bytes);
    return true;
  }
  bool wait() override { return true; }

 private:
  std::vector<void*> blocks_;
};

}  // namespace

std::unique_ptr<DeviceMemory> host_memory() { return std::make_unique<HostMemory>(); }

}  // namespace keyway
