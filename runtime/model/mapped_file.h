// A file mapped read-only into memory.
//
// Entry points: MappedFile::open, read_text_file.
// Invariant: bytes() stays at its address while the object or one it was moved to lives. A file that another
// process truncates while it is mapped is not guarded against: reading past its new end raises SIGBUS. Tested
// by tests/runtime/safetensors_test.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "grammar/error.h"

namespace keyway {

class MappedFile {
 public:
  // Errors: kNotFound, kIo; the pointer is the path. Only regular files are opened.
  static Result<MappedFile> open(const std::filesystem::path& path);

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_bytes_}; }

 private:
  const std::byte* data_ = nullptr;
  size_t size_bytes_ = 0;
};

// The whole of a small text file. Errors: kNotFound, kIo, kLimit past `limit_bytes`; the pointer is the path.
Result<std::string> read_text_file(const std::filesystem::path& path, uint64_t limit_bytes);

}  // namespace keyway
