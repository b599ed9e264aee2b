// What compiling tools has told, kept in a file between processes: the verdict on the parameters of a tool, its report, and how
// short its arguments can be. A tool that is found compiles when a text first names it.
//
// Entry points: CompiledCache::open, find, add, save; CachedTool. The file is read whole and checked (length, version, binding,
// checksum, every length inside) before anything of it is used; what is no such file counts as empty and is written anew.
// It is written beside its place and renamed, so that a reader sees the old file or the new one; of two that write at once
// one does. It is bounded in bytes: what this process used comes first. Whoever can write the file decides what is in it:
// keep it where only the user can.
// Receipt: README.md, "Measured".
// Thread safety: one thread at a time; any number of processes. Tested by tests/tools/compiled_cache_test.cc.
#pragma once

#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "grammar/error.h"
#include "schemas/json_schema/compile.h"

namespace keyway {

struct CachedTool {
  std::optional<Error> error;  // of a tool that does not compile; its pointer is relative to the parameters
  uint32_t shortest = 0;       // bytes of the shortest arguments
  SchemaReport report;
};

class CompiledCache {
 public:
  static constexpr uint64_t kDefaultBytes = 32u << 20;

  // Reads `file` if it was written for the same `binding`: whatever the verdicts depend on beside the parameters.
  static CompiledCache open(std::filesystem::path file, std::string binding, uint64_t max_bytes = kDefaultBytes);

  // Of the parameters as to_json_text writes them; nullopt where they are not known.
  std::optional<CachedTool> find(std::string_view parameters);
  void add(std::string_view parameters, const CachedTool& tool);
  // Writes the file where something was added. Errors: kIo with the place; the file is then as it was.
  Status save();

  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string parameters, body;
    bool used = false;
  };
  bool read(std::string_view file);
  std::string written() const;

  std::filesystem::path file_;
  std::string binding_;
  uint64_t max_bytes_ = kDefaultBytes;
  std::deque<Entry> entries_;                            // those that were read, then those of this process
  std::unordered_map<std::string_view, Entry*> places_;  // by parameters
  bool changed_ = false;
};

}  // namespace keyway
