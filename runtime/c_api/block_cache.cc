// Operator new and delete of libkeyway.so: small blocks that are given back are taken again, thread by thread. A compilation takes
// and gives back some hundreds of blocks of a few bytes; glibc keeps seven of a size for a thread, and what is past them waits for
// its lists that all threads share. Receipt: schemas/json_schema/README.md, "Schema to first mask". Allocators of Debian that do better
// (mimalloc, jemalloc, tcmalloc) are built to replace malloc in the whole process, which a library may not do to its host.
//
// Every block is one of malloc's: what libstdc++ or another library has taken with its own operators may be given back here, the
// other way about too. How much a block holds is asked of malloc when it comes back, unless its size tells, as it does with
// glibc's; the process may have another.
// Invariants: a block in list k holds block_bytes(k) bytes at least; a thread keeps at most kMostKept bytes, nothing of a structure of
// many more blocks that is given back at once, for each would hold on to a page, and nothing when it ends.
// Thread safety: each thread has its own lists. Left out under sanitizers, which watch every block (CMakeLists.txt).
// Tested by tests/runtime/block_cache_test.cc.
#include <malloc.h>
#include <pthread.h>

#include <array>
#include <cstdlib>
#include <new>

namespace {

constexpr size_t kStep = 16, kLeast = 24;  // glibc's blocks hold 24 bytes, 40, 56, ...
constexpr size_t kLists = 16;
constexpr size_t kMostBytes = kLeast + kStep * (kLists - 1);  // of a block that is kept
constexpr size_t kMostKept = size_t{128} << 10;               // of a thread; with four times as much nothing is faster
constexpr size_t kMany = 1000;                                // blocks past that, given back one after the other

constexpr size_t block_bytes(size_t list) { return kLeast + kStep * list; }
// The list whose blocks hold so many bytes. Requires: bytes <= kMostBytes.
constexpr size_t list_of(size_t bytes) { return bytes <= kLeast ? 0 : (bytes - kLeast + kStep - 1) / kStep; }
static_assert(block_bytes(list_of(kMostBytes)) == kMostBytes && block_bytes(list_of(25)) == 40);

struct FreeBlock {
  FreeBlock* next;
};

struct Cache {
  std::array<FreeBlock*, kLists> lists;
  size_t kept;      // bytes
  size_t past;      // blocks that were given back past them since one was taken
  bool sizes_tell;  // whatever was asked of malloc for that list holds what its blocks do
};

// A pointer alone, found without a call: what a library may have of that kind is little.
[[gnu::tls_model("initial-exec")]] constinit thread_local Cache* own_cache = nullptr;

void empty(Cache& cache) {
  for (FreeBlock*& list : cache.lists) {
    while (list != nullptr) {
      FreeBlock* const block = list;
      list = block->next;
      std::free(block);
    }
  }
  cache.kept = 0;
}

void close_cache(void* memory) {
  own_cache = nullptr;
  empty(*static_cast<Cache*>(memory));
  std::free(memory);
}

// The key by which a thread that ends closes its cache. A destructor of a thread_local would abort where no memory is left for
// it; a key says so. The library stays loaded for it (-z nodelete).
struct Key {
  pthread_key_t key = 0;
  bool usable = false;
  Key() { usable = pthread_key_create(&key, close_cache) == 0; }
};

bool sizes_tell() {
  bool tell = true;
  for (size_t list = 0; list < kLists; ++list) {
    void* const least = std::malloc(list == 0 ? 1 : block_bytes(list - 1) + 1);
    tell = tell && least != nullptr && malloc_usable_size(least) >= block_bytes(list);
    std::free(least);
  }
  return tell;
}

// Null where a thread can have none; its blocks go back to malloc then.
[[gnu::noinline]] Cache* open_cache() {
  static const Key key;
  if (!key.usable) return nullptr;
  void* const memory = std::malloc(sizeof(Cache));
  if (memory == nullptr || pthread_setspecific(key.key, memory) != 0) {
    std::free(memory);
    return nullptr;
  }
  own_cache = new (memory) Cache{{}, 0, 0, sizes_tell()};
  return own_cache;
}

void* take(size_t bytes) noexcept {
  if (bytes > kMostBytes) return std::malloc(bytes);
  const size_t list = list_of(bytes);
  Cache* const cache = own_cache;
  if (cache == nullptr) return std::malloc(block_bytes(list));
  cache->past = 0;
  if (cache->lists[list] == nullptr) return std::malloc(block_bytes(list));
  FreeBlock* const block = cache->lists[list];
  cache->lists[list] = block->next;
  cache->kept -= block_bytes(list);
  return block;
}

[[gnu::noinline]] void pass_on(Cache& cache, void* memory) noexcept {
  if (++cache.past == kMany) empty(cache);
  std::free(memory);
}

// Requires: it holds what blocks of that list do.
void keep(Cache& cache, void* memory, size_t list) noexcept {
  if (cache.kept > kMostKept - kMostBytes || cache.past >= kMany) return pass_on(cache, memory);
  cache.lists[list] = new (memory) FreeBlock{cache.lists[list]};
  cache.kept += block_bytes(list);
}

void give_back(void* memory) noexcept {
  if (memory == nullptr) return;
  const size_t bytes = malloc_usable_size(memory);
  Cache* const cache = own_cache != nullptr ? own_cache : open_cache();
  if (bytes < kLeast || bytes >= kMostBytes + kStep || cache == nullptr) return std::free(memory);
  keep(*cache, memory, (bytes - kLeast) / kStep);
}

void give_back(void* memory, size_t asked) noexcept {
  if (asked > kMostBytes) return std::free(memory);
  Cache* const cache = own_cache;
  if (cache == nullptr || !cache->sizes_tell || memory == nullptr) return give_back(memory);
  keep(*cache, memory, list_of(asked));
}

[[gnu::noinline, gnu::cold]] void* take_after_handler(size_t bytes) {
  for (;;) {
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) throw std::bad_alloc();
    handler();
    if (void* const memory = take(bytes)) return memory;
  }
}

}  // namespace

// Out of line, all of them: inside their hundreds of callers they would fill the instruction cache.
[[gnu::noinline]] void* operator new(size_t bytes) {
  void* const memory = take(bytes);
  return memory != nullptr ? memory : take_after_handler(bytes);
}
[[gnu::noinline]] void* operator new[](size_t bytes) { return operator new(bytes); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { give_back(memory); }
[[gnu::noinline]] void operator delete[](void* memory) noexcept { give_back(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t bytes) noexcept { give_back(memory, bytes); }
[[gnu::noinline]] void operator delete[](void* memory, size_t bytes) noexcept { give_back(memory, bytes); }
