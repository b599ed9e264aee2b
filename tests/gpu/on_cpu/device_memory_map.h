// Which addresses are a device's, which the host has pinned, and which are the host's own.
//
// Entry points: DeviceMap::instance and its operations. Invariant: memory of the host is never an argument of a kernel, nor is
// that of another device; and while no work runs, the host cannot touch what is a device's without a fault of the process (in builds
// without a sanitizer, which sees steps past its blocks instead). Thread safety: every operation may be called by any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace keyway::on_cpu {

inline constexpr int kPinned = -1;  // the device of memory that every device and the host may touch

class DeviceMap {
 public:
  static DeviceMap& instance();

  // Full of garbage. Null where there is no memory.
  void* allocate(size_t bytes, int device);
  // False for what allocate did not return, or returned for the other kind of memory.
  bool free(void* memory, bool pinned);
  // The device of an address; none where it is the host's, or where fewer than `bytes` bytes of its block begin there.
  std::optional<int> device_of(const void* address, size_t bytes = 1) const;
  // Whether a word is an address of the process that `device` may not touch.
  bool is_forbidden(uint64_t word, int device) const;
  // Around whatever a device does.
  void begin_work();
  void end_work();

 private:
  void let_all_touch(bool may);

  struct Block {
    size_t bytes = 0;
    int device = 0;
  };
  mutable std::mutex mutex_;
  std::map<uintptr_t, Block> blocks_;
  size_t works_ = 0;  // that run
};

}  // namespace keyway::on_cpu
