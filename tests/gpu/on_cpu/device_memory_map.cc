// See device_memory_map.h.
#include "tests/gpu/on_cpu/device_memory_map.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

namespace keyway::on_cpu {
namespace {

constexpr size_t kMostBytes = size_t{1} << 36;
constexpr uint64_t kPage = 4096;
constexpr int kGarbage = 0xC5;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

size_t whole_pages(size_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }

// Of exactly so many bytes for a sanitizer, of pages of its own otherwise.
void* take(size_t bytes) {
  void* memory = nullptr;
  constexpr size_t kAlignment = 256;  // of device memory (CUDA C++ Programming Guide, "Device memory accesses")
  if (kSanitized) return posix_memalign(&memory, kAlignment, bytes) == 0 ? memory : nullptr;
  memory = mmap(nullptr, whole_pages(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return memory == MAP_FAILED ? nullptr : memory;
}

void give_back(void* memory, size_t bytes) {
  if (kSanitized) std::free(memory);
  else munmap(memory, whole_pages(bytes));
}

void let_touch(uintptr_t begin, size_t bytes, bool may) {
  if (!kSanitized) mprotect(reinterpret_cast<void*>(begin), whole_pages(bytes), may ? PROT_READ | PROT_WRITE : PROT_NONE);
}

// Under a sanitizer much is mapped, and two numbers side by side are taken for an address: then nothing is.
bool is_mapped(uint64_t address) {
  constexpr uint64_t kEnd = uint64_t{1} << 47;
  return !kSanitized && address >= kPage && address < kEnd &&
         msync(reinterpret_cast<void*>(address / kPage * kPage), 1, MS_ASYNC) == 0;
}

}  // namespace

DeviceMap& DeviceMap::instance() {
  static DeviceMap* map = new DeviceMap;  // threads of streams may outlive static objects
  return *map;
}

void* DeviceMap::allocate(size_t bytes, int device) {
  void* memory = bytes <= kMostBytes ? take(bytes) : nullptr;
  if (memory == nullptr) return nullptr;
  std::memset(memory, kGarbage, bytes);
  const std::lock_guard lock(mutex_);
  blocks_[reinterpret_cast<uintptr_t>(memory)] = {bytes, device};
  if (device != kPinned && works_ == 0) let_touch(reinterpret_cast<uintptr_t>(memory), bytes, false);
  return memory;
}

bool DeviceMap::free(void* memory, bool pinned) {
  const std::lock_guard lock(mutex_);
  const auto at = blocks_.find(reinterpret_cast<uintptr_t>(memory));
  if (at == blocks_.end() || (at->second.device == kPinned) != pinned) return false;
  give_back(memory, at->second.bytes);
  blocks_.erase(at);
  return true;
}

void DeviceMap::begin_work() {
  const std::lock_guard lock(mutex_);
  if (works_++ == 0) let_all_touch(true);
}

void DeviceMap::end_work() {
  const std::lock_guard lock(mutex_);
  if (--works_ == 0) let_all_touch(false);
}

void DeviceMap::let_all_touch(bool may) {
  for (const auto& [begin, block] : blocks_) {
    if (block.device != kPinned) let_touch(begin, block.bytes, may);
  }
}

std::optional<int> DeviceMap::device_of(const void* address, size_t bytes) const {
  const auto begin = reinterpret_cast<uintptr_t>(address);
  const std::lock_guard lock(mutex_);
  auto at = blocks_.upper_bound(begin);
  if (at == blocks_.begin()) return std::nullopt;
  --at;
  if (begin - at->first >= at->second.bytes || bytes > at->second.bytes - (begin - at->first)) return std::nullopt;
  return at->second.device;
}

bool DeviceMap::is_forbidden(uint64_t word, int device) const {
  if (!is_mapped(word)) return false;
  const std::optional<int> found = device_of(reinterpret_cast<const void*>(word));
  return !found || (*found != kPinned && *found != device);
}

}  // namespace keyway::on_cpu
