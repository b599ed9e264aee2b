// A registry that follows its files.
//
// Entry points: RegistryWatch::open, current, refresh, descriptor.
// Invariant: current() is always a whole registry that was read without error; a request that took it keeps what it
// started with for as long as it holds it. A bad new file is the error of refresh(), and the old registry stays.
// Thread safety: current() from any thread; refresh() from one thread at a time.
// Tested by tests/tools/registry_set_test.cc.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tools/registry_set.h"

namespace keyway {

class RegistryWatch {
 public:
  // Reads the sources and begins to watch their folders (inotify). Errors: those of read_registry_set; kIo.
  static Result<std::unique_ptr<RegistryWatch>> open(std::vector<RegistrySource> sources,
                                                     std::shared_ptr<const CallFormat> format, RegistryUse use = {},
                                                     const Limits& limits = {});
  ~RegistryWatch();
  RegistryWatch(const RegistryWatch&) = delete;
  RegistryWatch& operator=(const RegistryWatch&) = delete;

  std::shared_ptr<const RegistrySet> current() const;
  // Readable when refresh() has something to do; for poll().
  int descriptor() const { return descriptor_; }
  // Reads again what has changed; does not wait. True where a new registry took the place of the old one.
  // Errors: those of read_registry_set; what is current stays.
  Result<bool> refresh();

 private:
  RegistryWatch() = default;
  std::vector<std::filesystem::path> folders() const;
  Status watch_folders();
  bool drain();

  std::vector<RegistrySource> sources_;
  std::shared_ptr<const CallFormat> format_;
  RegistryUse use_;
  Limits limits_;
  int descriptor_ = -1;
  struct Watched {
    std::filesystem::path folder;  // whatever changes there; empty: only what bears one of the names
    std::set<std::string> names;
  };
  static bool matters(const Watched& watched, uint32_t mask, const char* name);
  std::map<int, Watched> watched_;  // by inotify's number
  mutable std::mutex mutex_;  // guards current_
  std::shared_ptr<const RegistrySet> current_;
};

}  // namespace keyway
