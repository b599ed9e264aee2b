// See compiled_cache.h. The file, in the byte order of the machine that wrote it (another order reads as another magic number):
//
//   u64 magic and version   u64 checksum of what follows   text binding   entries: text parameters, text body
//   body: u8 whether there is an error, its code and five texts; u32 shortest; the text of four lists of notes
//
// A text is its length in bytes, u32, and its bytes.
#include "tools/compiled_cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>

#include "grammar/hash_mix.h"

namespace keyway {
namespace {

constexpr uint64_t kMagic = 0x334C4F4F5457594BULL;  // "KYWTOOL3": the digit is the version of the form and of what it tells
constexpr size_t kHeader = 2 * sizeof(uint64_t);

void put_number(std::string& out, uint32_t value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); }

void put(std::string& out, std::string_view text) {
  put_number(out, static_cast<uint32_t>(text.size()));
  out += text;
}

// Reads from the front of a text; once something is missing everything is.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool failed() const { return failed_; }
  bool at_end() const { return text_.empty(); }
  uint32_t number() {
    uint32_t value = 0;
    const std::string_view bytes = take(sizeof value);
    if (!failed_) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  std::string_view text() { return take(number()); }

 private:
  std::string_view take(size_t size) {
    failed_ = failed_ || size > text_.size();
    if (failed_) return {};
    const std::string_view taken = text_.substr(0, size);
    text_.remove_prefix(size);
    return taken;
  }

  std::string_view text_;
  bool failed_ = false;
};

// Four sums side by side, so that none waits for the product of another.
uint64_t checksum(std::string_view text) {
  uint64_t sums[4] = {1, 2, 3, 4};
  size_t at = 0;
  for (; at + 32 <= text.size(); at += 32) {
    for (size_t lane = 0; lane < 4; ++lane) {
      uint64_t word = 0;
      std::memcpy(&word, text.data() + at + lane * 8, 8);
      sums[lane] = hash_mix(sums[lane], word);
    }
  }
  uint64_t all = text.size();
  for (uint64_t sum : sums) all = hash_mix(all, sum);
  for (; at < text.size(); ++at) all = hash_mix(all, static_cast<unsigned char>(text[at]));
  return all;
}

std::string encode(const CachedTool& tool) {
  std::string out;
  put_number(out, tool.error ? 1 : 0);
  if (tool.error) {
    put_number(out, static_cast<uint32_t>(tool.error->code));
    for (const std::string* text : {&tool.error->message, &tool.error->pointer, &tool.error->given, &tool.error->allowed}) put(out, *text);
  }
  put_number(out, tool.shortest);
  for (const KeywordNotes* notes : {&tool.report.enforced, &tool.report.narrowed, &tool.report.ignored, &tool.report.refused}) {
    put(out, notes->packed());
  }
  return out;
}

std::optional<CachedTool> decode(std::string_view body) {
  Reader in(body);
  CachedTool tool;
  if (in.number() != 0) {
    Error error;
    const uint32_t code = in.number();
    if (code > static_cast<uint32_t>(ErrorCode::kCancelled)) return std::nullopt;
    error.code = static_cast<ErrorCode>(code);
    for (std::string* text : {&error.message, &error.pointer, &error.given, &error.allowed}) *text = in.text();
    tool.error = std::move(error);
  }
  tool.shortest = in.number();
  for (KeywordNotes* notes : {&tool.report.enforced, &tool.report.narrowed, &tool.report.ignored, &tool.report.refused}) {
    std::optional<KeywordNotes> read = KeywordNotes::unpacked(std::string(in.text()));
    if (!read) return std::nullopt;
    *notes = std::move(*read);
  }
  if (in.failed() || !in.at_end()) return std::nullopt;
  return tool;
}

// All bytes of a regular file of at least a header's and at most so many bytes. Its size and its bytes are those of one file: a writer
// may put another in its place at any time, and the size of one does not fit the other.
std::optional<std::string> bytes_of(const std::filesystem::path& place, uint64_t max_bytes) {
  const int file = ::open(place.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe is told below, without waiting for who writes it
  if (file < 0) return std::nullopt;
  struct stat about = {};
  std::optional<std::string> bytes;
  if (::fstat(file, &about) == 0 && S_ISREG(about.st_mode)) {
    const uint64_t size = static_cast<uint64_t>(about.st_size);
    if (size >= kHeader && size <= max_bytes) bytes.emplace(size, '\0');
  }
  for (size_t at = 0; bytes && at < bytes->size();) {
    const ssize_t read = ::read(file, bytes->data() + at, bytes->size() - at);
    if (read > 0) at += static_cast<size_t>(read);
    else if (read == 0 || errno != EINTR) bytes.reset();
  }
  ::close(file);
  return bytes;
}

// A file beside the place of another, which becomes it. One writer at a time has it; that of a writer that was killed is used again.
class FileBeside {
 public:
  explicit FileBeside(const std::filesystem::path& place) : place_(place), beside_(place) {
    beside_ += ".tmp";
    file_ = ::open(beside_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    failed_ = file_ < 0 ? errno : 0;
  }
  ~FileBeside() {
    if (file_ >= 0) ::close(file_);
  }
  FileBeside(const FileBeside&) = delete;
  FileBeside& operator=(const FileBeside&) = delete;

  // Whether no other writer has it, and it has not become the other file since it was opened.
  bool lock() const {
    struct stat mine = {}, there = {};
    return file_ >= 0 && ::flock(file_, LOCK_EX | LOCK_NB) == 0 && ::fstat(file_, &mine) == 0 && ::stat(beside_.c_str(), &there) == 0 &&
           mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
  }
  // Requires: lock(). All bytes on the disk and in their place, or the old file as it was.
  Status replace(std::string_view bytes) {
    if (::ftruncate(file_, 0) != 0) failed_ = errno;
    while (!bytes.empty() && failed_ == 0) {
      const ssize_t written = ::write(file_, bytes.data(), bytes.size());
      if (written >= 0) bytes.remove_prefix(static_cast<size_t>(written));
      else if (errno != EINTR) failed_ = errno;
    }
    if (failed_ == 0 && ::fsync(file_) != 0) failed_ = errno;
    if (failed_ == 0 && ::rename(beside_.c_str(), place_.c_str()) != 0) failed_ = errno;
    if (failed_ != 0) ::unlink(beside_.c_str());
    return error();
  }
  Status error() const {
    if (failed_ == 0) return {};
    return fail(ErrorCode::kIo, "the cache of compiled tools cannot be written", place_.string(), std::generic_category().message(failed_));
  }

 private:
  std::filesystem::path place_, beside_;
  int file_ = -1;
  int failed_ = 0;
};

}  // namespace

CompiledCache CompiledCache::open(std::filesystem::path file, std::string binding, uint64_t max_bytes) {
  CompiledCache cache;
  cache.file_ = std::move(file);
  cache.binding_ = std::move(binding);
  cache.max_bytes_ = max_bytes;
  const std::optional<std::string> bytes = bytes_of(cache.file_, max_bytes);
  if (!bytes || !cache.read(*bytes)) {
    cache.entries_.clear();
    cache.places_.clear();
  }
  return cache;
}

bool CompiledCache::read(std::string_view file) {
  uint64_t header[2] = {};
  std::memcpy(header, file.data(), kHeader);
  file.remove_prefix(kHeader);
  if (header[0] != kMagic || header[1] != checksum(file)) return false;
  Reader in(file);
  if (in.text() != binding_) return false;
  while (!in.failed() && !in.at_end()) {
    entries_.push_back({std::string(in.text()), {}, false});
    entries_.back().body = in.text();
    places_.emplace(entries_.back().parameters, &entries_.back());
  }
  return !in.failed();
}

std::optional<CachedTool> CompiledCache::find(std::string_view parameters) {
  const auto at = places_.find(parameters);
  if (at == places_.end()) return std::nullopt;
  at->second->used = true;
  return decode(at->second->body);
}

void CompiledCache::add(std::string_view parameters, const CachedTool& tool) {
  changed_ = true;
  const auto at = places_.find(parameters);
  if (at != places_.end()) {
    at->second->body = encode(tool);
    at->second->used = true;
    return;
  }
  entries_.push_back({std::string(parameters), encode(tool), true});
  places_.emplace(entries_.back().parameters, &entries_.back());
}

// Those that this process used first, then the others as the file has them, which is by their last use: as many as there is room for.
std::string CompiledCache::written() const {
  std::string out(kHeader, '\0');
  put(out, binding_);
  const auto add = [&](const Entry& entry) {
    const uint64_t size = 2 * sizeof(uint32_t) + entry.parameters.size() + entry.body.size();
    if (out.size() + size > max_bytes_) return;
    put(out, entry.parameters);
    put(out, entry.body);
  };
  for (const Entry& entry : entries_) {
    if (entry.used) add(entry);
  }
  for (const Entry& entry : entries_) {
    if (!entry.used) add(entry);
  }
  const uint64_t header[2] = {kMagic, checksum(std::string_view(out).substr(kHeader))};
  std::memcpy(out.data(), header, kHeader);
  return out;
}

Status CompiledCache::save() {
  if (!changed_) return {};
  FileBeside beside(file_);
  if (Status status = beside.error(); !status.ok()) return status;
  if (!beside.lock()) return {};  // another process writes what it was told
  if (Status status = beside.replace(written()); !status.ok()) return status;
  changed_ = false;
  return {};
}

}  // namespace keyway
