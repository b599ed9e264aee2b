// The runtime API of cuda_runtime.h: two devices that are the CPU.
//
// Two, so that memory and streams of one that are used while the other is current are told. Errors: as CUDA documents them for each
// call; the fault of a device stays until cudaDeviceReset, its words are what cudaGetErrorString says of it.
#include <cuda_runtime.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>

#include "tests/gpu/on_cpu/device_memory_map.h"
#include "tests/gpu/on_cpu/stream.h"

namespace keyway::on_cpu {
namespace {

constexpr int kDevices = 2;
constexpr unsigned kMostThreads = 1024;

thread_local int current_device = 0;
thread_local cudaError_t last_error = cudaSuccess;
thread_local cudaStreamCaptureMode thread_mode = cudaStreamCaptureModeGlobal;

// All streams, and what is loaded. The legacy streams are made with it and never end.
struct Context {
  std::mutex mutex;
  std::set<CUstream_st*> streams;
  std::set<std::pair<int, const void*>> loaded;
  uint64_t grids = 0;
  CUstream_st* legacy[kDevices] = {};
};

Context& context() {
  static Context* made = new Context;  // threads of streams may outlive static objects
  return *made;
}

// Requires: the lock. Null for a stream that is not one of the device.
CUstream_st* stream_of(Context& all, cudaStream_t stream, int device) {
  if (stream != nullptr) return all.streams.contains(stream) && stream->device == device ? stream : nullptr;
  if (all.legacy[device] == nullptr) all.legacy[device] = new CUstream_st(device, true);
  return all.legacy[device];
}

cudaError_t told(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

// Requires: the lock. Whether this thread may make a call that a capture forbids; the capture that forbids it is invalid from then on.
bool may_wait(Context& all) {
  bool may = true;
  for (CUstream_st* stream : all.streams) {
    if (stream->captured == nullptr || thread_mode == cudaStreamCaptureModeRelaxed) continue;
    const bool mine = stream->captured_by == std::this_thread::get_id() && stream->capture_mode != cudaStreamCaptureModeRelaxed;
    if (!mine && (stream->capture_mode != cudaStreamCaptureModeGlobal || thread_mode != cudaStreamCaptureModeGlobal)) continue;
    stream->invalidated = true;
    may = false;
  }
  return may;
}

cudaError_t fault() { return CUstream_st::fault().empty() ? cudaSuccess : cudaErrorLaunchFailure; }

cudaError_t check_call() {
  Context& all = context();
  const std::lock_guard lock(all.mutex);
  if (!may_wait(all)) return cudaErrorStreamCaptureUnsupported;
  return fault();
}

// Queues a task, or takes it down where the stream is captured. made: the work, null in a capture.
cudaError_t queue(cudaStream_t handle, Task task, std::shared_ptr<Work>* made = nullptr) {
  Context& all = context();
  const std::lock_guard lock(all.mutex);
  if (fault() != cudaSuccess) return fault();
  CUstream_st* stream = stream_of(all, handle, current_device);
  if (stream == nullptr) return cudaErrorInvalidResourceHandle;
  if (stream->captured != nullptr) {
    if (made != nullptr) stream->invalidated = true;  // who waits for the work would wait for ever
    if (stream->invalidated) return cudaErrorStreamCaptureInvalidated;
    stream->captured->tasks.push_back(std::move(task));
    return cudaSuccess;
  }
  std::vector<std::shared_ptr<Work>> after;
  if (handle == nullptr) {
    for (CUstream_st* other : all.streams) {
      if (other->blocks && other->device == current_device) after.push_back(other->last());
    }
  } else if (stream->blocks) {
    after.push_back(stream_of(all, nullptr, current_device)->last());
  }
  std::shared_ptr<Work> work = stream->queue(std::move(task), std::move(after));
  if (made != nullptr) *made = std::move(work);
  return cudaSuccess;
}

cudaError_t queue_and_wait(cudaStream_t stream, Task task) {
  std::shared_ptr<Work> work;
  const cudaError_t error = queue(stream, std::move(task), &work);
  if (error != cudaSuccess) return error;
  CUstream_st::wait(work);
  return fault();
}

// Whether `device` may read or write so many bytes there; memory of the host's own counts where it is one end of a copy.
bool may_copy(const void* address, size_t bytes, int device) {
  const DeviceMap& map = DeviceMap::instance();
  const std::optional<int> begin = map.device_of(address);
  if (!begin) return true;
  return (*begin == kPinned || *begin == device) && map.device_of(address, bytes).has_value();
}

cudaError_t copy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream, bool waits) {
  if (bytes == 0) return fault();
  const DeviceMap& map = DeviceMap::instance();
  const std::optional<int> to_device = map.device_of(to), from_device = map.device_of(from);
  const bool onto = to_device && *to_device != kPinned, off = from_device && *from_device != kPinned;
  const bool fits = kind == cudaMemcpyDefault || ((kind != cudaMemcpyDeviceToHost) == onto && (kind != cudaMemcpyHostToDevice) == off);
  if (!fits || !may_copy(to, bytes, current_device) || !may_copy(from, bytes, current_device)) return cudaErrorInvalidValue;
  Task task = [=](GridRunner&) {
    std::memcpy(to, from, bytes);
    return std::string();
  };
  // Memory that is not pinned is copied before the call returns (CUDA Runtime API, "API synchronization behavior").
  return waits || !to_device || !from_device ? queue_and_wait(stream, std::move(task)) : queue(stream, std::move(task));
}

cudaError_t set(void* memory, int value, size_t bytes, cudaStream_t stream) {
  if (bytes == 0) return fault();
  if (!DeviceMap::instance().device_of(memory, bytes) || !may_copy(memory, bytes, current_device)) return cudaErrorInvalidValue;
  return queue(stream, [=](GridRunner&) {
    std::memset(memory, value, bytes);
    return std::string();
  });
}

cudaError_t wait_for_all(int device) {
  std::vector<std::shared_ptr<Work>> works;
  {
    Context& all = context();
    const std::lock_guard lock(all.mutex);
    for (CUstream_st* stream : all.streams) {
      if (stream->device == device) works.push_back(stream->last());
    }
    if (all.legacy[device] != nullptr) works.push_back(all.legacy[device]->last());
  }
  for (const auto& work : works) CUstream_st::wait(work);
  return fault();
}

cudaError_t make_stream(cudaStream_t* stream, bool blocks) {
  if (const cudaError_t error = fault(); error != cudaSuccess) return error;
  *stream = new CUstream_st(current_device, blocks);
  Context& all = context();
  const std::lock_guard lock(all.mutex);
  all.streams.insert(*stream);
  return cudaSuccess;
}

cudaError_t allocate(void** memory, size_t bytes, int device) {
  if (memory == nullptr) return cudaErrorInvalidValue;
  if (const cudaError_t error = check_call(); error != cudaSuccess) return error;
  *memory = bytes == 0 ? nullptr : DeviceMap::instance().allocate(bytes, device);
  return bytes == 0 || *memory != nullptr ? cudaSuccess : cudaErrorMemoryAllocation;
}

cudaError_t free(void* memory, bool pinned) {
  if (memory == nullptr) return fault();
  if (const cudaError_t error = check_call(); error != cudaSuccess) return error;
  const std::optional<int> device = DeviceMap::instance().device_of(memory);
  for (int d = 0; d < kDevices; ++d) {
    if (pinned || device == d) (void)wait_for_all(d);
  }
  return DeviceMap::instance().free(memory, pinned) ? fault() : cudaErrorInvalidValue;
}

}  // namespace

cudaError_t load(const void* kernel) {
  if (const cudaError_t error = check_call(); error != cudaSuccess) return told(error);
  Context& all = context();
  const std::lock_guard lock(all.mutex);
  all.loaded.insert({current_device, kernel});
  return cudaSuccess;
}

cudaError_t launch(const cudaLaunchConfig_t& config, const void* kernel, std::function<void()> thread,
                   std::initializer_list<ArgumentBytes> arguments) {
  const dim3 blocks = config.gridDim;
  const unsigned threads = config.blockDim.x;
  const auto within = [](unsigned size, unsigned most) { return size > 0 && size <= most; };
  const bool is_grid = within(blocks.x, 0x7FFFFFFFu) && within(blocks.y, 65'535) && within(blocks.z, 65'535);
  const bool is_block = within(threads, kMostThreads) && config.blockDim.y == 1 && config.blockDim.z == 1;
  if (!is_grid || !is_block) return told(cudaErrorInvalidConfiguration);
  for (const ArgumentBytes& argument : arguments) {
    for (size_t at = 0; at + sizeof(uint64_t) <= argument.size; at += sizeof(uint64_t)) {
      uint64_t word = 0;
      std::memcpy(&word, static_cast<const char*>(argument.at) + at, sizeof word);
      if (!DeviceMap::instance().is_forbidden(word, current_device)) continue;
      std::fprintf(stderr, "an argument of %zu bytes has an address at byte %zu that the device may not touch\n", argument.size, at);
      return told(cudaErrorIllegalAddress);
    }
  }
  Grid grid{blocks, threads, std::move(thread), 0};
  {
    Context& all = context();
    const std::lock_guard lock(all.mutex);
    const bool captured = config.stream != nullptr && all.streams.contains(config.stream) && config.stream->captured != nullptr;
    if (!all.loaded.contains({current_device, kernel})) {
      // Its first launch loads it, which may wait for the device.
      if (captured || !may_wait(all)) return told(cudaErrorStreamCaptureUnsupported);
      all.loaded.insert({current_device, kernel});
    }
    grid.seed = all.grids++;
  }
  return told(queue(config.stream, [grid](GridRunner& runner) { return runner.run(grid); }));
}

}  // namespace keyway::on_cpu

using namespace keyway::on_cpu;

cudaError_t cudaGetLastError() {
  const cudaError_t error = std::exchange(last_error, cudaSuccess);
  return fault() != cudaSuccess ? fault() : error;
}

const char* cudaGetErrorString(cudaError_t error) {
  thread_local std::string words;
  switch (error) {
    case cudaSuccess: return "no error";
    case cudaErrorLaunchFailure: words = CUstream_st::fault(); return words.c_str();
    case cudaErrorMemoryAllocation: return "out of memory";
    case cudaErrorIllegalAddress: return "an illegal memory access was encountered";
    case cudaErrorStreamCaptureUnsupported: return "operation not permitted when stream is capturing";
    default: words = "CUDA error " + std::to_string(error); return words.c_str();
  }
}
const char* cudaGetErrorName(cudaError_t error) { return cudaGetErrorString(error); }

cudaError_t cudaGetDeviceCount(int* count) {
  *count = kDevices;
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
  *device = current_device;
  return told(fault());
}
cudaError_t cudaSetDevice(int device) {
  if (device < 0 || device >= kDevices) return told(cudaErrorInvalidDevice);
  current_device = device;
  return cudaSuccess;
}
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  std::snprintf(properties->name, sizeof properties->name, "the CPU in the place of a device");
  return cudaSuccess;
}
cudaError_t cudaDeviceSynchronize() {
  if (const cudaError_t error = check_call(); error != cudaSuccess) return told(error);
  return told(wait_for_all(current_device));
}
cudaError_t cudaDeviceReset() {
  (void)wait_for_all(current_device);
  CUstream_st::forget_faults();
  last_error = cudaSuccess;
  return cudaSuccess;
}

cudaError_t cudaMalloc(void** memory, size_t bytes) { return told(allocate(memory, bytes, current_device)); }
cudaError_t cudaFree(void* memory) { return told(keyway::on_cpu::free(memory, false)); }
cudaError_t cudaHostAlloc(void** memory, size_t bytes, unsigned) { return told(allocate(memory, bytes, kPinned)); }
cudaError_t cudaFreeHost(void* memory) { return told(keyway::on_cpu::free(memory, true)); }

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  if (const cudaError_t error = check_call(); error != cudaSuccess) return told(error);
  return told(copy(to, from, bytes, kind, nullptr, true));
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  return told(copy(to, from, bytes, kind, stream, false));
}
cudaError_t cudaMemset(void* memory, int value, size_t bytes) {
  if (const cudaError_t error = check_call(); error != cudaSuccess) return told(error);
  return told(set(memory, value, bytes, nullptr));
}
cudaError_t cudaMemsetAsync(void* memory, int value, size_t bytes, cudaStream_t stream) { return told(set(memory, value, bytes, stream)); }

cudaError_t cudaStreamCreate(cudaStream_t* stream) { return told(make_stream(stream, true)); }
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  return told(make_stream(stream, flags != cudaStreamNonBlocking));
}
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  Context& all = context();
  {
    const std::lock_guard lock(all.mutex);
    if (all.streams.erase(stream) == 0) return told(cudaErrorInvalidResourceHandle);
  }
  delete stream;
  return told(fault());
}
cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
  Context& all = context();
  std::shared_ptr<Work> last;
  {
    const std::lock_guard lock(all.mutex);
    const bool known = handle == nullptr || all.streams.contains(handle);
    CUstream_st* stream = known ? stream_of(all, handle, handle != nullptr ? handle->device : current_device) : nullptr;
    if (stream == nullptr) return told(cudaErrorInvalidResourceHandle);
    if (stream->captured != nullptr || !may_wait(all)) {
      stream->invalidated = stream->captured != nullptr;
      return told(cudaErrorStreamCaptureUnsupported);
    }
    last = stream->last();
  }
  CUstream_st::wait(last);
  return told(fault());
}

cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new CUevent_st;
  return told(fault());
}
cudaError_t cudaEventDestroy(cudaEvent_t event) {
  CUstream_st::wait(event->work);
  delete event;
  return told(fault());
}
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  return told(queue(
      stream,
      [event](GridRunner&) {
        event->happened = std::chrono::steady_clock::now();
        return std::string();
      },
      &event->work));
}
cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  CUstream_st::wait(event->work);
  return told(fault());
}
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t begin, cudaEvent_t end) {
  if (begin->work == nullptr || end->work == nullptr) return told(cudaErrorInvalidResourceHandle);
  *milliseconds = std::chrono::duration<float, std::milli>(end->happened - begin->happened).count();
  return told(fault());
}

cudaError_t cudaThreadExchangeStreamCaptureMode(cudaStreamCaptureMode* mode) {
  std::swap(*mode, thread_mode);
  return cudaSuccess;
}
cudaError_t cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode) {
  Context& all = context();
  const std::lock_guard lock(all.mutex);
  if (!all.streams.contains(stream)) return told(cudaErrorStreamCaptureUnsupported);  // the legacy stream among them
  if (stream->captured != nullptr) return told(cudaErrorStreamCaptureUnsupported);
  stream->captured = std::make_unique<CUgraph_st>();
  stream->captured_by = std::this_thread::get_id();
  stream->capture_mode = mode;
  stream->invalidated = false;
  return told(fault());
}
cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  Context& all = context();
  const std::lock_guard lock(all.mutex);
  *graph = nullptr;
  if (!all.streams.contains(stream) || stream->captured == nullptr) return told(cudaErrorInvalidValue);
  std::unique_ptr<CUgraph_st> captured = std::move(stream->captured);
  if (stream->invalidated) return told(cudaErrorStreamCaptureInvalidated);
  *graph = captured.release();
  return told(fault());
}
cudaError_t cudaGraphInstantiate(cudaGraphExec_t* made, cudaGraph_t graph, unsigned long long) {
  *made = new CUgraphExec_st{graph->tasks};
  return told(fault());
}
cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  delete graph;
  return cudaSuccess;
}
cudaError_t cudaGraphLaunch(cudaGraphExec_t made, cudaStream_t stream) {
  return told(queue(stream, [tasks = made->tasks](GridRunner& runner) {
    std::string wrong;
    for (size_t i = 0; i < tasks.size() && wrong.empty(); ++i) wrong = tasks[i](runner);
    return wrong;
  }));
}
cudaError_t cudaGraphExecDestroy(cudaGraphExec_t made) {
  delete made;
  return cudaSuccess;
}
