// inotify on the folders of the sources; see registry_watch.h. Folders, not files: editors replace a file by renaming.
#include "tools/registry_watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
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

// The folders in which a change matters, whatever its name there.
std::vector<std::filesystem::path> RegistryWatch::folders() const {
  namespace fs = std::filesystem;
  std::vector<fs::path> folders;
  for (const RegistrySource& source : sources_) {
    std::error_code code;
    const fs::path path = fs::absolute(source.path, code).lexically_normal();
    const bool folder = fs::is_directory(path, code);
    const fs::path named = path.has_filename() ? path : path.parent_path();
    folders.push_back(folder ? named : named.parent_path());
    // What a link leads to may change in its own place.
    const fs::path target = fs::canonical(path, code);
    if (!code && target != named) folders.push_back(folder ? target : target.parent_path());
  }
  return folders;
}

// Watches each folder, and the folders it lies in for its name there, so that one that vanishes is followed when it comes
// back. Watching what is watched already changes nothing. Errors: kIo where a folder is there and cannot be watched.
Status RegistryWatch::watch_folders() {
  constexpr uint32_t kFiles = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE;
  if (descriptor_ < 0) descriptor_ = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (descriptor_ < 0) return fail(ErrorCode::kIo, "files cannot be watched: " + std::string(std::strerror(errno)));
  Status status;
  for (const std::filesystem::path& folder : folders()) {
    const int watch = ::inotify_add_watch(descriptor_, folder.c_str(), kFiles | IN_CREATE);
    if (watch >= 0) watched_[watch].folder = folder;
    if (watch < 0 && errno != ENOENT) {
      status = fail(ErrorCode::kIo, "the folder cannot be watched: " + std::string(std::strerror(errno)), folder.string());
    }
    for (std::filesystem::path at = folder; at.has_relative_path(); at = at.parent_path()) {
      const int above = ::inotify_add_watch(descriptor_, at.parent_path().c_str(), kFiles | IN_CREATE);
      if (above >= 0) watched_[above].names.insert(at.filename().string());  // one that is not ours may refuse
    }
  }
  return status;
}

// A file that was just created is empty as yet, and its writer will close it; a folder and a link are there at once.
bool RegistryWatch::matters(const Watched& watched, uint32_t mask, const char* name) {
  if (watched.names.count(name) > 0) return true;
  std::error_code code;
  return !watched.folder.empty() &&
         ((mask & IN_CREATE) == 0 || (mask & IN_ISDIR) != 0 || std::filesystem::is_symlink(watched.folder / name, code));
}

// Takes all events away. True where one of them matters.
bool RegistryWatch::drain() {
  alignas(inotify_event) char buffer[16384];  // more than one event with the longest name
  bool any = false;
  for (ssize_t size; (size = ::read(descriptor_, buffer, sizeof buffer)) > 0;) {
    for (ssize_t at = 0; at < size;) {
      inotify_event event;
      std::memcpy(&event, buffer + at, sizeof event);
      const char* const name = buffer + at + sizeof event;
      at += static_cast<ssize_t>(sizeof event + event.len);
      const auto watched = watched_.find(event.wd);
      // An event without a watch of ours says that events were lost.
      any |= watched == watched_.end() || matters(watched->second, event.mask, event.len > 0 ? name : "");
      if ((event.mask & IN_IGNORED) != 0 && watched != watched_.end()) watched_.erase(watched);
    }
  }
  return any;
}

std::shared_ptr<const RegistrySet> RegistryWatch::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

Result<bool> RegistryWatch::refresh() {
  if (!drain()) return false;
  // Before the reading: a folder that came back is read as it is from now on.
  if (Status status = watch_folders(); !status.ok()) return status.error();
  auto set = read_registry_set(sources_, *format_, use_, limits_);
  if (!set.ok()) return set.error();
  auto fresh = std::make_shared<const RegistrySet>(std::move(*set));
  const std::lock_guard lock(mutex_);
  if (fresh->text == current_->text) return false;
  current_ = std::move(fresh);
  return true;
}

}  // namespace keyway
