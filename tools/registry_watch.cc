// inotify on the folders of the sources; see registry_watch.h. Folders, not files: editors replace a file by renaming.
#include "tools/registry_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <utility>

namespace keyway {

RegistryWatch::~RegistryWatch() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Result<std::unique_ptr<RegistryWatch>> RegistryWatch::open(std::vector<RegistrySource> sources,
                                                           std::shared_ptr<const CallFormat> format, RegistryUse use,
                                                           const Limits& limits) {
  std::unique_ptr<RegistryWatch> watch(new RegistryWatch());
  watch->sources_ = std::move(sources);
  watch->format_ = std::move(format);
  watch->use_ = std::move(use);
  watch->limits_ = limits;
  // Before the first reading, so that no change falls between.
  if (Status status = watch->watch_folders(); !status.ok()) return status.error();
  auto set = read_registry_set(watch->sources_, *watch->format_, watch->use_, watch->limits_);
  if (!set.ok()) return set.error();
  watch->current_ = std::make_shared<const RegistrySet>(std::move(*set));
  return watch;
}

Status RegistryWatch::watch_folders() {
  descriptor_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor_ < 0) return fail(ErrorCode::kIo, "files cannot be watched: " + std::string(std::strerror(errno)));
  std::set<std::string> folders;
  for (const RegistrySource& source : sources_) {
    std::error_code code;
    const std::filesystem::path path(source.path);
    const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    folders.insert(std::filesystem::is_directory(path, code) ? path.string() : parent.string());
  }
  for (const std::string& folder : folders) {
    const uint32_t events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;
    if (::inotify_add_watch(descriptor_, folder.c_str(), events) >= 0) continue;
    return fail(ErrorCode::kIo, "the folder cannot be watched: " + std::string(std::strerror(errno)), folder);
  }
  return {};
}

// Takes all events away. True where there was one.
bool RegistryWatch::drain() {
  alignas(inotify_event) char buffer[4096];
  bool any = false;
  while (::read(descriptor_, buffer, sizeof buffer) > 0) any = true;
  return any;
}

std::shared_ptr<const RegistrySet> RegistryWatch::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

Result<bool> RegistryWatch::refresh() {
  if (!drain()) return false;
  auto set = read_registry_set(sources_, *format_, use_, limits_);
  if (!set.ok()) return set.error();
  auto fresh = std::make_shared<const RegistrySet>(std::move(*set));
  const std::lock_guard lock(mutex_);
  if (fresh->text == current_->text) return false;
  current_ = std::move(fresh);
  return true;
}

}  // namespace keyway
